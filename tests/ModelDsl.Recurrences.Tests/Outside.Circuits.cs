namespace ModelDsl.Recurrences.Tests;

/// <summary>A lattice of three reflections without zeros: each stage hands back what the one before it gets at the next token.</summary>
[Recurrence]
public partial struct Lattice
{
    [State] private Scalar g0;
    [State] private Scalar g1;
    [State] private Scalar g2;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Scale> reflection)
    {
        var k1 = Tanh(reflection[0]);
        var k2 = Tanh(reflection[1]);
        var k3 = Tanh(reflection[2]);
        var f = x - k3 * g2;
        var f1 = f - k2 * g1;
        var f0 = f1 - k1 * g0;
        var back = k3 * f + g2;
        g2 = k2 * f1 + g1;
        g1 = k1 * f0 + g0;
        g0 = f0;
        return f0 + 0.1 * back;
    }
}

/// <summary>A filter of second order in its second transposed form.</summary>
[Recurrence]
public partial struct TransposedForm
{
    [State] private Scalar s1;
    [State] private Scalar s2;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Scale> b, [Shared(Across.Time)] Scalar a1, [Shared(Across.Time)] Scalar a2)
    {
        var y = b[0] * x + s1;
        s1 = b[1] * x - 0.5 * Tanh(a1) * y + s2;
        s2 = b[2] * x - 0.5 * Tanh(a2) * y;
        return y;
    }
}

/// <summary>Two all-pass filters in a row, from a helper's point of view: what the first put out at the last token is the second one's last input.</summary>
[Recurrence]
public partial struct AllPassPair
{
    [State] private Scalar x1;
    [State] private Scalar y1;
    [State] private Scalar z1;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Scalar a)
    {
        var c = Tanh(a);
        var y = Pass(c, x, x1, y1);
        var z = Pass(c, y, y1, z1);
        (x1, y1, z1) = (x, y, z);
        return 0.5 * (x + z);
    }

    private static Scalar Pass(Scalar c, Scalar x, Scalar lastX, Scalar lastY) => -c * x + lastX + c * lastY;
}

/// <summary>Two delay lines that reflect into each other, as on a string.</summary>
[Recurrence]
public partial struct Waveguide
{
    [State] private Tensor<Tap> left;
    [State] private Tensor<Tap> right;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Scalar reflect)
    {
        var (endLeft, endRight) = (left[3], right[3]);
        var r = 0.9 * Tanh(reflect);
        left = Push(left, x - r * endRight);
        right = Push(right, -r * endLeft);
        return endLeft + endRight;
    }
}

/// <summary>An autoregressive moving average on two delay lines.</summary>
[Recurrence]
public partial struct MovingAverages
{
    [State] private Tensor<Tap> past;
    [State] private Tensor<Tap> shocks;

    public Scalar Step(Scalar shock, [Shared(Across.Time)] Tensor<Tap> phi, [Shared(Across.Time)] Tensor<Tap> theta)
    {
        var y = shock + 0.1 * Dot(Tanh(phi), past) + Dot(theta, shocks);
        past = Push(past, y);
        shocks = Push(shocks, shock);
        return y;
    }
}

/// <summary>What is left of a start, by multipliers that are sums: nothing comes in.</summary>
[Recurrence]
public partial struct Discharge
{
    [State] private Tensor<Channel> h;
    [State] private Scalar s;
    [State] private Scalar r;

    public (Tensor<Channel> Of, Scalar Product) Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> a, [Shared(Across.Time)] Tensor<Channel> b, [Shared(Across.Time)] Scalar c, [Shared(Across.Time)] Scalar d)
    {
        h *= a * a - b / 2 + 0.5 * c;
        (s, r) = (r * (c - d) / 2, s * (c + d) / 2);
        return (x * h, Sum(x) * s);
    }
}

/// <summary>A sum of turns steers two sums: what a state of an earlier stratum is a nonlinear function of may be anything.</summary>
[Recurrence]
public partial struct Compass
{
    [State] private Scalar heading;
    [State] private Scalar east;
    [State] private Scalar north;

    public (Scalar East, Scalar North) Step(Scalar turn, Scalar speed, Scalar wind)
    {
        heading += turn;
        east += speed * Cos(heading) + 0.1 * wind;
        north += speed * Sin(heading);
        return (east, north);
    }
}
