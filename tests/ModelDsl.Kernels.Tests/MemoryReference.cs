using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>
/// The canonical recurrence of a matrix memory, token by token in double precision, with its reverse mode written out by hand
/// over stored states. It shares nothing with the engine but the operand struct it reads.
/// </summary>
internal sealed unsafe class MemoryReference
{
    private readonly MemoryOperands operands;
    private readonly int tokens;
    private readonly int keys;
    private readonly int values;
    private readonly double[][,] states;
    private readonly double[,,] writes;

    public MemoryReference(in MemoryOperands operands, float* initialState)
    {
        this.operands = operands;
        (tokens, keys, values) = (operands.Tokens, operands.Keys, operands.Values);
        states = new double[tokens + 1][,];
        Reads = new double[tokens, operands.Reads, values];
        writes = new double[tokens, operands.Writes, values];
        states[0] = Matrix(initialState);
        for (var t = 0; t < tokens; t++)
        {
            Step(t);
        }
    }

    /// <summary>rho [t, i, v].</summary>
    public double[,,] Reads { get; }

    public double[,] FinalState => states[tokens];

    public double[,,] QueryGradient { get; private set; } = null!;

    public double[,,] KeyGradient { get; private set; } = null!;

    public double[,,] ValueGradient { get; private set; } = null!;

    /// <summary>[t, j * Reads + i, v].</summary>
    public double[,,] CoefficientGradient { get; private set; } = null!;

    public double[,] KeyDecayGradient { get; private set; } = null!;

    public double[,] ValueDecayGradient { get; private set; } = null!;

    public double[,] InitialStateGradient { get; private set; } = null!;

    public double[,] Matrix(float* state)
    {
        var matrix = new double[keys, values];
        for (var k = 0; k < keys; k++)
        {
            for (var v = 0; v < values; v++)
            {
                matrix[k, v] = state[(k * Simd.Pad(values)) + v];
            }
        }

        return matrix;
    }

    public void Backward(in MemoryRowSet readGradients, float* finalStateGradient)
    {
        var gradient = Matrix(finalStateGradient);
        QueryGradient = new double[tokens, operands.Reads, keys];
        KeyGradient = new double[tokens, operands.Writes, keys];
        ValueGradient = new double[tokens, operands.Writes, values];
        CoefficientGradient = new double[tokens, operands.Reads * operands.Writes, values];
        KeyDecayGradient = new double[tokens, keys];
        ValueDecayGradient = new double[tokens, values];
        for (var t = tokens - 1; t >= 0; t--)
        {
            gradient = StepBackward(t, readGradients, gradient);
        }

        InitialStateGradient = gradient;
    }

    private void Step(int t)
    {
        var before = states[t];
        var after = new double[keys, values];
        for (var v = 0; v < values; v++)
        {
            for (var i = 0; i < operands.Reads; i++)
            {
                for (var k = 0; k < keys; k++)
                {
                    Reads[t, i, v] += operands.Query[i].Row(t)[k] * before[k, v];
                }
            }

            for (var j = 0; j < operands.Writes; j++)
            {
                writes[t, j, v] = operands.Value[j].IsNull ? 0 : operands.Value[j].Row(t)[v];
                for (var i = 0; i < operands.Reads; i++)
                {
                    writes[t, j, v] += Coefficient(t, j, i, v) * Reads[t, i, v];
                }
            }

            for (var k = 0; k < keys; k++)
            {
                after[k, v] = KeyDecay(t, k) * ValueDecay(t, v) * before[k, v];
                for (var j = 0; j < operands.Writes; j++)
                {
                    after[k, v] += operands.Key[j].Row(t)[k] * writes[t, j, v];
                }
            }
        }

        states[t + 1] = after;
    }

    private double[,] StepBackward(int t, in MemoryRowSet readGradients, double[,] after)
    {
        var state = states[t];
        var before = new double[keys, values];
        for (var v = 0; v < values; v++)
        {
            var read = new double[operands.Reads];
            for (var i = 0; i < operands.Reads; i++)
            {
                read[i] = readGradients[i].IsNull ? 0 : readGradients[i].Row(t)[v];
            }

            for (var k = 0; k < keys; k++)
            {
                before[k, v] = KeyDecay(t, k) * ValueDecay(t, v) * after[k, v];
                KeyDecayGradient[t, k] += ValueDecay(t, v) * state[k, v] * after[k, v];
                ValueDecayGradient[t, v] += KeyDecay(t, k) * state[k, v] * after[k, v];
            }

            for (var j = 0; j < operands.Writes; j++)
            {
                var write = 0.0;
                for (var k = 0; k < keys; k++)
                {
                    write += operands.Key[j].Row(t)[k] * after[k, v];
                    KeyGradient[t, j, k] += writes[t, j, v] * after[k, v];
                }

                ValueGradient[t, j, v] = write;
                for (var i = 0; i < operands.Reads; i++)
                {
                    read[i] += Coefficient(t, j, i, v) * write;
                    CoefficientGradient[t, (j * operands.Reads) + i, v] = Reads[t, i, v] * write;
                }
            }

            for (var i = 0; i < operands.Reads; i++)
            {
                for (var k = 0; k < keys; k++)
                {
                    before[k, v] += operands.Query[i].Row(t)[k] * read[i];
                    QueryGradient[t, i, k] += state[k, v] * read[i];
                }
            }
        }

        return before;
    }

    private double Coefficient(int t, int j, int i, int v)
    {
        var index = (j * operands.Reads) + i;
        var rows = operands.Coefficient[index];
        return rows.IsNull ? 0 : rows.Row(t)[operands.IsPerValue(index) ? v : 0];
    }

    private double KeyDecay(int t, int k) => operands.KeyDecayKind switch
    {
        KeyDecayKind.None => 1,
        KeyDecayKind.PerToken => operands.KeyDecay.Row(t)[0],
        _ => operands.KeyDecay.Row(t)[k],
    };

    private double ValueDecay(int t, int v) => operands.ValueDecay.IsNull ? 1 : operands.ValueDecay.Row(t)[v];
}
