namespace ModelDsl.Recurrences.Tests;

public struct Key : IAxis;

public struct Value : IAxis;

public struct Slot : IAxis;

/// <summary>Decays of every kind at once: per head, per key and per value, in log space and as a rate.</summary>
[Recurrence]
public partial struct MixedDecays
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(
        Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Tensor<Key> gk, Tensor<Value> a, [Shared(Across.Time)] Scalar head)
    {
        S = S * Exp(g) * Sigmoid(a);
        S *= Exp(-Softplus(gk)) * Sigmoid(head);
        S += Outer(k, v);
        return Dot(q, S);
    }
}

/// <summary>Two corrections of what the memory holds, the second of what the first left.</summary>
[Recurrence]
public partial struct TwoFeedbackWrites
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(
        Tensor<Key> q, Tensor<Key> k1, Tensor<Key> k2, Tensor<Value> v1, Tensor<Value> v2, Scalar g, Scalar b1, Scalar b2)
    {
        Tensor<Key> n1 = L2Normalize(k1), n2 = L2Normalize(k2);
        S *= Exp(g);
        S += Outer(n1, Sigmoid(b1) * (v1 - Dot(n1, S)));
        S += Outer(n2, Sigmoid(b2) * (v2 - Dot(n2, S)));
        return Dot(q, S);
    }
}

/// <summary>A read between two writes, one before both and one after: three outputs.</summary>
[Recurrence]
public partial struct ReadBetweenWrites
{
    [State] private Tensor<Key, Value> S;

    public (Tensor<Value> Before, Tensor<Value> Between, Tensor<Value> After) Step(
        Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Value> w, Tensor<Key> g)
    {
        Tensor<Value> before = Dot(q, S);
        S += Outer(k, v);
        Tensor<Value> between = Dot(q, S);
        S = S * Exp(g) + Outer(q, w - 0.5 * between);
        return (before, between, Dot(k, S));
    }
}

/// <summary>A sum of keys beside a memory; their ratio is the output, as in attention.</summary>
[Recurrence]
public partial struct NormaliserBesideMemory
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> z;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        Tensor<Key> feature = Relu(k) + 0.1;
        S = Exp(g) * S + Outer(feature, v);
        z = Exp(g) * z + feature;
        Tensor<Key> query = Exp(q);
        return Dot(query, S) / (Dot(query, z) + 1);
    }
}

/// <summary>Keys that are mixed with the token before, through a state of their own, and go through a nonlinear function.</summary>
[Recurrence]
public partial struct ShiftedKeys
{
    [State] private Tensor<Key> last;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> x, Tensor<Value> v, Scalar g, [Shared(Across.Time)] Tensor<Key> mix)
    {
        Tensor<Key> k = SiLU(Sigmoid(mix) * x + (1 - Sigmoid(mix)) * last);
        last = x;
        S = Exp(g) * S + Outer(k, v);
        return Dot(q, S);
    }
}

/// <summary>What one memory answers, through a softmax, asks a second one.</summary>
[Recurrence]
public partial struct SoftmaxReadQueriesSecondMemory
{
    [State] private Tensor<Key, Slot> K;
    [State] private Tensor<Slot, Value> V;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Slot> s, Tensor<Value> v, Tensor<Slot> g)
    {
        Tensor<Slot> write = Sigmoid(s);
        K = K * Exp(g) + Outer(k, write);
        V = V * Exp(g) + Outer(write, v);
        return Dot(Softmax(Dot(q, K)), V);
    }
}

/// <summary>Each value forgets at its own rate, and a correction is written.</summary>
[Recurrence]
public partial struct PerValueDecayWithFeedback
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Value> g, Tensor<Value> beta)
    {
        Tensor<Key> n = L2Normalize(k);
        S *= Exp(g);
        S += Outer(n, Sigmoid(beta) * (v - Dot(n, S)));
        return Dot(q, S);
    }
}

/// <summary>Multipliers of either sign, which have no logarithm, on a memory and on a vector.</summary>
[Recurrence]
public partial struct SignedMultipliers
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Value> h;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> a, Tensor<Value> b)
    {
        S = a * S + Outer(k, v);
        h = Sin(3 * b) * h + v;
        return Dot(q, S) + h;
    }
}

/// <summary>A loop with constant bounds: three householder steps a token.</summary>
[Recurrence]
public partial struct ConstantLoop
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar beta, Scalar g)
    {
        S *= Exp(g);
        Tensor<Key> direction = k;
        for (int i = 0; i < 3; i++)
        {
            direction = L2Normalize(direction + i * q);
            S += Outer(direction, Sigmoid(beta) * (v - Dot(direction, S)));
        }

        return Dot(q, S);
    }
}
