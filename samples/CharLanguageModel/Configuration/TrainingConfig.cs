namespace CharLanguageModel.Configuration;

/// <summary>How a model is trained. With <see cref="Steps"/> set, everything that is computed follows from this, the model's configuration and the text.</summary>
internal sealed record TrainingConfig
{
    /// <summary>Seed of the parameters and of the windows drawn.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Training time in minutes, where <see cref="Steps"/> is 0: the learning rate follows the clock and reaches its end with it.</summary>
    public double Minutes { get; init; } = 3;

    /// <summary>Training steps; 0 trains for <see cref="Minutes"/>.</summary>
    public int Steps { get; init; }

    /// <summary>Windows per step (B).</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Characters per window (T).</summary>
    public int WindowLength { get; init; } = 256;

    /// <summary>The highest learning rate.</summary>
    public double LearningRate { get; init; } = 4e-3;

    /// <summary>The part of the training during which the learning rate rises.</summary>
    public double Warmup { get; init; } = 0.03;

    /// <summary>AdamW's weight decay of matrices; vectors have none.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Gradients are scaled so that their norm is at most this.</summary>
    public double ClipNorm { get; init; } = 1.0;

    /// <summary>Throws where a value is out of its range.</summary>
    public void Validate()
    {
        Check(Minutes > 0 || Steps > 0, nameof(Minutes), Minutes, "a positive number");
        Check(Steps >= 0, nameof(Steps), Steps, "0 or more");
        Check(BatchSize > 0, nameof(BatchSize), BatchSize, "at least 1");
        Check(WindowLength > 0, nameof(WindowLength), WindowLength, "at least 1");
        Check(LearningRate > 0, nameof(LearningRate), LearningRate, "a positive number");
        Check(Warmup is >= 0 and < 1, nameof(Warmup), Warmup, "a part of the training, at least 0 and less than 1");
        Check(WeightDecay >= 0, nameof(WeightDecay), WeightDecay, "0 or more");
        Check(ClipNorm > 0, nameof(ClipNorm), ClipNorm, "a positive number");
    }

    private static void Check(bool holds, string name, double value, string expected)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}; expected {expected}."));
        }
    }
}
