namespace ModelDsl;

/// <summary>A kernel to verify beside the generated one for the CPU.</summary>
/// <param name="Name">What the report calls it, e.g. "torch".</param>
/// <param name="Kernel">The kernel, of the same recurrence.</param>
public sealed record VerificationTarget(string Name, IRecurrenceKernel Kernel);

/// <summary>What <see cref="ModeVerification"/> runs. The defaults are sizes at which such code breaks.</summary>
public sealed record VerificationOptions
{
    /// <summary>Tokens per chunk.</summary>
    public int ChunkSize { get; init; } = 16;

    /// <summary>Tokens per mini-batch, where the recurrence knows any; 0 for what the spec says.</summary>
    public int MiniBatch { get; init; }

    /// <summary>The sequence lengths; by default 1, 2, C - 1, C, C + 1, 2 C + 3 (C the chunk size) and the prime 61.</summary>
    public IReadOnlyList<int>? Lengths { get; init; }

    /// <summary>
    /// Lengths of the sequences that are packed into one run; by default C + 1, 0, 1, 2 C + 3 and C, or none if <see cref="Sample"/> gives the numbers. None are
    /// packed if empty.
    /// </summary>
    public IReadOnlyList<int>? Segments { get; init; }

    /// <summary>Sequences.</summary>
    public int Batch { get; init; } = 2;

    /// <summary>Heads.</summary>
    public int Heads { get; init; } = 3;

    /// <summary>
    /// Sizes of named axes. The others get sizes of which no two are equal and none is a multiple of a vector's length; even ones if
    /// <c>Step</c> rotates pairs, larger ones if it takes an index beyond them.
    /// </summary>
    public IReadOnlyDictionary<string, int> AxisSizes { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// The range that an input's or initial state's random numbers come from, by name. By default what its <see cref="InputDescription.Domain"/>
    /// asks for, else [-1, 1], halved until the oracle's results stay within reach of float32.
    /// </summary>
    public IReadOnlyDictionary<string, (double Low, double High)> Ranges { get; init; } = new Dictionary<string, (double, double)>();

    /// <summary>Gives the numbers of an input or initial state from its name and shape, instead of random ones; null leaves it to <see cref="Ranges"/>.</summary>
    public Func<string, IReadOnlyList<int>, float[]?>? Sample { get; init; }

    /// <summary>Kernels to verify beside the generated one for the CPU.</summary>
    public IReadOnlyList<VerificationTarget> Targets { get; init; } = [];

    /// <summary>The modes to run; by default all that are legal.</summary>
    public IReadOnlyList<Mode>? Modes { get; init; }

    /// <summary>The largest error of outputs and states that passes, relative to the largest value of the tensor.</summary>
    public double OutputBound { get; init; } = 1e-5;

    /// <summary>The largest error of gradients that passes, relative to the largest value of the tensor.</summary>
    public double GradientBound { get; init; } = 1e-4;

    /// <summary>The seed of the random numbers.</summary>
    public int Seed { get; init; } = 1;
}
