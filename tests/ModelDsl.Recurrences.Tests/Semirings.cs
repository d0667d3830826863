namespace ModelDsl.Recurrences.Tests;

/// <summary>minGRU in log space: the state is kept as its logarithm, and neither gates nor candidates are ever exponentiated alone.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct LogMinGru
{
    [State] private Tensor<Channel> logH;

    public Tensor<Channel> Step(Tensor<Channel> z, Tensor<Channel> candidate)
    {
        logH = LogAddExp(-Softplus(z) + logH, -Softplus(-z) + LogG(candidate));
        return Exp(logH);
    }

    private static Tensor<Channel> LogG(Tensor<Channel> x) => Where(x >= 0, Log(Relu(x) + 0.5), -Softplus(-x));
}

/// <summary>minLSTM in log space: the gates' logarithms sum to that of one.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct LogMinLstm
{
    [State] private Tensor<Channel> logH;

    public Tensor<Channel> Step(Tensor<Channel> f, Tensor<Channel> i, Tensor<Channel> candidate)
    {
        var difference = Softplus(-f) - Softplus(-i);
        logH = LogAddExp(LogSigmoid(candidate) - Softplus(-difference), logH - Softplus(difference));
        return Exp(logH);
    }
}

/// <summary>A score for every label, each continued or begun anew, as Viterbi's algorithm keeps them where labels do not change into each other.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct MaxPlusFilter
{
    [State] private Tensor<Row, Channel> score;

    public Tensor<Channel> Step(Tensor<Row> stay, Tensor<Row, Channel> emission, Tensor<Channel> enter, [Shared(Across.Time)] Tensor<Row> w)
    {
        score = Max(score + LogSigmoid(stay), enter) + emission;
        return Dot(w, score);
    }
}

/// <summary>Page's cumulative sum: it is cut at nothing, and an alarm is how far it has come.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct CumulativeSum
{
    [State] private Scalar sum;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Scalar drift) => sum = Relu(sum + x - drift);
}

/// <summary>The shortest way to each of some places: on by a step, or by one that starts here; forgotten at a reset.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct ShortestWay
{
    [State] private Tensor<Channel> way;

    public Tensor<Channel> Step(Tensor<Channel> step, Tensor<Channel> start, Tensor<Channel> other, Scalar reset)
    {
        var before = way;
        way = Where(reset > 0.5, start, Min(Min(start, way + Abs(step)), other));
        return way - 0.5 * before;
    }
}

/// <summary>An evidence that only grows: log(1 + e^x), which is a sum of logarithms.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct SoftCount
{
    [State] private Scalar count;

    public (Scalar Count, Scalar Rate) Step(Scalar x)
    {
        var rate = Sigmoid(count + x);
        count = Softplus(count + x);
        return (count, rate);
    }
}

/// <summary>Sums of exponentials relative to a running maximum of decayed logarithms, for each head: no vector is wide enough to fill lanes, heads are.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct StableMean
{
    [State] private Scalar top;
    [State] private Scalar weight;
    [State] private Scalar sum;

    public Scalar Step(Scalar score, Scalar x, Scalar forget)
    {
        var next = Max(LogSigmoid(forget) + top, score);
        var (old, now) = (Exp(LogSigmoid(forget) + top - next), Exp(score - next));
        weight = old * weight + now;
        sum = old * sum + now * x;
        top = next;
        return sum / weight;
    }
}

/// <summary>A memory whose keys are the states themselves, as their engine leaves them.</summary>
[Recurrence(Require = Mode.ParallelScan)]
public partial struct LogKeys
{
    [State] private Tensor<Key> z;
    [State] private Tensor<Key, Value> S;

    public Tensor<Value> Step(Tensor<Key> f, Tensor<Key> i, Tensor<Value> v, Scalar g)
    {
        z = LogAddExp(-Softplus(f) + z, i);
        S = Sigmoid(g) * S + Outer(z, v);
        return 0.1 * Dot(z, S);
    }
}
