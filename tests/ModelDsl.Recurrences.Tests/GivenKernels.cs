namespace ModelDsl.Recurrences.Tests;

/// <summary>Two kernels of two shapes on two signals, gates before and after, a position in what is made of them, and a normalisation over the length.</summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct GatedKernels
{
    public (Tensor<Channel> Mixed, Tensor<Key, Value> Outer) Step(
        Tensor<Channel> x,
        Tensor<Key, Value> m,
        [Shared(Across.Time)] Tensor<Channel> rate,
        [Shared(Across.Time | Across.Heads)] Tensor<Key> decay,
        [Shared(Across.Time)] Tensor<Value> weight,
        [TokenIndex] Scalar index,
        [SequenceLength] Scalar length,
        [Lag] Scalar lag)
    {
        var falling = Exp(-Square(rate) * lag) / Sqrt(length);
        var bumps = Outer(Cos(0.3 * lag * decay), weight / (1 + lag));
        var mixed = Convolve(SiLU(x), falling);
        var outer = Convolve(m * m, bumps);
        return (x * Tanh(mixed) + 0.01 * index, m + outer * Convolve(m, 0.5 * bumps));
    }
}

/// <summary>The same signal through a transfer function over vectors and through a kernel over lags; a single delay.</summary>
[Recurrence]
public partial struct BothKinds
{
    public Tensor<Channel> Step(
        Tensor<Channel> x,
        [Shared(Across.Time)] Tensor<Channel> pole,
        [Shared(Across.Time)] ComplexTensor<Channel> zero,
        [Delay] ComplexScalar delay,
        [Lag] Scalar lag)
    {
        var transfer = (1 + zero * delay) / (1 + Complex(0.5 * Tanh(pole), 0) * delay);
        return ConvolveByFrequency(x, transfer) - Convolve(x, Exp(-lag * Abs(pole)));
    }
}

/// <summary>A rational transfer function over matrices of signals, whose coefficients lie along an axis of delays.</summary>
[Recurrence]
public partial struct RationalMatrices
{
    public Tensor<Key, Value> Step(
        Tensor<Key, Value> x,
        [Shared(Across.Time)] Tensor<Lag, Key> numerator,
        [Shared(Across.Time)] Tensor<Lag, Value> denominator,
        [SequenceLength] Scalar length,
        [Delay] ComplexTensor<Lag> delay) =>
        ConvolveByFrequency(x, Outer(Dot(delay, Complex(numerator, 0)), 1 / (1 + Dot(delay, Complex(0.02 * denominator, 0)))) * (1 + 1 / length));
}

/// <summary>A constant kernel is a sum, and one that is one at lag zero changes nothing: what convolutions must give, known by hand.</summary>
[Recurrence]
public partial struct SumAndSelf
{
    public (Scalar Sum, Scalar Self, Scalar Late) Step(Scalar x, [Lag] Scalar lag, [Delay] ComplexScalar delay) =>
        (Convolve(x, 1), Convolve(x, EqualTo(lag, 0)), ConvolveByFrequency(x, delay));
}

/// <summary>One kernel for two signals, a parameter for a kernel, and a parameter for a signal.</summary>
[Recurrence]
public partial struct SharedKernel
{
    public (Scalar Product, Scalar Sums) Step(Scalar x, Scalar y, [Shared(Across.Time)] Scalar w, [Shared(Across.Time | Across.Heads)] Scalar u, [Lag] Scalar lag)
    {
        var kernel = w * Exp(-0.1 * lag);
        return (Convolve(x, kernel) * Convolve(y, kernel), Convolve(x + y, w) + Convolve(u, kernel));
    }
}
