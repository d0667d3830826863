namespace ModelDsl.Recurrences.Tests;

public struct Row : IAxis;

public struct Column : IAxis;

/// <summary>A dense transition that every token brings along.</summary>
[Recurrence]
public partial struct TokenMatrix
{
    [State] private Tensor<Row> h;

    public Tensor<Row> Step(Tensor<Row, Column> a, Tensor<Row> x)
    {
        h = 0.4 * Dot(a, h.As<Column>()) + x;
        return h;
    }
}

/// <summary>A dense transition that is a parameter, read out and skipped.</summary>
[Recurrence]
public partial struct StateSpace
{
    [State] private Tensor<Row> h;

    public Scalar Step(
        Scalar u,
        [Shared(Across.Time)] Tensor<Row, Column> a,
        [Shared(Across.Time)] Tensor<Row> b,
        [Shared(Across.Time)] Tensor<Row> c,
        [Shared(Across.Time)] Scalar d)
    {
        h = 0.4 * Dot(a, h.As<Column>()) + b * u;
        return Dot(c, h) + d * u;
    }
}

/// <summary>A dense transition that changes with the position: rotations that slow down, and a growing share of what was.</summary>
[Recurrence]
public partial struct SlowingRotation
{
    [State] private Tensor<Rotary> h;

    public Tensor<Rotary> Step([TokenIndex] Scalar t, Tensor<Rotary> x, [Shared(Across.Time)] Tensor<Rotary> angle)
    {
        h = Rotate(h, angle / (t + 1)) * (t + 1) / (t + 2) + x - 0.1 * Shift(h, 1);
        return h;
    }
}

/// <summary>Two states of different shapes that mix: a matrix that is read along both axes, and a vector of one of them.</summary>
[Recurrence]
public partial struct MixedStates
{
    [State] private Tensor<Row, Column> S;
    [State] private Tensor<Row> h;

    public (Tensor<Row> Hidden, Tensor<Column> Read) Step(Tensor<Column> x, Tensor<Row> y, Tensor<Row> gate, [Shared(Across.Heads)] Scalar mix)
    {
        Tensor<Column> read = Dot(gate, S);
        Tensor<Row> next = 0.3 * Dot(S, x) - 0.5 * h + y;
        S = 0.5 * S + Outer(h, 0.2 * x) - 0.1 * Outer(gate, read) + mix * Outer(y, x);
        h = next;
        return (h, read);
    }
}

/// <summary>A companion matrix: a delay line of outputs that is fed back, for every channel with coefficients of its own.</summary>
[Recurrence]
public partial struct Companion
{
    [State] private Tensor<Lag, Channel> history;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Lag, Channel> coefficients)
    {
        Tensor<Channel> y = 0.3 * Sum(coefficients * history, Over<Lag>()) + x;
        history = Push(history, y);
        return y;
    }
}

/// <summary>A moving window of inputs, weighted by what the token asks for: nothing is fed back.</summary>
[Recurrence]
public partial struct AskedWindow
{
    [State] private Tensor<Lag> history;

    public Scalar Step(Scalar x, Tensor<Lag> weights)
    {
        history = Push(history, x);
        return Dot(Softmax(weights), history);
    }
}

/// <summary>A dense filter before a memory: the memory's keys are what the filter's state says.</summary>
[Recurrence]
public partial struct DenseBeforeMemory
{
    [State] private Tensor<Key> h;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v, Scalar g, [Shared(Across.Time)] Tensor<Key, Row> a)
    {
        h = 0.4 * Dot(a, Dot(h, a)) + k;
        S = Exp(g) * S + Outer(L2Normalize(h), v);
        return Dot(SiLU(h), S);
    }
}

/// <summary>Scalars that are mixed through a vector: heads fill the lanes.</summary>
[Recurrence]
public partial struct ScalarThroughVector
{
    [State] private Scalar h;

    public Scalar Step(Scalar x, Tensor<Row> w)
    {
        h = 0.3 * Sum(w * h * w) + x;
        return h;
    }
}
