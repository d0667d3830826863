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

public struct OtherKey : IAxis;

public struct OtherValue : IAxis;

/// <summary>Bindings in a memory, and circulants along either axis of a product, of what tokens bring and of a parameter.</summary>
[Recurrence]
public partial struct Bindings
{
    [State] private Tensor<Value> bound;

    public (Tensor<Value> Unbound, Tensor<OtherValue> Turned) Step(Tensor<Value> q, Tensor<Value> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Value> w, Scalar g)
    {
        bound = Sigmoid(g) * bound + Dot(k.As<OtherValue>(), Circulant(v, FromTo<Value, OtherValue>()));
        Tensor<OtherValue, Value> circulant = Circulant(Tanh(q), FromTo<Value, OtherValue>());
        return (Dot(circulant, bound).As<Value>(), Sum(circulant * Circulant(w, FromTo<Value, OtherValue>()) * bound, Over<Value>()));
    }
}

/// <summary>A state that is turned by a circulant: a dense transition that is linear.</summary>
[Recurrence]
public partial struct TurnedState
{
    [State] private Tensor<Key> h;

    public Tensor<Key> Step(Tensor<Key> x, [Shared(Across.Time)] Tensor<Key> w)
    {
        h = 0.5 * Dot(Softmax(w).As<OtherKey>(), Circulant(h, FromTo<Key, OtherKey>())) + x;
        return h;
    }
}

/// <summary>Complex images: neighbours by shifts of a complex state, and products of three axes with matrices, either way round.</summary>
[Recurrence]
public partial struct ComplexImages
{
    [State] private ComplexTensor<Row, Column, Value> h;

    public (ComplexTensor<Row, Column, Key> Up, Tensor<Row, Column, Key> Down) Step(
        Tensor<Row, Column, Key> x,
        [Shared(Across.Time)] ComplexTensor<Key, Value> into,
        [Shared(Across.Time)] ComplexTensor<Key, Value> outOf,
        [Shared(Across.Time)] Tensor<Value> phase)
    {
        ComplexTensor<Row, Column, Value> input = Dot(Complex(Shift(x, Over<Row>(), 1), Shift(x, Over<Column>(), -1)), into);
        h = Polar(0.9, phase) * h + input;
        ComplexTensor<Row, Column, Key> up = Dot(Shift(h, Over<Column>(), 1), outOf);
        return (up, Dot(Shift(h, Over<Row>(), -1).Im, outOf.Re) - up.Im);
    }
}
