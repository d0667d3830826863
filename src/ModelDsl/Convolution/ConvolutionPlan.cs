namespace ModelDsl;

/// <summary>
/// A recurrence whose transition does not depend on the token, in three parts: signals enter the states, reads come out of them, and the
/// way from the one to the other is a convolution with impulse responses.
/// </summary>
public sealed class ConvolutionPlan
{
    /// <summary>From inputs to signals; without states.</summary>
    public required ConvolutionPart Signals { get; init; }

    /// <summary>From signals to reads: linear, with the states of the recurrence.</summary>
    public required ConvolutionPart Response { get; init; }

    /// <summary>From inputs and reads to outputs; without states.</summary>
    public required ConvolutionPart Readout { get; init; }

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
public sealed record ConvolutionPart(IRecurrenceKernel Kernel, int[] Inputs)
{
    /// <summary>The options of a call of the whole, for this part: it chooses its own mode. A part that knows no mini-batches takes no size of them.</summary>
    internal RunOptions Options(RunOptions options) => new(
        Threads: options.Threads, FirstToken: options.FirstToken, MiniBatch: Kernel.Description.MiniBatch > 0 ? options.MiniBatch : 0);
}

/// <summary>A signal that reaches a read.</summary>
/// <param name="Signal">Which signal.</param>
/// <param name="Read">Which read.</param>
public readonly record struct ResponseTerm(int Signal, int Read);
