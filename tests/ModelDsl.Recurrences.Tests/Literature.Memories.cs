namespace ModelDsl.Recurrences.Tests;

public struct Scale : IAxis;

[Axis(4)]
public struct Tap : IAxis;

/// <summary>Kimi Delta Attention: a decay for each key, and a correction.</summary>
[Recurrence(Require = Mode.Chunkwise | Mode.ParallelScan)]
public partial struct KimiDelta
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> g, Scalar beta)
    {
        q = L2Normalize(q) * Rsqrt(Size(q));
        k = L2Normalize(k);
        S = Exp(g) * S;
        var error = v - Dot(k, S);
        S = S + Outer(k, Sigmoid(beta) * error);
        return Dot(q, S);
    }
}

/// <summary>RWKV-7, whose state lies with its values first: removal with one pair of keys, writing with another, and a bonus for the token itself.</summary>
[Recurrence]
public partial struct Rwkv7
{
    [State] private Tensor<Value, Key> S;

    public Tensor<Value> Step(
        Tensor<Key> r, Tensor<Key> w, Tensor<Key> k, Tensor<Value> v, Tensor<Key> a, [Shared(Across.Time)] Tensor<Key> kappa, [Shared(Across.Time)] Tensor<Key> rk, [Shared(Across.Time)] Tensor<Key> alpha)
    {
        var decay = Exp(-Exp(-0.5) * Sigmoid(w));
        var rate = Sigmoid(a);
        var kk = L2Normalize(k * kappa);
        var key = k * (1 + (rate - 1) * alpha);
        var removed = Dot(S, -kk);
        S = S * decay + Outer(removed, kk * rate) + Outer(v, key);
        var y = Dot(S, r);
        return y + Sum(r * key * rk) * v;
    }
}

/// <summary>RWKV-5: the outer product has a name, and the output reads a sum of it and the state before.</summary>
[Recurrence]
public partial struct Rwkv5
{
    [State] private Tensor<Key, Value> wkv;

    public Tensor<Value> Step(Tensor<Key> r, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Key> w, [Shared(Across.Time)] Tensor<Key> u)
    {
        var kv = Outer(k, v);
        var y = Dot(r, u * kv + wkv);
        wkv = Exp(-Exp(w)) * wkv + kv;
        return y;
    }
}

/// <summary>Gated DeltaProduct: two reflections a token, which a helper makes of the state.</summary>
[Recurrence(Require = Mode.Chunkwise)]
public partial struct GatedDeltaProduct
{
    [State] private Tensor<Key, Value> S;

    private static Tensor<Key, Value> Householder(Tensor<Key, Value> S, Tensor<Key> k, Tensor<Value> v, Scalar beta)
    {
        var n = L2Normalize(k);
        return S + Outer(n, 2 * Sigmoid(beta) * (v - Dot(n, S)));
    }

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k0, Tensor<Value> v0, Scalar b0, Tensor<Key> k1, Tensor<Value> v1, Scalar b1, Scalar g)
    {
        S *= Exp(g);
        S = Householder(S, k0, v0, b0);
        S = Householder(S, k1, v1, b1);
        return Dot(q, S);
    }
}

/// <summary>Comba: what corrects the write is scaled by itself, and the query is corrected by the key.</summary>
[Recurrence]
public partial struct Comba
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar alpha, Scalar beta, [Shared(Across.Time)] Scalar b, [Shared(Across.Time)] Scalar d)
    {
        var kn = L2Normalize(k);
        var p = Sigmoid(b) * kn;
        S = Exp(alpha) * S + Outer(kn, Sigmoid(beta) * (v - Exp(alpha) * Dot(p, S)));
        return Dot(L2Normalize(q) - d * kn, S);
    }
}

/// <summary>HGRN2: what is kept of a key is not written, above a learnt bound.</summary>
[Recurrence(Require = Mode.Chunkwise)]
public partial struct Hgrn2
{
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> f, Tensor<Value> i, [Shared(Across.Time)] Scalar lower)
    {
        var bound = Sigmoid(lower);
        var g = bound + (1 - bound) * Sigmoid(f);
        S = g * S + Outer(1 - g, SiLU(i));
        return Dot(SiLU(q), S);
    }
}

/// <summary>Gated slot attention: two memories of slots, and a softmax between them.</summary>
[Recurrence(Require = Mode.Chunkwise)]
public partial struct GatedSlots
{
    [State] private Tensor<Slot, Key> K;
    [State] private Tensor<Slot, Value> V;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Slot> g)
    {
        var forget = Exp(LogSigmoid(g) / 16.0);
        var write = 1 - forget;
        K = forget * K + Outer(write, k);
        V = forget * V + Outer(write, v);
        var p = Softmax(Dot(K, q) * Rsqrt(Size(q)));
        return Dot(p, V);
    }
}

/// <summary>TransNormer: keys turned by the position, and an output of unit scale.</summary>
[Recurrence]
public partial struct TransNormer
{
    [State] private Tensor<Key, Value> kv;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Key> theta, [Shared(Across.Time)] Scalar slope, [TokenIndex] Scalar t)
    {
        var (qr, kr) = (Rotate(q, theta * t), Rotate(k, theta * t));
        kv = Exp(-Abs(slope)) * kv + Outer(kr, v);
        var o = Dot(qr, kv);
        return o * Rsqrt(Mean(o * o) + 1e-5);
    }
}

/// <summary>A memory with time scales as a third axis.</summary>
[Recurrence]
public partial struct ThreeAxis
{
    [State] private Tensor<Scale, Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Scale> mix, [Shared(Across.Time)] Tensor<Scale> rates)
    {
        S = Sigmoid(rates) * S + Outer(Outer(Softmax(mix), k), v);
        return Dot(Softmax(mix), Dot(q, S));
    }
}

/// <summary>A correction for each of several scales at once.</summary>
[Recurrence]
public partial struct ThreeAxisDelta
{
    [State] private Tensor<Key, Scale, Value> S;

    public Tensor<Scale, Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Scale> beta, Scalar g)
    {
        var key = L2Normalize(k);
        S *= Exp(g);
        var e = v - Dot(key, S);
        S += Outer(key, Sigmoid(beta) * e);
        return Dot(q, S);
    }
}

/// <summary>Three memories that forget at different rates, mixed by the token.</summary>
[Recurrence]
public partial struct MultiScale
{
    [State] private Tensor<Key, Value> Fast;
    [State] private Tensor<Key, Value> Medium;
    [State] private Tensor<Key, Value> Slow;

    private static Tensor<Key, Value> Leak(Tensor<Key, Value> S, Tensor<Key> k, Tensor<Value> v, double rate) => rate * S + (1 - rate) * Outer(k, v);

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Scale> lambda)
    {
        Fast = Leak(Fast, k, v, 0.5);
        Medium = Leak(Medium, k, v, 0.9);
        Slow = Leak(Slow, k, v, 0.99);
        var w = Softmax(lambda);
        return Dot(q, w[0] * Fast + w[1] * Medium + w[2] * Slow);
    }
}

/// <summary>A delay line as one state of two axes, before a delta rule.</summary>
[Recurrence]
public partial struct ConvThenDelta
{
    [State] private Tensor<Tap, Key> window;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> x, Tensor<Value> v, Scalar beta, [Shared(Across.Time)] Tensor<Tap, Key> kernel)
    {
        window = Push(window, x);
        var k = L2Normalize(SiLU(Sum(kernel * window, Over<Tap>())));
        S += Outer(k, Sigmoid(beta) * (v - Dot(k, S)));
        return Dot(q, S);
    }
}

/// <summary>Gates between -1 and 1, of which some are exactly 0.</summary>
[Recurrence]
public partial struct SignedGla
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> sums;

    public (Tensor<Value> O, Tensor<Key> Sums) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> a, Scalar open)
    {
        var gate = Tanh(a) * (open > 0);
        S = gate * S + Outer(k, v);
        sums = Where(open > 0, sums, 0) + k;
        return (Dot(q, S), sums);
    }
}

/// <summary>Two layers, with a norm in between.</summary>
[Recurrence]
public partial struct TwoLayers
{
    [State] private Tensor<Key, Value> A;
    [State] private Tensor<Value, Channel> B;

    private static Tensor<Value> Norm(Tensor<Value> x)
    {
        var centred = x - Mean(x);
        return centred * Rsqrt(Mean(Square(centred)) + 1e-2);
    }

    public Tensor<Channel> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Channel> u, Tensor<Value> g)
    {
        A = Sigmoid(g) * A + Outer(k, v);
        var mid = Norm(Dot(q, A));
        B += Outer(mid, 0.1 * (u - Dot(mid, B)));
        return Dot(Norm(v), B);
    }
}

/// <summary>A forget gate over normalised features.</summary>
[Recurrence]
public partial struct FoxLinear
{
    [State] private Tensor<Key, Value> S;
    [State] private Tensor<Key> z;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar f)
    {
        var gate = Sigmoid(f + 2);
        var phi = Exp(k - MaxOver(k));
        var query = Exp(q - MaxOver(q));
        (S, z) = (gate * S + Outer(phi, v), gate * z + phi);
        return Dot(query, S) / Max(Dot(query, z), 1e-2);
    }
}
