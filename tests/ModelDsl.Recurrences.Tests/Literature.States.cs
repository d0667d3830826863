namespace ModelDsl.Recurrences.Tests;

public struct N : IAxis;

/// <summary>Mamba-3: the trapezoid rule, which takes the token before from two states, and a complex transition.</summary>
[Recurrence]
public partial struct Mamba3
{
    [State] private Tensor<N> angle;
    [State] private Tensor<N> lastB;
    [State] private Tensor<Value> lastX;
    [State] private ComplexTensor<N, Value> h;

    public Tensor<Value> Step(
        Tensor<Value> x, Tensor<N> b, Tensor<N> c, Scalar delta, Tensor<N> theta, Scalar lambda, [Shared(Across.Time)] Scalar a, [Shared(Across.Time)] Scalar skip)
    {
        var dt = Softplus(delta);
        var alpha = Exp(-dt * Exp(a));
        var trap = Sigmoid(lambda);
        var rot = Polar(alpha, dt * theta);
        h = rot * h + (1 - trap) * dt * rot * Outer(lastB, lastX) + trap * dt * Outer(b, x);
        lastB = b;
        lastX = x;
        angle = angle + dt * theta;
        return Dot(c, h.Re) + skip * x;
    }
}

/// <summary>RWKV-4 as it is computed: sums relative to a running maximum, which two states share as their decay.</summary>
[Recurrence]
public partial struct Rwkv4Stable
{
    [State] private Tensor<Channel> num;
    [State] private Tensor<Channel> den;
    [State] private Tensor<Channel> max;

    public Tensor<Channel> Step(Tensor<Channel> k, Tensor<Channel> v, Tensor<Channel> r, [Shared(Across.Time)] Tensor<Channel> w, [Shared(Across.Time)] Tensor<Channel> u)
    {
        var top = Max(max, u + k);
        var e1 = Exp(max - top);
        var e2 = Exp(u + k - top);
        var y = (e1 * num + e2 * v) / (e1 * den + e2);
        var decay = -Exp(w);
        var next = Max(max + decay, k);
        var d1 = Exp(max + decay - next);
        var d2 = Exp(k - next);
        num = d1 * num + d2 * v;
        den = d1 * den + d2;
        max = next;
        return Sigmoid(r) * y;
    }
}

/// <summary>minLSTM: gates that sum to one.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct MinLstm
{
    [State] private Tensor<Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> f, Tensor<Channel> i, Tensor<Channel> c)
    {
        var (forget, input) = (Sigmoid(f), Sigmoid(i));
        var total = forget + input;
        h = forget / total * h + input / total * c;
        return h;
    }
}

/// <summary>LinOSS: oscillators, position after speed.</summary>
[Recurrence]
public partial struct LinOss
{
    [State] private Tensor<N> z;
    [State] private Tensor<N> y;

    public Tensor<Channel> Step(
        Tensor<Channel> u, [Shared(Across.Time)] Tensor<N> A, [Shared(Across.Time)] Tensor<N> dt, [Shared(Across.Time)] Tensor<N, Channel> B, [Shared(Across.Time)] Tensor<Channel, N> Cm, [Shared(Across.Time)] Tensor<Channel> D)
    {
        var step = Sigmoid(dt);
        z = z + step * (-Relu(A) * y + Dot(B, u));
        y = y + step * z;
        return Dot(Cm, y) + D * u;
    }
}

/// <summary>Oscillators with damping and a step of their own at each token.</summary>
[Recurrence]
public partial struct DampedLinOss
{
    [State] private Tensor<N> z;
    [State] private Tensor<N> y;

    public Tensor<N> Step(Tensor<N> u, Tensor<N> dt, [Shared(Across.Time)] Tensor<N> A, [Shared(Across.Time)] Tensor<N> G)
    {
        var step = Sigmoid(dt);
        var S = 1 + step * Softplus(G);
        z = (z - step * Softplus(A) * y + step * u) / S;
        y += step * z;
        return y;
    }
}

/// <summary>A Legendre memory: a fixed dense transition.</summary>
[Recurrence]
public partial struct LmuLinear
{
    [State] private Tensor<N> m;

    public Tensor<Channel> Step(
        Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> e, [Shared(Across.Time)] Tensor<N, Row> A, [Shared(Across.Time)] Tensor<N> b, [Shared(Across.Time)] Tensor<Channel, N> W)
    {
        m = Dot(A, m.As<Row>()) + b * Dot(e, x);
        return Tanh(Dot(W, m) + x);
    }
}

/// <summary>UnICORNN: nonlinear oscillators, each for itself.</summary>
[Recurrence]
public partial struct Unicornn
{
    [State] private Tensor<Channel> y;
    [State] private Tensor<Channel> z;

    public Tensor<Channel> Step(Tensor<Channel> u, [Shared(Across.Time)] Tensor<Channel> w, [Shared(Across.Time)] Tensor<Channel> c)
    {
        var s = 0.1 * Sigmoid(c);
        z -= s * (Tanh(w * y + u) + 0.9 * y);
        y += s * z;
        return y;
    }
}

/// <summary>Hunters and hunted: a product of two states.</summary>
[Recurrence]
public partial struct Lotka
{
    [State] private Tensor<Channel> prey;
    [State] private Tensor<Channel> predator;

    public (Tensor<Channel> Prey, Tensor<Channel> Predator) Step(Tensor<Channel> a, Tensor<Channel> b)
    {
        var meet = 0.1 * prey * predator;
        (prey, predator) = (prey + 0.1 * (Sigmoid(a) * prey - meet), predator + 0.1 * (meet - Sigmoid(b) * predator));
        return (prey, predator);
    }
}

/// <summary>Running mean and variance after Welford, in terms of the mean before and after.</summary>
[Recurrence]
public partial struct Welford
{
    [State] private Tensor<Channel> mean;
    [State] private Tensor<Channel> m2;

    public (Tensor<Channel> Mean, Tensor<Channel> Variance, Tensor<Channel> Standardised) Step(Tensor<Channel> x, [TokenIndex] Scalar t)
    {
        var n = t + 1;
        var delta = x - mean;
        mean += delta / n;
        m2 += delta * (x - mean);
        var variance = m2 / n;
        return (mean, variance, (x - mean) * Rsqrt(variance + 1e-1));
    }
}

/// <summary>A mean since the last reset.</summary>
[Recurrence]
public partial struct ResetCounter
{
    [State] private Scalar count;
    [State] private Tensor<Channel> sum;

    public (Tensor<Channel> Mean, Scalar Count) Step(Tensor<Channel> x, Scalar reset)
    {
        var keep = 1 - reset;
        count = keep * count + 1;
        sum = keep * sum + x;
        return (sum / count, count);
    }
}

/// <summary>Two states that share their decay.</summary>
[Recurrence]
public partial struct SharedGate
{
    [State] private Tensor<Channel> num;
    [State] private Tensor<Channel> den;

    public Tensor<Channel> Step(Tensor<Channel> k, Tensor<Channel> v, Tensor<Channel> g)
    {
        var d = Sigmoid(g);
        num = d * num + Exp(k) * v;
        den = d * den + Exp(k);
        return num / den;
    }
}

/// <summary>A gate that is an output, too.</summary>
[Recurrence]
public partial struct GateIsOutput
{
    [State] private Tensor<Channel> h;

    public (Tensor<Channel> Y, Tensor<Channel> Gate) Step(Tensor<Channel> x, Tensor<Channel> g)
    {
        var f = Sigmoid(g);
        h = f * h + Tanh(x);
        return (h, f);
    }
}
