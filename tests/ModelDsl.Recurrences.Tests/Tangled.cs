namespace ModelDsl.Recurrences.Tests;

/// <summary>A number that scales a key before its update and is put out after it: gradients go to two rows of it that lie one after the other.</summary>
[Recurrence]
public partial struct NumberBeforeAndAfter
{
    [State] private Scalar n;
    [State] private Tensor<Key, Value> S;

    public Scalar Step(Tensor<Key> a, Tensor<Key> b, Tensor<Key> k, Tensor<Value> v, Scalar rate, Scalar x)
    {
        S += a;
        S -= b;
        S += rate * (v - Dot(Tanh(n) * k, S));
        n = x;
        return n;
    }
}

/// <summary>A delay line of its own outputs, scaled by one number for all heads: its gradient is a sum over everything, which packing adds in another order.</summary>
[Recurrence]
public partial struct OneScaleForAll
{
    [State] private Tensor<Slot> history;

    public Scalar Step([Shared(Across.Time | Across.Heads)] Scalar s, Tensor<Slot> w, Scalar v)
    {
        var y = s * v + 0.1f * Dot(w, history);
        history = Push(history, y);
        return y;
    }
}

/// <summary>A number that a difference of parameters multiplies and nothing is added to: the product is one of the difference, not of its last term.</summary>
[Recurrence]
public partial struct ScaledByADifference
{
    [State] private Scalar h;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Scalar a, [Shared(Across.Time)] Scalar b)
    {
        h = (a - b) * h;
        return h * x;
    }
}

/// <summary>Keys relative to a level that is large: the difference of two levels is exact, if it is taken before anything is added.</summary>
[Recurrence]
public partial struct SharesOfLargeLevels
{
    [State] private Tensor<Key> level;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Key> i, Tensor<Value> v)
    {
        var next = Max(level, i);
        S = Exp(level - next) * S + Outer(Exp(k + (i - next)), v);
        level = next;
        return Dot(k, S);
    }
}
