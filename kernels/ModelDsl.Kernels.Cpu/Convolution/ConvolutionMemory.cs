namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Signals, impulse responses and reads of a call, or their gradients: what the backward pass needs of the forward pass. A read that no signal reaches is zero; the
/// rest is whatever it is until it is written.
/// </summary>
internal sealed unsafe class ConvolutionMemory : IDisposable
{
    /// <summary>Buffers between calls, of all convolutions.</summary>
    private static readonly BufferPool s_pool = new(mostIdle: 16);

    private SequenceShape _shape;

    public ConvolutionMemory(ConvolutionShape shape)
    {
        _shape = shape.Shape;
        Signals = [.. shape.Signals.Select((_, i) => Buffer(shape.SignalLength(i)))];
        Kernels = [.. shape.Terms.Select((_, i) => Buffer(shape.KernelLength(i)))];
        Reads = [.. shape.Reads.Select((_, i) => Buffer(shape.ReadLength(i), isZero: !shape.Terms.Any(t => t.Read == i)))];
    }

    /// <summary>One for each signal, [batch, time, channel].</summary>
    public AlignedBuffer[] Signals { get; private set; }

    /// <summary>One for each term, [time, channel].</summary>
    public AlignedBuffer[] Kernels { get; private set; }

    /// <summary>One for each read, [batch, time, channel].</summary>
    public AlignedBuffer[] Reads { get; private set; }

    /// <summary>Whether the memory is of a call of this shape, and not yet disposed of.</summary>
    public bool Fits(SequenceShape shape) =>
        _shape.Batch == shape.Batch && _shape.Time == shape.Time && _shape.Heads == shape.Heads && _shape.AxisSizes.AsSpan().SequenceEqual(shape.AxisSizes);

    public void ClearSignal(int signal, nint length) => Frame.Clear(Signals[signal].Pointer, length);

    public void Dispose()
    {
        foreach (AlignedBuffer buffer in (AlignedBuffer[])[.. Signals, .. Kernels, .. Reads])
        {
            s_pool.Return(buffer);
        }

        (Signals, Kernels, Reads) = ([], [], []);

        _shape = default;
    }

    private static AlignedBuffer Buffer(nint length, bool isZero = false)
    {
        AlignedBuffer buffer = s_pool.Rent(length + Simd.Lanes);
        if (isZero)
        {
            Frame.Clear(buffer.Pointer, length);
        }

        // What reads whole vectors finds no NaN behind the end.
        Frame.Clear(buffer.Pointer + length, Simd.Lanes);
        return buffer;
    }
}
