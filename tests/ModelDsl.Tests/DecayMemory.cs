namespace ModelDsl.Tests;

/// <summary>
/// What the generator would emit for a small spec, by hand: a decaying memory beside a normaliser, with a shared input and a per-head
/// parameter. Its kernel runs the oracle, so that the code around kernels can be tested without one.
/// </summary>
internal struct DecayMemory : IRecurrence<DecayMemory>
{
    private Tensor<Key, Value> _s;
    private Tensor<Key> _z;

    public static RecurrenceDescription Description { get; } = new(
        nameof(DecayMemory),
        "decay + rank-1 writes",
        "S_t = exp(g_t) S_{t-1} + k_t v_t^T",
        [new("Key", null), new("Value", null)],
        [
            new("k", [0], Across.Heads),
            new("v", [1], Across.None),
            new("g", [], Across.None) { Domain = Domain.LogDecay },
            new("bias", [1], Across.Time),
            new("scale", [], Across.Time | Across.Heads),
        ],
        [new("S", [0, 1]), new("z", [0])],
        [new("y", [1])],
        [
            new(Mode.Recurrent, true, "always", "4 K V"),
            new(Mode.Chunkwise, true, "elementwise decay", "2 K V"),
            new(Mode.Convolution, false, "g varies with time", ""),
        ]);

    // The handle is for the kernel that is being made: it needs the oracle alone.
    public static IRecurrenceKernel Kernel { get; } = new OracleKernel(new RecurrenceHandle(Description, null!, Oracle));

    public static void Oracle(OracleToken token)
    {
        var step = new DecayMemory { _s = new(token.State(0)), _z = new(token.State(1)) };
        var output = step.Step(new(token.Input(0)), new(token.Input(1)), new(token.Input(2)), new(token.Input(3)), new(token.Input(4)));
        token.SetState(0, step._s.Value);
        token.SetState(1, step._z.Value);
        token.SetOutput(0, output.Value);
    }

    private Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v, Scalar g, Tensor<Value> bias, Scalar scale)
    {
        _s *= Exp(g);
        _s += Outer(k, v);
        _z = 0.5 * _z + Abs(k);
        return scale * Dot(k, _s) / (1 + Dot(_z, _z)) + bias;
    }
}
