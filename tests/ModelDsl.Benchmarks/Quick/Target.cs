using System.Globalization;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>A goal for a ratio: what must be reached, and what is hoped for.</summary>
/// <param name="Must">The least (or, if less is better, the most) that is wanted.</param>
/// <param name="Ambitious">What is hoped for.</param>
/// <param name="LessIsBetter">Whether the ratio is a cost.</param>
internal readonly record struct Target(double Must, double Ambitious, bool LessIsBetter = false)
{
    /// <summary>How far a ratio is from the goal, in words.</summary>
    public string Judge(double ratio)
    {
        if (Reaches(ratio, Ambitious))
        {
            return string.Create(CultureInfo.InvariantCulture, $"ambitious met ({Sign}{Ambitious:0.##}x)");
        }

        if (Reaches(ratio, Must))
        {
            return string.Create(CultureInfo.InvariantCulture, $"met ({Sign}{Must:0.##}x)");
        }

        double part = LessIsBetter ? Must / ratio : ratio / Must;
        return string.Create(CultureInfo.InvariantCulture, $"**short**: {part:0%} of {Sign}{Must:0.##}x");
    }

    private string Sign => LessIsBetter ? "<= " : ">= ";

    private bool Reaches(double ratio, double goal) => LessIsBetter ? ratio <= goal : ratio >= goal;
}

/// <summary>The goals, as ratios within one run on one thread.</summary>
internal static class Targets
{
    /// <summary>On two threads against one, for prefill.</summary>
    public static Target TwoThreads { get; } = new(1.7, 1.95);

    /// <summary>The convolution's time against that of libtorch's Fourier transforms.</summary>
    public static Target Convolution { get; } = new(1.2, 0.8, LessIsBetter: true);

    /// <summary>The part of the memory's bandwidth that the scan of a vector reaches.</summary>
    public static Target Bandwidth { get; } = new(0.6, 0.9);

    /// <summary>A forward pass against the best form in torch.</summary>
    public static Target? Forward(string operation) => operation.Split(' ')[0] switch
    {
        "simple" or "diagonal" => new(5, 7),
        "gated" => new(7, 10),
        "Mamba" => new(12, 20),
        "LSTM" => operation.Contains("B=1", StringComparison.Ordinal) ? new(1.2, 1.5) : new(0.9, 1.1),
        "GRU" => new(2, 3),
        _ => null,
    };

    /// <summary>Forward and backward pass against the best form with autograd in torch.</summary>
    public static Target? Gradient(string operation) => operation.Split(' ')[0] switch
    {
        "simple" => new(4, 7),
        "diagonal" => new(4, 6),
        "gated" => new(6, 9),
        "Mamba" => new(12, 20),
        "LSTM" => new(2, 3),
        "GRU" => new(2, 5),
        _ => null,
    };

    /// <summary>A decode step against scaling its states in place; null where arithmetic is the limit.</summary>
    public static Target? Decode(string operation) => operation.Split(' ')[0] switch
    {
        "simple" or "diagonal" => new(1.3, 1.1, LessIsBetter: true),
        "gated" => new(2, 1.5, LessIsBetter: true),
        _ => null,
    };
}
