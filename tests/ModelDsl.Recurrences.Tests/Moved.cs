namespace ModelDsl.Recurrences.Tests;

public struct Lag : IAxis;

/// <summary>A memory whose keys, values and reads are moved along their axes, before and after the engine, in either direction.</summary>
[Recurrence]
public partial struct MovedKeysAndValues
{
    [State] private Tensor<Key, Value> S;

    public (Tensor<Value> Read, Scalar Norm) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Key, Value> m, Scalar g)
    {
        S = Exp(g) * S + Outer(Shift(k, 1), Shift(v * v, -2));
        Tensor<Value> read = Dot(q, S);
        return (Shift(read, 3) + Dot(k, Shift(m, Over<Value>(), -1)) * Dot(q, Shift(m, Over<Key>(), 1)), Sum(Shift(read, 1)));
    }
}

/// <summary>A cell that sees its neighbours through a nonlinearity.</summary>
[Recurrence]
public partial struct NeighbourCell
{
    [State] private Tensor<Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> left, [Shared(Across.Time)] Tensor<Channel> right)
    {
        h = Tanh(x + left * Shift(h, 1) + right * Shift(h, -1));
        return h * Shift(x, 2);
    }
}

/// <summary>A delay line that is read through a nonlinearity and fed back.</summary>
[Recurrence]
public partial struct FeedbackDelay
{
    [State] private Tensor<Lag, Channel> history;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Lag, Channel> w)
    {
        Tensor<Channel> y = Tanh(x + Sum(w * history, Over<Lag>()));
        history = Push(history, y);
        return y;
    }
}

/// <summary>A running mean of each number, and how far the token is from it: the position divides.</summary>
[Recurrence]
public partial struct RunningMean
{
    [State] private Scalar mean;

    public Scalar Step(Scalar x, [TokenIndex] Scalar t)
    {
        mean = (t * mean + x) / (t + 1);
        return x - mean;
    }
}

/// <summary>A memory with positions: what it holds fades as the sequence goes on, and its keys turn with the token's index.</summary>
[Recurrence]
public partial struct PositionedMemory
{
    [State] private Tensor<Rotary, Value> S;

    public Tensor<Value> Step([TokenIndex] Scalar t, Tensor<Rotary> q, Tensor<Rotary> k, Tensor<Value> v, [Shared(Across.Time)] Scalar speed)
    {
        S = (t + 1) / (t + 2) * S + Outer(Rotate(k, speed * t), v);
        return Dot(Rotate(q, speed * t), S) * Rsqrt(t + 1);
    }
}
