namespace ModelDsl.Kernels.Cpu;

/// <summary>Signals, impulse responses and reads of a call, or their gradients: what the backward pass needs of the forward pass.</summary>
internal sealed unsafe class ConvolutionMemory : IDisposable
{
    private SequenceShape _shape;

    public ConvolutionMemory(ConvolutionShape shape)
    {
        _shape = shape.Shape;
        Signals = [.. shape.Signals.Select((_, i) => Buffer(shape.SignalLength(i)))];
        Kernels = [.. shape.Terms.Select((_, i) => Buffer(shape.KernelLength(i)))];
        Reads = [.. shape.Reads.Select((_, i) => Buffer(shape.ReadLength(i)))];
    }

    /// <summary>One for each signal, [batch, time, channel].</summary>
    public AlignedBuffer[] Signals { get; }

    /// <summary>One for each term, [time, channel].</summary>
    public AlignedBuffer[] Kernels { get; }

    /// <summary>One for each read, [batch, time, channel].</summary>
    public AlignedBuffer[] Reads { get; }

    /// <summary>Whether the memory is of a call of this shape, and not yet disposed of.</summary>
    public bool Fits(SequenceShape shape) =>
        _shape.Batch == shape.Batch && _shape.Time == shape.Time && _shape.Heads == shape.Heads && _shape.AxisSizes.AsSpan().SequenceEqual(shape.AxisSizes);

    public void Dispose()
    {
        foreach (AlignedBuffer buffer in (AlignedBuffer[])[.. Signals, .. Kernels, .. Reads])
        {
            buffer.Dispose();
        }

        _shape = default;
    }

    private static AlignedBuffer Buffer(nint length)
    {
        var buffer = new AlignedBuffer();
        new Span<float>(buffer.Reserve(length + Simd.Lanes), checked((int)length)).Clear();
        return buffer;
    }
}
