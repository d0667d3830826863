namespace ModelDsl;

/// <summary>
/// A layer that convolves signals with kernels that it gives itself, for each lag or for each frequency. Its parts have no states: signals, kernels and readout
/// are parallel in time.
/// </summary>
public sealed class GivenKernelPlan
{
    /// <summary>From inputs to signals.</summary>
    public required ConvolutionPart Signals { get; init; }

    /// <summary>From parameters and the sequence's length to kernels, whose tokens are the lags; null if none is given so.</summary>
    public ConvolutionPart? Kernels { get; init; }

    /// <summary>
    /// From parameters, the sequence's length and the real and imaginary parts of delays to the real and imaginary parts of transfer functions, whose tokens are the
    /// frequencies; null if none is given so.
    /// </summary>
    public ConvolutionPart? Transfers { get; init; }

    /// <summary>The axis of the delays; -1 if they are numbers.</summary>
    public int DelayAxis { get; init; } = -1;

    /// <summary>From inputs and convolved signals to outputs.</summary>
    public required ConvolutionPart Readout { get; init; }

    /// <summary>The convolutions, in the order in which the readout reads them; kernels and transfer functions are in the same order.</summary>
    public required GivenKernel[] Terms { get; init; }
}

/// <summary>A convolution of a signal with a kernel.</summary>
/// <param name="Signal">Which signal.</param>
/// <param name="ByFrequency">Whether the kernel is given by its transfer function.</param>
/// <param name="Axes">The axes of the kernel, the signal and the result, as indices into the description's.</param>
public sealed record GivenKernel(int Signal, bool ByFrequency, int[] Axes);
