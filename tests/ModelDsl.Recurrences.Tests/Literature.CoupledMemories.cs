namespace ModelDsl.Recurrences.Tests;

/// <summary>MesaNet: two memories, and steps of conjugate gradients with one of them before the other is asked.</summary>
[Recurrence]
public partial struct Mesa
{
    [State] private Tensor<Key, Value> G;
    [State] private Tensor<Key, Slot> H;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta, [Shared(Across.Time)] Tensor<Key> lambda)
    {
        var f = Exp(g);
        var ridge = Softplus(lambda) + 1;
        H = f * H + Sigmoid(beta) * Outer(k, k.As<Slot>());
        G = f * G + Sigmoid(beta) * Outer(k, v);
        var x = q / ridge;
        var r = q - (Dot(H, x.As<Slot>()) + ridge * x);
        var p = r;
        var rr = Dot(r, r);
        for (int i = 0; i < 2; i++)
        {
            var Ap = Dot(H, p.As<Slot>()) + ridge * p;
            var a = rr / (Dot(p, Ap) + 1e-3);
            x += a * p;
            r -= a * Ap;
            var rr2 = Dot(r, r);
            p = r + rr2 / (rr + 1e-3) * p;
            rr = rr2;
        }
        return Dot(x, G);
    }
}

/// <summary>Attention with bounded memory: slots are averages, whose weights a third state sums up.</summary>
[Recurrence]
public partial struct Abc
{
    [State] private Tensor<Slot> z;
    [State] private Tensor<Slot, Key> K;
    [State] private Tensor<Slot, Value> V;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Slot> s)
    {
        var e = Exp(s);
        var zNew = z + e;
        var keep = z / zNew;
        K = keep * K + Outer(e / zNew, k);
        V = keep * V + Outer(e / zNew, v);
        z = zNew;
        return Dot(Softmax(Dot(K, q)), V);
    }
}

/// <summary>mLSTM with its stabiliser.</summary>
[Recurrence]
public partial struct MLstm
{
    [State] private Tensor<Key, Value> C;
    [State] private Tensor<Key> n;
    [State] private Scalar m;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar i, Scalar f)
    {
        k = k * Rsqrt(Size(k));
        var logF = LogSigmoid(f);
        var mNew = Max(logF + m, i);
        var fp = Exp(logF + m - mNew);
        var ip = Exp(i - mNew);
        C = fp * C + ip * Outer(k, v);
        n = fp * n + ip * k;
        m = mNew;
        var denominator = Max(Abs(Dot(n, q)), Exp(-m));
        return Dot(q, C) / denominator;
    }
}

/// <summary>Two steps of a modern Hopfield network on a memory that fades.</summary>
[Recurrence]
public partial struct HopfieldRead
{
    [State] private Tensor<Slot, Key> X;
    [State] private Tensor<Slot, Value> Y;

    public Tensor<Value> Step(Tensor<Slot> w, Tensor<Key> k, Tensor<Value> v, Tensor<Key> q, Scalar g)
    {
        X = Exp(g) * X + Outer(w, k);
        Y = Exp(g) * Y + Outer(w, v);
        var xi = q;
        for (int it = 0; it < 2; ++it)
        {
            xi = Dot(Softmax(2 * Dot(X, xi)), X);
        }
        return Dot(Softmax(2 * Dot(X, xi)), Y);
    }
}

/// <summary>A memory that descends with momentum on the error of its own last state.</summary>
[Recurrence]
public partial struct MomentumDelta
{
    [State] private Tensor<Key, Value> M;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar eta, Scalar theta, Scalar alpha)
    {
        var key = L2Normalize(k);
        var surprise = Outer(key, Dot(key, M) - v);
        S = Sigmoid(eta) * S - 0.1 * Sigmoid(theta) * surprise;
        M = (1 - 0.1 * Sigmoid(alpha)) * M + S;
        return Dot(q, M);
    }
}

/// <summary>Two memories, each of which writes what the other one answered.</summary>
[Recurrence]
public partial struct MutualMemories
{
    [State] private Tensor<Key, Value> A;
    [State] private Tensor<Value, Key> B;

    public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        var fromA = Dot(k, A);
        var fromB = Dot(v, B);
        A = Exp(g) * A + 0.1 * Outer(k, v - fromA) + 0.05 * Outer(fromB, v);
        B = Exp(g) * B + 0.1 * Outer(v, k) - 0.05 * Outer(fromA, k);
        return fromA;
    }
}

/// <summary>A covariance that fades, about a mean that fades.</summary>
[Recurrence]
public partial struct EmaCovariance
{
    [State] private Tensor<Row> mean;
    [State] private Tensor<Row, Column> cov;

    public (Tensor<Row> Y, Scalar Trace) Step(Tensor<Row> x, [Shared(Across.Time)] Scalar rate)
    {
        var a = Sigmoid(rate);
        mean = a * mean + (1 - a) * x;
        var d = x - mean;
        cov = a * cov + (1 - a) * Outer(d, d.As<Column>());
        return (Dot(cov, d.As<Column>()), Sum(Square(d)));
    }
}
