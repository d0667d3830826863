namespace ModelDsl;

/// <summary>
/// Where signals, kernels and reads of convolutions lie, and what is done with them there: in the process's memory, or in a device's. The kernels of the parts
/// are of the same target, and understand views of that memory.
/// </summary>
internal abstract class ConvolutionEngine
{
    /// <summary>Whether it works in the process's memory, and so on the caller's tensors where these are laid out as signals and reads are.</summary>
    public abstract bool IsInProcess { get; }

    /// <summary>Memory for tensors of some lengths, whatever it holds.</summary>
    public abstract ConvolutionBuffers Rent(nint[] lengths);

    /// <summary>Sets numbers to zero.</summary>
    public abstract void Clear(nint at, nint length);

    /// <summary>Adds numbers to others.</summary>
    public abstract void Add(nint from, nint to, nint length);

    /// <summary>Reads of a group from signals and kernels. A read that no signal reaches is not written.</summary>
    public abstract void Convolve(ConvolutionGroup group, ConvolutionMemory memory);

    /// <summary>Gradients of a group's signals and kernels from those of its reads.</summary>
    /// <param name="group">The group.</param>
    /// <param name="memory">Of the forward pass.</param>
    /// <param name="gradients">Those of the reads are read, the others written.</param>
    /// <param name="isWritten">For each signal, whether a group has written its gradient: then this one adds to it.</param>
    public abstract void Differentiate(ConvolutionGroup group, ConvolutionMemory memory, ConvolutionMemory gradients, bool[] isWritten);

    /// <summary>What a tape keeps of a call's memory, which it takes over.</summary>
    public abstract object Keep(ConvolutionMemory memory);

    /// <summary>The memory that a tape has kept of a call of this shape, or null. It remains the tape's.</summary>
    public abstract ConvolutionMemory? Recall(object? kept, ConvolutionShape shape);

    /// <summary>The first lags of kernels, [lag, channel], from the real and imaginary parts of their transfer functions, [frequency, channel].</summary>
    public abstract void ToLags(int period, nint re, nint im, nint lags, int count, int channels);

    /// <summary>The adjoint of <see cref="ToLags"/>: gradients of transfer functions from those of kernels.</summary>
    public abstract void ToFrequencies(int period, nint lags, int count, nint re, nint im, int channels);
}

/// <summary>Memory of an engine for some tensors.</summary>
internal abstract class ConvolutionBuffers : IDisposable
{
    /// <summary>Where a tensor begins, for <see cref="TensorView"/>.</summary>
    public abstract nint this[int index] { get; }

    /// <summary>Gives the memory back.</summary>
    public abstract void Dispose();
}
