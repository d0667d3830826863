namespace ModelDsl.Recurrences.Tests;

public struct Rank : IAxis;

/// <summary>Normalised LMS on a delay line: weights that follow a desired signal.</summary>
[Recurrence]
public partial struct LeastMeanSquares
{
    [State] private Tensor<Tap> weights;
    [State] private Tensor<Tap> window;

    public (Scalar Estimate, Scalar Error) Step(Scalar x, Scalar desired, [Shared(Across.Time)] Scalar rate)
    {
        window = Push(window, x);
        var estimate = Dot(weights, window);
        var error = desired - estimate;
        weights += Sigmoid(rate) * error * window / (Dot(window, window) + 0.5);
        return (estimate, error);
    }
}

/// <summary>Recursive least squares: the inverse of a covariance, by Sherman and Morrison, and the weights that it corrects.</summary>
[Recurrence]
public partial struct RecursiveLeastSquares
{
    [State] private Tensor<Row, Column> P;
    [State] private Tensor<Row> w;

    public Scalar Step(Tensor<Row> x, Scalar y, [Shared(Across.Time)] Scalar forget)
    {
        var lambda = 0.98 + 0.02 * Sigmoid(forget);
        var px = Dot(P, x.As<Column>());
        var gain = px / (lambda + Dot(x, px) + 1);
        var error = y - Dot(w, x);
        w += gain * error;
        P = (P - Outer(gain, px.As<Column>())) / lambda;
        return error;
    }
}

/// <summary>A Kalman filter for numbers that wander, each by itself: the variance follows Riccati's equation.</summary>
[Recurrence]
public partial struct ScalarKalman
{
    [State] private Tensor<Channel> variance;
    [State] private Tensor<Channel> mean;

    public (Tensor<Channel> Mean, Tensor<Channel> Variance) Step(Tensor<Channel> x, Tensor<Channel> noise, [Shared(Across.Time)] Tensor<Channel> drift)
    {
        var predicted = variance + Softplus(drift);
        var gain = predicted / (predicted + Softplus(noise));
        mean += gain * (x - mean);
        variance = (1 - gain) * predicted;
        return (mean, variance);
    }
}

/// <summary>A Kalman filter whose gain is given: linear in what it believes.</summary>
[Recurrence]
public partial struct SteadyKalman
{
    [State] private Tensor<N> belief;

    public (Tensor<N> Belief, Scalar Innovation) Step(Scalar y, [Shared(Across.Time)] Tensor<N, Row> F, [Shared(Across.Time)] Tensor<N> H, [Shared(Across.Time)] Tensor<N> K)
    {
        var predicted = 0.3 * Dot(F, belief.As<Row>());
        var innovation = y - Dot(H, predicted);
        belief = predicted + K * innovation;
        return (belief, innovation);
    }
}

/// <summary>A controller with proportional, integral and derivative terms, of which the integral leaks.</summary>
[Recurrence]
public partial struct Pid
{
    [State] private Tensor<Channel> integral;
    [State] private Tensor<Channel> last;

    public Tensor<Channel> Step(Tensor<Channel> error, [Shared(Across.Time)] Tensor<Channel> p, [Shared(Across.Time)] Tensor<Channel> i, [Shared(Across.Time)] Tensor<Channel> d)
    {
        integral = 0.95 * integral + error;
        var control = p * error + i * integral + d * (error - last);
        last = error;
        return control;
    }
}

/// <summary>Third differences, with a gate for each order.</summary>
[Recurrence]
public partial struct Differences
{
    [State] private Tensor<Channel> x1;
    [State] private Tensor<Channel> x2;
    [State] private Tensor<Channel> x3;

    public Tensor<Channel> Step(Tensor<Channel> x, Tensor<Scale> gates)
    {
        var first = x - x1;
        var second = x - 2 * x1 + x2;
        var third = x - 3 * x1 + 3 * x2 - x3;
        (x1, x2, x3) = (x, x1, x2);
        return gates[0] * first + gates[1] * second + gates[2] * third;
    }
}

/// <summary>A filter of second order in its first direct form, with coefficients for every token.</summary>
[Recurrence]
public partial struct Biquad
{
    [State] private Tensor<Channel> x1;
    [State] private Tensor<Channel> x2;
    [State] private Tensor<Channel> y1;
    [State] private Tensor<Channel> y2;

    public Tensor<Channel> Step(Tensor<Channel> x, Tensor<Channel> radius, Tensor<Channel> angle, Scalar b1, Scalar b2)
    {
        var r = Sigmoid(radius);
        var y = x + b1 * x1 + b2 * x2 + 2 * r * Cos(angle) * y1 - r * r * y2;
        x2 = x1;
        x1 = x;
        y2 = y1;
        y1 = y;
        return y;
    }
}

/// <summary>Holt's smoothing of a level and a trend.</summary>
[Recurrence]
public partial struct HoltTrend
{
    [State] private Tensor<Channel> trend;
    [State] private Tensor<Channel> level;

    public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> alpha, [Shared(Across.Time)] Tensor<Channel> beta)
    {
        var (a, b) = (Sigmoid(alpha), Sigmoid(beta));
        var before = level;
        level = a * x + (1 - a) * (level + trend);
        trend = b * (level - before) + (1 - b) * trend;
        return level + trend;
    }
}

/// <summary>Temporal differences with an eligibility trace.</summary>
[Recurrence]
public partial struct TemporalDifference
{
    [State] private Tensor<Key> w;
    [State] private Tensor<Key> trace;
    [State] private Tensor<Key> features;

    public (Scalar Value, Scalar Surprise) Step(Tensor<Key> phi, Scalar reward, Scalar alpha, [Shared(Across.Time)] Scalar lambda)
    {
        var next = L2Normalize(phi);
        trace = 0.9 * Sigmoid(lambda) * trace + features;
        var surprise = reward + 0.9 * Dot(w, next) - Dot(w, features);
        w += 0.1 * Sigmoid(alpha) * surprise * trace;
        features = next;
        return (Dot(w, next), surprise);
    }
}

/// <summary>The forward algorithm of a hidden Markov model, not normalised: every token has its own likelihoods.</summary>
[Recurrence]
public partial struct ForwardAlgorithm
{
    [State] private Tensor<N> belief;

    public Scalar Step(Tensor<N> likelihood, [Shared(Across.Time)] Tensor<Row, N> transition)
    {
        belief = Exp(likelihood) * Dot(belief.As<Row>(), Softmax(transition, Over<N>()));
        return Sum(belief);
    }
}

/// <summary>A transition of a diagonal and two directions.</summary>
[Recurrence]
public partial struct LowRankTransition
{
    [State] private Tensor<N> h;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<N> a, [Shared(Across.Time)] Tensor<N, Rank> u, [Shared(Across.Time)] Tensor<Rank, N> v, [Shared(Across.Time)] Tensor<N> c)
    {
        h = Sigmoid(a) * h + 0.2 * Dot(u, Dot(v, h)) + x;
        return Dot(c, h);
    }
}
