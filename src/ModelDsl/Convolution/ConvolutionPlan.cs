namespace ModelDsl;

/// <summary>
/// A recurrence whose transition does not depend on the token, in three parts: signals enter the states, reads come out of them, and the
/// way from the one to the other is a convolution with impulse responses.
/// </summary>
public sealed class ConvolutionPlan
{
    /// <summary>From inputs to signals; without states.</summary>
    public required ConvolutionPart Signals { get; init; }

    /// <summary>From signals to reads: linear, with the states that are convolved.</summary>
    public required ConvolutionPart Response { get; init; }

    /// <summary>From inputs and reads to outputs, with the states that are not convolved.</summary>
    public required ConvolutionPart Readout { get; init; }

    /// <summary>From parameters to what <see cref="Powers"/> are made of, at one token; without states. Null if the responses are no sums of powers.</summary>
    public ConvolutionPart? Coefficients { get; init; }

    /// <summary>The response of each term, as a sum of powers.</summary>
    public PowerTerm[] Powers { get; init; } = [];

    /// <summary>Which signal reaches which read.</summary>
    public required ResponseTerm[] Terms { get; init; }

    /// <summary>For each signal the input that it is, as it stands; null if any of them has to be computed.</summary>
    public int[]? SignalInputs { get; init; }

    /// <summary>For each read the output that it is, as it stands; null if anything has to be made of any of them.</summary>
    public int[]? ReadOutputs { get; init; }
}

/// <summary>A part of a recurrence.</summary>
/// <param name="Kernel">Its kernel, for the target of the whole.</param>
/// <param name="Inputs">The inputs of the recurrence that are its first inputs; signals or reads follow.</param>
/// <param name="States">The states of the recurrence that are its states.</param>
public sealed record ConvolutionPart(IRecurrenceKernel Kernel, int[] Inputs, int[] States)
{
    /// <summary>A part without states.</summary>
    public ConvolutionPart(IRecurrenceKernel kernel, int[] inputs)
        : this(kernel, inputs, [])
    {
    }

    /// <summary>Of tensors of the recurrence's states (or their gradients), those of the part's.</summary>
    internal TensorView[] Own(TensorView[] ofStates) => [.. States.Select(s => ofStates[s])];

    /// <summary>
    /// The options of a call of the whole, for this part: it chooses its own mode if it has no convolution in its turn. A part that knows no mini-batches takes no size
    /// of them.
    /// </summary>
    /// <param name="options">Those of the whole.</param>
    /// <param name="convolves">Whether parts are convolved at all.</param>
    internal RunOptions Options(RunOptions options, bool convolves) => new(
        convolves && Kernel.Description.IsLegal(Mode.Convolution) ? Mode.Convolution : Mode.Auto, Threads: options.Threads, FirstToken: options.FirstToken, MiniBatch: Kernel.Description.MiniBatch > 0 ? options.MiniBatch : 0);
}

/// <summary>A signal that reaches a read.</summary>
/// <param name="Signal">Which signal.</param>
/// <param name="Read">Which read.</param>
public readonly record struct ResponseTerm(int Signal, int Read);

/// <summary>
/// The response of a read to a signal, by way of states that are updated element by element. With M what a token makes of the states that depend on each other, b
/// what the signal puts into them and c how they are read,
/// <code>
/// response[0] = first
/// response[l] = sum over elements and groups, c^T M^(l - 1) b  +  what delay lines hold (<see cref="PowerMove"/>)
/// </code>
/// Coefficients are outputs of <see cref="ConvolutionPlan.Coefficients"/>, or -1 for zero.
/// </summary>
/// <param name="First">What is read of an impulse at its own token.</param>
/// <param name="Groups">The states.</param>
/// <param name="Moves">The delay lines.</param>
public sealed record PowerTerm(int First, PowerGroup[] Groups, PowerMove[] Moves)
{
    /// <summary>A response without delay lines.</summary>
    public PowerTerm(int first, PowerGroup[] groups)
        : this(first, groups, [])
    {
    }
}

/// <summary>States that depend on each other.</summary>
/// <param name="Summed">The axes over which the read sums their elements.</param>
/// <param name="Transition">M, row by row: what a state becomes of each state.</param>
/// <param name="Entry">b, for each state.</param>
/// <param name="Read">c, for each state.</param>
public sealed record PowerGroup(int[] Summed, int[] Transition, int[] Entry, int[] Read);

/// <summary>
/// A delay line. After l tokens an impulse stands at i = start + step (l - 1), and so
/// <code>
/// response[l] = sum over the summed axes, read[i + offset] * entry
/// </code>
/// as long as both places are on the line.
/// </summary>
/// <param name="Axis">The line's axis.</param>
/// <param name="Summed">The other axes over which the read sums.</param>
/// <param name="Start">Where the impulse enters; -1 for everywhere: then the response is the sum over all of them, each with its entry.</param>
/// <param name="Step">How far a token moves it.</param>
/// <param name="Offset">How much further the read finds it.</param>
/// <param name="Entry">What enters.</param>
/// <param name="Read">What the read multiplies it by.</param>
public sealed record PowerMove(int Axis, int[] Summed, int Start, int Step, int Offset, int Entry, int Read);
