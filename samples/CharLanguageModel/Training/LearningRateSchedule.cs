namespace CharLanguageModel.Training;

/// <summary>Linear warm-up, then half a cosine down to a twentieth.</summary>
internal sealed class LearningRateSchedule(double highest, double warmup)
{
    private const double Last = 0.05;

    /// <summary>The learning rate at a part of the training, 0 to 1.</summary>
    public double At(double progress)
    {
        if (progress < warmup)
        {
            // Not from zero: the first step would be wasted.
            return highest * (0.02 + (0.98 * progress / warmup));
        }

        var rest = Math.Clamp((progress - warmup) / (1 - warmup), 0, 1);
        return highest * (Last + ((1 - Last) * 0.5 * (1 + Math.Cos(Math.PI * rest))));
    }
}
