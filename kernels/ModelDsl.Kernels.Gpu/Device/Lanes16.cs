using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Sixteen numbers for each thread, on a CPU with OpenCL: the longest vector that OpenCL has, and one register of AVX-512. See OpenCLVectors.
/// </summary>
public struct Lanes16 : ILane<Lanes16>
{
    private Lanes8 Low, High;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <inheritdoc/>
    public static Lanes16 Broadcast(float value) => new() { Low = Lanes8.Broadcast(value), High = Lanes8.Broadcast(value) };

    /// <inheritdoc/>
    public static Lanes16 Load(ArrayView<float> source, int at) => new() { Low = Lanes8.Load(source, at), High = Lanes8.Load(source, at + 8) };

    /// <inheritdoc/>
    public static Lanes16 Gather(ArrayView<float> source, int at, int stride, int index, int size) => new()
    {
        Low = Lanes8.Gather(source, at, stride, index, size),
        High = Lanes8.Gather(source, at + (8 * stride), stride, index + 8, size),
    };

    /// <inheritdoc/>
    public static Lanes16 LoadTurned(ArrayView<float> source, int at, int index) =>
        new() { Low = Lanes8.LoadTurned(source, at, index), High = Lanes8.LoadTurned(source, at, index + 8) };

    /// <inheritdoc/>
    public static Lanes16 LoadShifted(ArrayView<float> source, int at, int index, int shift, int size) =>
        new() { Low = Lanes8.LoadShifted(source, at, index, shift, size), High = Lanes8.LoadShifted(source, at, index + 8, shift, size) };

    /// <inheritdoc/>
    public static Lanes16 LoadAround(ArrayView<float> source, int at, int start, int step, int size, int stride, int rows, int count) => new()
    {
        Low = Lanes8.LoadAround(source, at, start, step, size, stride, rows, count),
        High = Lanes8.LoadAround(source, at + (8 * rows), start + (8 * step), step, size, stride, rows, count - 8),
    };

    /// <inheritdoc/>
    public static Lanes16 ShiftedLanes(Lanes16 value, int index, int shift, int size) =>
        new() { Low = Lanes8.ShiftedLanes(value.Low, index, shift, size), High = Lanes8.ShiftedLanes(value.High, index + 8, shift, size) };

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes16 value)
    {
        Lanes8.Store(target, at, value.Low);
        Lanes8.Store(target, at + 8, value.High);
    }

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes16 value, int index, int size)
    {
        Lanes8.Store(target, at, value.Low, index, size);
        Lanes8.Store(target, at + 8, value.High, index + 8, size);
    }

    /// <inheritdoc/>
    public static void Scatter(ArrayView<float> target, int at, int stride, Lanes16 value, int index, int size)
    {
        Lanes8.Scatter(target, at, stride, value.Low, index, size);

        // Sizes of whole eights are stored without a look at each lane: the second eight may be missing.
        if (index + 8 < size)
        {
            Lanes8.Scatter(target, at + (8 * stride), stride, value.High, index + 8, size);
        }
    }

    /// <inheritdoc/>
    public static Lanes16 Masked(Lanes16 value, int index, int size, float other) => new()
    {
        Low = Lanes8.Masked(value.Low, index, size, other),
        High = index + 8 < size ? Lanes8.Masked(value.High, index + 8, size, other) : Lanes8.Broadcast(other),
    };

    /// <inheritdoc/>
    public static Lanes16 PlaceLane(Lanes16 value, int index, int place) =>
        new() { Low = Lanes8.PlaceLane(value.Low, index, place), High = Lanes8.PlaceLane(value.High, index + 8, place) };

    /// <inheritdoc/>
    public static float Sum(Lanes16 value) => Lanes8.Sum(value.Low + value.High);

    /// <inheritdoc/>
    public static float MaxOver(Lanes16 value) => Lanes8.MaxOver(Lanes8.Max(value.Low, value.High));

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) =>
        new() { Low = Lanes8.MultiplyAdd(a.Low, b.Low, c.Low), High = Lanes8.MultiplyAdd(a.High, b.High, c.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 MultiplyAdd(float a, Lanes16 b, Lanes16 c) =>
        new() { Low = Lanes8.MultiplyAdd(a, b.Low, c.Low), High = Lanes8.MultiplyAdd(a, b.High, c.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new() { Low = a.Low + b.Low, High = a.High + b.High };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new() { Low = a.Low - b.Low, High = a.High - b.High };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new() { Low = a.Low * b.Low, High = a.High * b.High };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new() { Low = a.Low / b.Low, High = a.High / b.High };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 operator -(Lanes16 a) => new() { Low = -a.Low, High = -a.High };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Exp(Lanes16 x) => new() { Low = Lanes8.Exp(x.Low), High = Lanes8.Exp(x.High) };

    /// <inheritdoc/>
    public static Lanes16 Log(Lanes16 x) => new() { Low = Lanes8.Log(x.Low), High = Lanes8.Log(x.High) };

    /// <inheritdoc/>
    public static Lanes16 Sigmoid(Lanes16 x) => LaneMath<Lanes16>.Sigmoid(x);

    /// <inheritdoc/>
    public static Lanes16 LogSigmoid(Lanes16 x) => LaneMath<Lanes16>.LogSigmoid(x);

    /// <inheritdoc/>
    public static Lanes16 Softplus(Lanes16 x) => LaneMath<Lanes16>.Softplus(x);

    /// <inheritdoc/>
    public static Lanes16 Tanh(Lanes16 x) => LaneMath<Lanes16>.Tanh(x);

    /// <inheritdoc/>
    public static Lanes16 Sin(Lanes16 x) => new() { Low = Lanes8.Sin(x.Low), High = Lanes8.Sin(x.High) };

    /// <inheritdoc/>
    public static Lanes16 Cos(Lanes16 x) => new() { Low = Lanes8.Cos(x.Low), High = Lanes8.Cos(x.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Sqrt(Lanes16 x) => new() { Low = Lanes8.Sqrt(x.Low), High = Lanes8.Sqrt(x.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Rsqrt(Lanes16 x) => new() { Low = Lanes8.Rsqrt(x.Low), High = Lanes8.Rsqrt(x.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Abs(Lanes16 x) => new() { Low = Lanes8.Abs(x.Low), High = Lanes8.Abs(x.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Sign(Lanes16 x) => new() { Low = Lanes8.Sign(x.Low), High = Lanes8.Sign(x.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new() { Low = Lanes8.Max(a.Low, b.Low), High = Lanes8.Max(a.High, b.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Min(Lanes16 a, Lanes16 b) => new() { Low = Lanes8.Min(a.Low, b.Low), High = Lanes8.Min(a.High, b.High) };

    /// <inheritdoc/>
    public static Lanes16 LogAddExp(Lanes16 a, Lanes16 b) => LaneMath<Lanes16>.LogAddExp(a, b);

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Greater(Lanes16 a, Lanes16 b) => new() { Low = Lanes8.Greater(a.Low, b.Low), High = Lanes8.Greater(a.High, b.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 GreaterOrEqual(Lanes16 a, Lanes16 b) => new() { Low = Lanes8.GreaterOrEqual(a.Low, b.Low), High = Lanes8.GreaterOrEqual(a.High, b.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Equal(Lanes16 a, Lanes16 b) => new() { Low = Lanes8.Equal(a.Low, b.Low), High = Lanes8.Equal(a.High, b.High) };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes16 Where(Lanes16 condition, Lanes16 yes, Lanes16 no) =>
        new() { Low = Lanes8.Where(condition.Low, yes.Low, no.Low), High = Lanes8.Where(condition.High, yes.High, no.High) };
}
