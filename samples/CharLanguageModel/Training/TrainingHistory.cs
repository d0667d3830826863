namespace CharLanguageModel.Training;

/// <summary>What a training has measured so far, from its first step on, resumes included.</summary>
internal sealed class TrainingHistory
{
    /// <summary>The training loss of every step, in nats per character.</summary>
    public List<float> Losses { get; } = [];

    /// <summary>The validation measurements.</summary>
    public List<ValidationPoint> Validations { get; } = [];
}

/// <summary>A measurement on the validation text.</summary>
/// <param name="Step">After how many steps.</param>
/// <param name="BitsPerCharacter">The result.</param>
internal readonly record struct ValidationPoint(int Step, float BitsPerCharacter);
