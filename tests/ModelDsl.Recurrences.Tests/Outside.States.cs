namespace ModelDsl.Recurrences.Tests;

/// <summary>Averages over several time scales, mixed by the token.</summary>
[Recurrence]
public partial struct TimeScales
{
    [State] private Tensor<Scale, Channel> h;

    public Tensor<Channel> Step(Tensor<Channel> x, Tensor<Scale> mix, [Shared(Across.Time)] Tensor<Scale> rates)
    {
        var keep = Sigmoid(rates);
        h = keep * h + Outer(1 - keep, x);
        return Sum(Softmax(mix) * h, Over<Scale>());
    }
}

/// <summary>A leaky neuron that fires above a threshold; the gradient goes through as if the threshold were soft.</summary>
[Recurrence]
public partial struct SpikingNeuron
{
    [State] private Tensor<Unit> potential;

    public (Tensor<Unit> Spike, Tensor<Unit> Potential) Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit> leak)
    {
        var charged = Sigmoid(leak) * potential + x;
        var soft = Sigmoid(4 * (charged - 0.6));
        var spike = soft + Detach((charged > 0.6) - soft);
        potential = charged * (1 - Detach(spike));
        return (spike, potential);
    }
}

/// <summary>A leaky neuron that is reset where its input says so.</summary>
[Recurrence]
public partial struct ResetBySpikes
{
    [State] private Tensor<Unit> potential;

    public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit> fired, [Shared(Across.Time)] Tensor<Unit> leak)
    {
        potential = Where(fired > 0.5, 0, Sigmoid(leak) * potential) + x;
        return potential;
    }
}

/// <summary>A liquid time constant: an implicit step of an ODE whose rate the token sets.</summary>
[Recurrence]
public partial struct LiquidStep
{
    [State] private Tensor<Unit> h;

    public Tensor<Unit> Step(Tensor<Unit> x, Scalar dt, [Shared(Across.Time)] Tensor<Unit> tau, [Shared(Across.Time)] Tensor<Unit> target)
    {
        var step = Softplus(dt);
        var f = Sigmoid(x);
        h = (h + step * f * target) / (1 + step * (1 / Softplus(tau) + f));
        return h;
    }
}

/// <summary>A cell that follows an ODE by the midpoint rule.</summary>
[Recurrence]
public partial struct MidpointCell
{
    [State] private Tensor<Unit> h;

    public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit, Previous> w)
    {
        var slope = Tanh(Dot(w, h.As<Previous>()) + x) - h;
        var middle = h + 0.1 * slope;
        h += 0.2 * (Tanh(Dot(w, middle.As<Previous>()) + x) - middle);
        return h;
    }
}

/// <summary>Oscillators that pull each other into step.</summary>
[Recurrence]
public partial struct Kuramoto
{
    [State] private Tensor<Unit> phase;

    public Tensor<Unit> Step(Tensor<Unit> frequency, [Shared(Across.Time)] Scalar coupling)
    {
        var (s, c) = (Mean(Sin(phase)), Mean(Cos(phase)));
        phase += 0.1 * (frequency + coupling * (s * Cos(phase) - c * Sin(phase)));
        return Sin(phase);
    }
}

/// <summary>Forgets what it takes in, with a candidate of its own: minGRU beside a slower copy of itself.</summary>
[Recurrence]
public partial struct TiedGates
{
    [State] private Tensor<Unit> slow;
    [State] private Tensor<Unit> fast;

    public Tensor<Unit> Step(Tensor<Unit> gate, Tensor<Unit> candidate, Tensor<Unit> slower)
    {
        var z = Sigmoid(gate);
        fast = (1 - z) * fast + z * candidate;
        var s = z * Sigmoid(slower);
        slow = (1 - s) * slow + s * fast;
        return fast - slow;
    }
}

/// <summary>A soft histogram that fades.</summary>
[Recurrence]
public partial struct SoftHistogram
{
    [State] private Tensor<Slot> counts;

    public (Tensor<Slot> Counts, Scalar Entropy) Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> centers)
    {
        counts = 0.9 * counts + Softmax(-4 * Square(x - centers));
        var p = counts / (Sum(counts) + 1e-2);
        return (counts, -Sum(p * Log(p + 1e-2)));
    }
}

/// <summary>The covariance of two signals about means that fade.</summary>
[Recurrence]
public partial struct CrossCovariance
{
    [State] private Tensor<Row, Column> c;
    [State] private Tensor<Column> meanY;
    [State] private Tensor<Row> meanX;

    public Tensor<Row> Step(Tensor<Row> x, Tensor<Column> y, Tensor<Column> q, [Shared(Across.Time)] Scalar rate)
    {
        var a = Sigmoid(rate);
        var dx = x - meanX;
        meanX = a * meanX + (1 - a) * x;
        meanY = a * meanY + (1 - a) * y;
        c = a * c + (1 - a) * Outer(dx, y - meanY);
        return Dot(c, q);
    }
}

/// <summary>Mean, variance and skew of a signal that fades.</summary>
[Recurrence]
public partial struct FadingMoments
{
    [State] private Tensor<Channel> m3;
    [State] private Tensor<Channel> m1;
    [State] private Tensor<Channel> m2;

    public (Tensor<Channel> Variance, Tensor<Channel> Skew) Step(Tensor<Channel> x, Scalar rate)
    {
        var a = Sigmoid(rate);
        m1 = a * m1 + (1 - a) * x;
        m2 = a * m2 + (1 - a) * Square(x);
        m3 = a * m3 + (1 - a) * Power(x, 3);
        return (m2 - Square(m1), m3 - 3 * m1 * m2 + 2 * Power(m1, 3));
    }
}

/// <summary>A number that is not let out of its range.</summary>
[Recurrence]
public partial struct Saturating
{
    [State] private Tensor<Unit> h;

    public Tensor<Unit> Step(Tensor<Unit> x)
    {
        h = Min(Max(h + x, -0.7), 0.7);
        return h;
    }
}

/// <summary>Rings of numbers that move on by one place a token and fade as the token says.</summary>
[Recurrence]
public partial struct Conveyor
{
    [State] private Tensor<Slot, Channel> belt;

    public Tensor<Channel> Step(Tensor<Channel> x, Tensor<Channel> g, Tensor<Slot> q)
    {
        belt = Sigmoid(g) * Shift(belt, Over<Slot>(), 1) + Outer(Softmax(q), x);
        return Dot(q, belt);
    }
}

/// <summary>A complex number a unit, whose turn depends on the token before as well.</summary>
[Recurrence]
public partial struct TurnOfTheLast
{
    [State] private ComplexTensor<Unit> z;
    [State] private Tensor<Unit> last;

    public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit> decay)
    {
        z = Polar(Sigmoid(decay), x - last) * z + Complex(x, last);
        last = x;
        return Abs(z);
    }
}
