namespace ModelDsl.Recurrences.Tests;

/// <summary>Holt and Winters: a level, a trend, and a season that comes back from a delay line.</summary>
[Recurrence]
public partial struct HoltWinters
{
    [State] private Scalar level;
    [State] private Scalar slope;
    [State] private Tensor<Tap> season;

    public Scalar Step(Scalar y, [Shared(Across.Time)] Scalar alpha, [Shared(Across.Time)] Scalar beta, [Shared(Across.Time)] Scalar gamma)
    {
        Scalar a = Sigmoid(alpha), b = Sigmoid(beta), c = Sigmoid(gamma);
        Scalar expected = season[2], last = level;
        Scalar forecast = level + slope + expected;
        level = a * (y - expected) + (1 - a) * (last + slope);
        slope = b * (level - last) + (1 - b) * slope;
        season = Push(season, c * (y - level) + (1 - c) * expected);
        return forecast;
    }
}

/// <summary>Page's test to both sides: one sum is never below zero, the other never above.</summary>
[Recurrence]
public partial struct TwoSidedTest
{
    [State] private Scalar up;
    [State] private Scalar down;

    public (Scalar Alarm, Scalar Side) Step(Scalar x, Scalar target, [Shared(Across.Time)] Scalar slack)
    {
        var s = Softplus(slack);
        up = Max(0, up + x - target - s);
        down = Min(0, down + x - target + s);
        return (Sigmoid(4 * (Max(up, -down) - 1)), up + down);
    }
}

/// <summary>What was lost since the highest point, and the most that ever was: a maximum of a sum, and a maximum of what is below that one.</summary>
[Recurrence]
public partial struct Drawdown
{
    [State] private Tensor<Channel> wealth;
    [State] private Tensor<Channel> peak;
    [State] private Tensor<Channel> worst;

    public (Tensor<Channel> Now, Scalar Worst) Step(Tensor<Channel> gain)
    {
        wealth += 0.1 * gain;
        peak = Max(peak, wealth);
        var lost = peak - wealth;
        worst = Max(worst, lost);
        return (lost, Sum(worst));
    }
}

/// <summary>Between the smallest and the largest of late: two states over two operations, divided by each other.</summary>
[Recurrence]
public partial struct MinMaxScaler
{
    [State] private Tensor<Channel> low;
    [State] private Tensor<Channel> high;

    public Tensor<Channel> Step(Tensor<Channel> x, Scalar leak)
    {
        var l = 0.1 * Sigmoid(leak);
        low = Min(low + l, x);
        high = Max(high - l, x);
        return (x - low) / (Square(high - low) + 0.5);
    }
}

/// <summary>A peak that a reset forgets scales the keys of a memory that forgets with it.</summary>
[Recurrence]
public partial struct PeakHold
{
    [State] private Tensor<Channel> peak;
    [State] private Tensor<Channel, Value> M;

    public Tensor<Value> Step(Tensor<Channel> x, Scalar decay, Tensor<Value> v, Scalar reset)
    {
        peak = Where(reset > 0.7, Abs(x), Max(peak - Softplus(decay), Abs(x)));
        M = Where(reset > 0.7, 0, M) + Outer(x / (Square(peak) + 0.3), v);
        return Dot(peak, M);
    }
}

/// <summary>A counter that stops at five and starts again where it is told to: bounded sums are min-plus, and the reset is one of them.</summary>
[Recurrence]
public partial struct Debounce
{
    [State] private Scalar count;
    [State] private Tensor<Channel> sum;

    public Tensor<Channel> Step(Scalar x, Tensor<Channel> v)
    {
        count = Where(x > 0, Min(count + 1, 5), 0);
        sum = Where(x > 0, sum, 0) + v;
        return sum / (2 + count);
    }
}

/// <summary>Probabilities of pairs in logarithms, summed over one axis in a stable way for each token.</summary>
[Recurrence]
public partial struct LogForward
{
    [State] private Tensor<Row, Column> alpha;

    public (Tensor<Row> Marginal, Scalar Evidence) Step(Tensor<Row, Column> emission, Tensor<Row> stay, Tensor<Column> enter)
    {
        alpha = LogAddExp(alpha + LogSigmoid(stay), enter - 1) + 0.5 * emission;
        var top = MaxOver(alpha, Over<Column>());
        return (top + Log(Sum(Exp(alpha - top), Over<Column>())), Sum(alpha));
    }
}

/// <summary>Adam: two averages, and weights that a quotient of them moves.</summary>
[Recurrence]
public partial struct Adam
{
    [State] private Tensor<Channel> first;
    [State] private Tensor<Channel> second;
    [State] private Tensor<Channel> weight;

    public (Tensor<Channel> Weight, Tensor<Channel> Update) Step(Tensor<Channel> gradient, [Shared(Across.Time)] Scalar rate, [TokenIndex] Scalar t)
    {
        const double beta1 = 0.9, beta2 = 0.99;
        first = beta1 * first + (1 - beta1) * gradient;
        second = beta2 * second + (1 - beta2) * Square(gradient);
        Tensor<Channel> unbiased = first / (1 - Exp(Math.Log(beta1) * (t + 1)));
        var update = Softplus(rate) * unbiased / (Sqrt(second) + 0.1);
        weight = (1 - 0.01 * Softplus(rate)) * weight - update;
        return (weight, update);
    }
}
