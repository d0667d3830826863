namespace ModelDsl;

/// <summary>One token on its way through a spec's own <c>Step</c>: inputs and states go in, outputs and next states come out.</summary>
/// <param name="inputs">The inputs, in the order of the parameters of <c>Step</c>.</param>
/// <param name="states">The incoming states, in the order of the description; the next ones replace them.</param>
/// <param name="outputCount">How many outputs there are.</param>
/// <param name="index">The position of the token in its sequence.</param>
/// <param name="miniBatchIndex">The position of the token in its mini-batch.</param>
public sealed class OracleToken(OracleValue[] inputs, OracleValue[] states, int outputCount, long index = 0, int miniBatchIndex = 0)
{
    [ThreadStatic]
    private static OracleToken? t_current;

    /// <summary>The token of the Step that runs on this thread.</summary>
    internal static OracleToken Current => t_current ?? throw new InvalidOperationException(
        "The size of an axis is that of a call, and Step by itself has none: let OracleRunner (or ModeVerification) call Step, or write Size(x) of a tensor that has the axis.");

    internal OracleConvolution? Convolution { private get; init; }

    private readonly OracleValue[] _inputs = inputs;
    private readonly OracleValue[] _states = states;
    private readonly OracleValue[] _outputs = new OracleValue[outputCount];

    /// <summary>The position of the token in its sequence, from 0: what a parameter marked [TokenIndex] holds.</summary>
    public Scalar Index => (double)index;

    /// <summary>The position of the token in its mini-batch, from 0: what a parameter marked [MiniBatchIndex] holds.</summary>
    public Scalar MiniBatchIndex => miniBatchIndex;

    /// <summary>How many tokens ago: what a parameter marked [Lag] holds.</summary>
    public Scalar Lag => Known.Lag;

    /// <summary>What a parameter marked [SequenceLength] holds.</summary>
    public Scalar SequenceLength => Known.Length;

    private OracleConvolution Known => Convolution ?? throw new InvalidOperationException("Lags, lengths and frequencies are known to OracleRunner only: let it call Step.");

    /// <summary>The real or the imaginary part of what a parameter marked [Delay] holds.</summary>
    /// <param name="axis">Which axis of the recurrence it has; -1 for a number.</param>
    /// <param name="imaginary">Which part.</param>
    public OracleValue Delay(int axis, bool imaginary) => Known.Delay(axis, imaginary);

    /// <summary>Runs a spec's own <c>Step</c> on the token.</summary>
    internal void Run(Action<OracleToken> step)
    {
        (OracleToken? outer, t_current) = (t_current, this);
        try
        {
            step(this);
        }
        finally
        {
            t_current = outer;
        }
    }

    /// <summary>The size of an axis, while <c>Step</c> runs: its inputs and states have named their axes by then.</summary>
    internal int SizeOf(Type axis) => _inputs.Concat(_states).Select(value => value.SizeOf(axis)).FirstOrDefault(size => size is not null)
        ?? throw new InvalidOperationException($"Nothing says the size of axis {axis.Name}: no input and no state has it.");

    /// <summary>An input, in the order of the parameters of <c>Step</c>.</summary>
    public OracleValue Input(int index) => _inputs[index];

    /// <summary>A state, in the order of declaration: before <c>Step</c> the incoming one, after it the next one.</summary>
    public OracleValue State(int index) => _states[index];

    /// <summary>Sets the next state.</summary>
    public void SetState(int index, OracleValue value) => _states[index] = value;

    /// <summary>Sets an output.</summary>
    public void SetOutput(int index, OracleValue value) => _outputs[index] = value;

    /// <summary>An output, after <c>Step</c>.</summary>
    public OracleValue Output(int index) => _outputs[index];
}
