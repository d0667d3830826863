namespace ModelDsl.Recurrences.Tests;

public struct Channel : IAxis;

public struct Rotary : IAxis;

/// <summary>An angle that grows with the tokens turns queries and keys.</summary>
[Recurrence]
public partial struct AccumulatedAngle
{
    [State] private Scalar angle;
    [State] private Tensor<Rotary, Value> S;

    public Tensor<Value> Step(Tensor<Rotary> q, Tensor<Rotary> k, Tensor<Value> v, Scalar speed, Scalar g)
    {
        angle += 0.1 * Softplus(speed);
        S = Exp(g) * S + Outer(Rotate(k, angle), v);
        return Dot(Rotate(q, angle), S);
    }
}

/// <summary>A short convolution as a window of shifts, then a gate and a vector memory: three strata.</summary>
[Recurrence]
public partial struct WindowThenGate
{
    [State] private Tensor<Channel> x1;
    [State] private Tensor<Channel> x2;
    [State] private Tensor<Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> w0, [Shared(Across.Time)] Tensor<Channel> w1, [Shared(Across.Time)] Tensor<Channel> w2)
    {
        Tensor<Channel> y = SiLU(w0 * x + w1 * x1 + w2 * x2);
        x2 = x1;
        x1 = x;
        Tensor<Channel> a = Sigmoid(y);
        h = a * h + Sqrt(1 - a * a) * y;
        return h * GeluTanh(x);
    }
}

/// <summary>Momentum before a memory: what is written is itself an average of writes.</summary>
[Recurrence]
public partial struct MomentumBeforeMemory
{
    [State] private Tensor<Key, Value> M;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar theta, Scalar g)
    {
        M = Sigmoid(theta) * M + Outer(k, v);
        S = Exp(g) * S + M;
        return Dot(q, S);
    }
}

/// <summary>A bonus for the token itself, a read before the update, and outputs of several ranks.</summary>
[Recurrence]
public partial struct BonusAndScalarOutput
{
    [State] private Tensor<Key, Value> S;
    [State] private Scalar count;

    public (Tensor<Value> Y, Scalar Norm) Step(
        Tensor<Key> r, Tensor<Key> k, Tensor<Value> v, Tensor<Key> w, [Shared(Across.Time)] Tensor<Key> u)
    {
        Tensor<Value> y = Dot(r, S) + Dot(r, u * k) * v;
        S = Exp(-Exp(w)) * S + Outer(k, v);
        count = 0.9 * count + Sum(Square(k));
        return (y / (1 + count), Log(1 + count));
    }
}

/// <summary>A delta rule whose correction is made by a second pair of keys, as RWKV-7 does.</summary>
[Recurrence]
public partial struct RemoveAndReplace
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> r, Tensor<Key> k, Tensor<Value> v, Tensor<Key> w, Tensor<Key> removal, Tensor<Key> rate)
    {
        Tensor<Key> key = L2Normalize(removal);
        S = Exp(-0.6 * Sigmoid(w)) * S - Outer(Sigmoid(rate) * key, Dot(key, S)) + Outer(k, v);
        return Dot(r, S);
    }
}

/// <summary>Two memories of which the second writes what the first answered, squashed.</summary>
[Recurrence]
public partial struct MemoryFeedsMemory
{
    [State] private Tensor<Key, Value> First;
    [State] private Tensor<Value, Slot> Second;

    public Tensor<Slot> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Slot> s, Scalar g)
    {
        First = Exp(g) * First + Outer(k, v);
        Tensor<Value> answer = Tanh(Dot(q, First));
        Second = Exp(0.5 * g) * Second + Outer(answer, s - Dot(L2Normalize(answer), Second) * 0.5);
        return Dot(v, Second);
    }
}

/// <summary>A counter makes the decay depend on the position; a maximum of two keeps it from vanishing.</summary>
[Recurrence]
public partial struct PositionDependentDecay
{
    [State] private Scalar t;
    [State] private Tensor<Channel> mean;

    public Tensor<Channel> Step(Tensor<Channel> x)
    {
        t += 1;
        Scalar keep = Min((t - 1) / t, 0.95);
        mean = keep * mean + (1 - keep) * x;
        return x - mean;
    }
}

/// <summary>A general input to a matrix state: more than one outer product, and one that is no outer product at all.</summary>
[Recurrence]
public partial struct GeneralMatrixInput
{
    [State] private Tensor<Key, Value> S;

    public (Tensor<Value> Y, Tensor<Key> Z) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key, Value> x, Tensor<Value> w)
    {
        S = Sigmoid(x) * S + Sin(x) + Outer(k, v);
        return (Dot(q, S), Dot(S, w));
    }
}

/// <summary>Every state in one cell, and none can be taken apart: only the recurrent mode is left.</summary>
[Recurrence]
public partial struct GatedCell
{
    [State] private Tensor<Channel> h;
    [State] private Tensor<Channel> c;

    public Tensor<Channel> Step(Tensor<Channel> i, Tensor<Channel> f, Tensor<Channel> z, [Shared(Across.Time)] Tensor<Channel> r)
    {
        c = Sigmoid(f + r * h) * c + Sigmoid(i - r * h) * Tanh(z + h);
        h = Tanh(c) * Sigmoid(z);
        return h;
    }
}

/// <summary>A memory that a flag empties before the token: several documents in one sequence.</summary>
[Recurrence]
public partial struct ResetMemory
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar reset)
    {
        S = Where(reset, 0, Exp(g)) * S + Outer(k, v);
        return Dot(q, S);
    }
}

/// <summary>A memory that is asked with a key that a state declared after it makes.</summary>
[Recurrence]
public partial struct MemoryAskedByLaterState
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> h;

    public (Tensor<Value> Before, Tensor<Value> After) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        Tensor<Value> before = Dot(Tanh(h), S);
        S = Exp(g) * S + Outer(k, v);
        h = Exp(g) * h + q;
        return (before, Dot(Tanh(h), S));
    }
}

/// <summary>A memory that is asked with what another one, declared after it, answered.</summary>
[Recurrence]
public partial struct MemoryAskedByLaterMemory
{
    [State] private Tensor<Slot, Value> V;
    [State] private Tensor<Key, Slot> K;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Slot> s, Tensor<Value> v, Scalar g)
    {
        V = Exp(g) * V + Outer(s, v);
        K = Exp(g) * K + Outer(k, s);
        return Dot(Softmax(Dot(q, K)), V);
    }
}

/// <summary>A memory that is asked with a key made by a state that takes what it answered: no run over all tokens comes first.</summary>
[Recurrence]
public partial struct MemoryAskedByItsReader
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Value> h;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, [Shared(Across.Time)] Tensor<Key, Value> w)
    {
        Tensor<Key> n = L2Normalize(k);
        S *= Exp(g);
        S += Outer(n, 0.5 * (v - Dot(n, S)));
        h = 0.5 * h + Dot(q, S);
        return Dot(Tanh(Dot(w, h)), S);
    }
}
