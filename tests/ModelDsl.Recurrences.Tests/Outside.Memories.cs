namespace ModelDsl.Recurrences.Tests;

public struct Query : IAxis;

public struct Copy : IAxis;

/// <summary>A fast memory that drains into a slow one.</summary>
[Recurrence]
public partial struct TwoLevels
{
    [State] private Tensor<Key, Value> Slow;
    [State] private Tensor<Key, Value> Fast;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar drain, Scalar g)
    {
        var d = Sigmoid(drain);
        Slow = Exp(0.1 * g) * Slow + d * Fast;
        Fast = (1 - d) * Exp(g) * Fast + Outer(k, v);
        return Dot(q, Slow) + Dot(q, Fast);
    }
}

/// <summary>Decays of keys and of values around a correction.</summary>
[Recurrence]
public partial struct TwoSidedDelta
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> gk, Tensor<Value> gv, Tensor<Value> beta)
    {
        var n = L2Normalize(k);
        S = Exp(gk) * S * Exp(gv);
        S += Outer(n, Sigmoid(beta) * (v - Dot(n, S)));
        return Dot(q, S);
    }
}

/// <summary>Linear attention with elu + 1, and what normalises it.</summary>
[Recurrence]
public partial struct EluAttention
{
    [State] private Tensor<Key> z;
    [State] private Tensor<Key, Value> S;

    private static Tensor<Key> Phi(Tensor<Key> x) => Where(x > 0, x + 1, Exp(x));

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        z += Phi(k);
        S += Outer(Phi(k), v);
        return Dot(Phi(q), S) / (Dot(Phi(q), z) + 1e-3);
    }
}

/// <summary>A memory that forgets as another one says.</summary>
[Recurrence]
public partial struct ForgetsAsAsked
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Value, Key> Gate;

    public (Tensor<Value> Y, Tensor<Key> Forget) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        var forget = Sigmoid(1 + Dot(v, Gate));
        S = forget * S + Outer((1 - forget) * k, v);
        Gate = 0.9 * Gate + Outer(v, k);
        return (Dot(q, S), forget);
    }
}

/// <summary>A memory that forgets as its own last answer says.</summary>
[Recurrence]
public partial struct GateOfLastAnswer
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Value> answer;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        S = Sigmoid(1 + answer) * S + Outer(k, v);
        answer = Tanh(Dot(q, S));
        return answer;
    }
}

/// <summary>Reflections, one after the other, before anything is written.</summary>
[Recurrence]
public partial struct Reflections
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> n1, Tensor<Key> n2, Tensor<Key> n3)
    {
        S -= 2 * Outer(L2Normalize(n1), Dot(L2Normalize(n1), S));
        S -= 2 * Outer(L2Normalize(n2), Dot(L2Normalize(n2), S));
        S -= 2 * Outer(L2Normalize(n3), Dot(L2Normalize(n3), S));
        S = 0.95 * S + Outer(k, v);
        return Dot(q, S);
    }
}

/// <summary>An antisymmetric write of rank two: what goes with what, and not the other way.</summary>
[Recurrence]
public partial struct Antisymmetric
{
    [State] private Tensor<Key, Copy> A;

    public Tensor<Copy> Step(Tensor<Key> a, Tensor<Key> b, Tensor<Key> q, Scalar g)
    {
        A = Exp(g) * A + Outer(a, b.As<Copy>()) - Outer(b, a.As<Copy>());
        return Dot(q, A);
    }
}

/// <summary>Several queries that share one memory.</summary>
[Recurrence]
public partial struct MultiQuery
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Query, Value> Step(Tensor<Query, Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
    {
        S *= Exp(g);
        S += Outer(k, Sigmoid(beta) * v);
        return Dot(Softmax(q, Over<Key>()), S);
    }
}

/// <summary>A memory of complex numbers that turns by an angle of the token's own.</summary>
[Recurrence]
public partial struct TurningMemory
{
    [State] private ComplexTensor<Key, Value> S;

    public Tensor<Value> Step(ComplexTensor<Key> q, ComplexTensor<Key> k, Tensor<Value> v, Tensor<Key> angle, Scalar decay)
    {
        S = Polar(Sigmoid(decay), angle) * S + Outer(k, v);
        return Dot(Conjugate(q), S).Re;
    }
}

/// <summary>Attention over the last four tokens, whose keys and values are kept in delay lines.</summary>
[Recurrence]
public partial struct SlidingWindow
{
    [State] private Tensor<Tap, Key> keys;
    [State] private Tensor<Tap, Value> values;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Tap> bias)
    {
        keys = Push(keys, k);
        values = Push(values, v);
        return Dot(Softmax(Dot(keys, q) * Rsqrt(Size(q)) + bias), values);
    }
}

/// <summary>Fast weights that are written through a trace of what came before.</summary>
[Recurrence]
public partial struct HebbianTrace
{
    [State] private Tensor<Key, Value> W;
    [State] private Tensor<Key> trace;

    public Tensor<Value> Step(Tensor<Key> pre, Tensor<Value> post, Scalar reward, [Shared(Across.Time)] Scalar lambda)
    {
        var y = Dot(pre, W) + post;
        trace = Sigmoid(lambda) * trace + pre;
        W = 0.9 * W + 0.1 * reward * Outer(trace, Tanh(post));
        return Tanh(y);
    }
}

/// <summary>Bindings by circular convolution in one vector, asked by correlation.</summary>
[Recurrence]
public partial struct Holographic
{
    [State] private Tensor<Channel> trace;

    public Tensor<Copy> Step(Tensor<Channel> k, Tensor<Copy> v, Tensor<Channel> q, Scalar g)
    {
        var bound = Dot(v, Circulant(k, FromTo<Channel, Copy>()));
        trace = Exp(g) * trace + bound;
        return Dot(Circulant(q, FromTo<Channel, Copy>()), trace);
    }
}

/// <summary>A memory of pairs: what two keys hold together.</summary>
[Recurrence]
public partial struct PairKeys
{
    [State] private Tensor<Key, Slot, Value> S;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Slot> s, Tensor<Value> v, Tensor<Key> q, Tensor<Slot> r, Scalar g)
    {
        S = Exp(g) * S + Outer(k, Outer(Softmax(s), v));
        return Dot(Softmax(r), Dot(q, S));
    }
}

/// <summary>Slots that are erased and added to, as in a neural Turing machine whose addresses are given.</summary>
[Recurrence]
public partial struct EraseAndAdd
{
    [State] private Tensor<Slot, Value> M;

    public Tensor<Value> Step(Tensor<Slot> address, Tensor<Value> erase, Tensor<Value> add)
    {
        var w = Softmax(address);
        M = M * (1 - Outer(w, Sigmoid(erase))) + Outer(w, add);
        return Dot(w, M);
    }
}

/// <summary>The same, addressed by what the slots hold.</summary>
[Recurrence]
public partial struct ContentAddressed
{
    [State] private Tensor<Slot, Value> M;

    public Tensor<Value> Step(Tensor<Value> key, Tensor<Value> add, Scalar sharpness)
    {
        var w = Softmax(Softplus(sharpness) * Dot(M, key));
        M = M - 0.5 * Outer(w, Dot(w, M)) + Outer(w, add);
        return Dot(w, M);
    }
}

/// <summary>Two memories of one pair of keys: what is written to the second is what the first got wrong.</summary>
[Recurrence]
public partial struct ResidualMemories
{
    [State] private Tensor<Key, Value> Fine;
    [State] private Tensor<Key, Value> Coarse;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar beta)
    {
        var key = L2Normalize(k);
        var left = v - Dot(key, Coarse);
        Fine = 0.9 * Fine + Outer(key, left - 0.5 * Dot(key, Fine));
        Coarse += Outer(key, 0.1 * Sigmoid(beta) * left);
        return Dot(q, Coarse) + Dot(q, Fine);
    }
}
