namespace ModelDsl;

/// <summary>
/// Signals, impulse responses and reads of a call, or their gradients: what the backward pass needs of the forward pass. A read that no signal reaches is zero; the
/// rest is whatever it is until it is written.
/// </summary>
internal sealed class ConvolutionMemory : IDisposable
{
    private readonly ConvolutionBuffers _buffers;
    private SequenceShape _shape;

    public ConvolutionMemory(ConvolutionEngine engine, ConvolutionShape shape)
    {
        _shape = shape.Shape;
        Lengths =
        [
            .. Enumerable.Range(0, shape.Signals.Count).Select(shape.SignalLength),
            .. Enumerable.Range(0, shape.Terms.Length).Select(shape.KernelLength),
            .. Enumerable.Range(0, shape.Reads.Count).Select(shape.ReadLength),
        ];
        _buffers = engine.Rent(Lengths);
        int next = 0;
        Signals = [.. shape.Signals.Select(_ => _buffers[next++])];
        Kernels = [.. shape.Terms.Select(_ => _buffers[next++])];
        Reads = [.. shape.Reads.Select(_ => _buffers[next++])];
        for (int read = 0; read < Reads.Length; read++)
        {
            if (!shape.Terms.Any(t => t.Read == read))
            {
                engine.Clear(Reads[read], shape.ReadLength(read));
            }
        }
    }

    /// <summary>Floats of each tensor: signals, kernels, reads.</summary>
    public nint[] Lengths { get; }

    /// <summary>One for each signal, [batch, time, channel].</summary>
    public nint[] Signals { get; private set; }

    /// <summary>One for each term, [time, channel].</summary>
    public nint[] Kernels { get; private set; }

    /// <summary>One for each read, [batch, time, channel].</summary>
    public nint[] Reads { get; private set; }

    /// <summary>Whether the memory is of a call of this shape, and not yet disposed of.</summary>
    public bool Fits(SequenceShape shape) =>
        _shape.Batch == shape.Batch && _shape.Time == shape.Time && _shape.Heads == shape.Heads && _shape.AxisSizes.AsSpan().SequenceEqual(shape.AxisSizes);

    public void Dispose()
    {
        _buffers.Dispose();
        (Signals, Kernels, Reads) = ([], [], []);
        _shape = default;
    }
}
