namespace ModelDsl;

/// <summary>
/// Signals, impulse responses and reads of a call, or their gradients: what the backward pass needs of the forward pass. They are whatever they are until they are
/// written.
/// </summary>
internal sealed class ConvolutionMemory : IDisposable
{
    private readonly ConvolutionBuffers _buffers;
    private SequenceShape _shape;

    /// <param name="engine">Whose memory it is.</param>
    /// <param name="shape">The layout of the call.</param>
    /// <param name="signals">Where the signals lie, if that is the caller's memory.</param>
    /// <param name="reads">Where the reads lie, if that is the caller's memory.</param>
    public ConvolutionMemory(ConvolutionEngine engine, ConvolutionShape shape, nint[]? signals = null, nint[]? reads = null)
    {
        _shape = shape.Shape;
        (OwnsSignals, OwnsReads) = (signals is null, reads is null);
        Lengths =
        [
            .. Enumerable.Range(0, OwnsSignals ? shape.Signals.Count : 0).Select(shape.SignalLength),
            .. Enumerable.Range(0, shape.Terms.Length).Select(shape.KernelLength),
            .. Enumerable.Range(0, OwnsReads ? shape.Reads.Count : 0).Select(shape.ReadLength),
        ];
        _buffers = engine.Rent(Lengths);
        int next = 0;
        Signals = signals ?? [.. shape.Signals.Select(_ => _buffers[next++])];
        Kernels = [.. shape.Terms.Select(_ => _buffers[next++])];
        Reads = reads ?? [.. shape.Reads.Select(_ => _buffers[next++])];
    }

    /// <summary>Whether the signals are its own, and not the caller's tensors.</summary>
    public bool OwnsSignals { get; }

    /// <summary>The same of the reads.</summary>
    public bool OwnsReads { get; }

    /// <summary>Floats of each tensor of its own: signals, kernels, reads.</summary>
    public nint[] Lengths { get; }

    /// <summary>One for each signal, [batch, time, channel].</summary>
    public nint[] Signals { get; set; }

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
