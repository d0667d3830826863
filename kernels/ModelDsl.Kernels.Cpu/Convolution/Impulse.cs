namespace ModelDsl.Kernels.Cpu;

/// <summary>Signals that are one at the first token and zero after it, or zero throughout. All channels share the few numbers that this takes.</summary>
internal sealed unsafe class Impulse : IDisposable
{
    private readonly AlignedBuffer _memory = new();

    /// <param name="time">Tokens.</param>
    public Impulse(int time)
    {
        // The last vector is zero: what reads whole vectors stays inside.
        int length = Simd.Pad(time) + Simd.Lanes;
        new Span<float>(_memory.Reserve(length), length).Clear();
        _memory.Pointer[0] = 1;
    }

    /// <summary>One signal is an impulse (none for -1), the others are zero.</summary>
    public TensorView[] On(int signal, ConvolutionShape shape)
    {
        var impulse = new TensorView((nint)_memory.Pointer, 1, 0, 1, 0);
        var zero = new TensorView((nint)(_memory.Pointer + 1), 1, 0, 0, 0);
        return [.. shape.Signals.Select((_, s) => s == signal ? impulse : zero)];
    }

    public void Dispose() => _memory.Dispose();
}
