using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>One number for each thread: neighbouring threads make up the vector.</summary>
public struct Lanes1 : ILane<Lanes1>
{
    private float X0;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static Lanes1 Broadcast(float value) => new() { X0 = value };

    /// <inheritdoc/>
    public static Lanes1 Load(ArrayView<float> source, int at) => new() { X0 = source[at] };

    /// <inheritdoc/>
    public static Lanes1 Gather(ArrayView<float> source, int at, int stride, int index, int size) => new() { X0 = index < size ? source[at] : 0f };

    /// <inheritdoc/>
    public static Lanes1 LoadTurned(ArrayView<float> source, int at, int index) => new() { X0 = (index & 1) == 0 ? -source[at + index + 1] : source[at + index - 1] };

    /// <inheritdoc/>
    public static Lanes1 LoadShifted(ArrayView<float> source, int at, int index, int shift, int size) => new()
    {
        X0 = index >= shift && index - shift < size ? source[at + index - shift] : 0f,
    };

    /// <inheritdoc/>
    public static Lanes1 LoadAround(ArrayView<float> source, int at, int start, int step, int size, int stride, int rows, int count) => new()
    {
        X0 = 0 < count ? source[at + (DeviceMath.Around(start, size) * stride)] : 0f,
    };

    /// <inheritdoc/>
    public static Lanes1 ShiftedLanes(Lanes1 value, int index, int shift, int size) => new() { X0 = index >= shift && index - shift < size ? value.X0 : 0f };

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes1 value)
    {
        target[at] = value.X0;
    }

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes1 value, int index, int size)
    {
        // A loop over a padded row comes by its padding, too.
        target[at] = index < size ? value.X0 : 0f;
    }

    /// <inheritdoc/>
    public static void Scatter(ArrayView<float> target, int at, int stride, Lanes1 value, int index, int size)
    {
        if (index < size)
        {
            target[at] = value.X0;
        }
    }

    /// <inheritdoc/>
    public static Lanes1 Masked(Lanes1 value, int index, int size, float other) => new() { X0 = index < size ? value.X0 : other };

    /// <inheritdoc/>
    public static Lanes1 PlaceLane(Lanes1 value, int index, int place) => new() { X0 = index == place ? value.X0 : 0f };

    /// <inheritdoc/>
    public static float Sum(Lanes1 value) => value.X0;

    /// <inheritdoc/>
    public static float MaxOver(Lanes1 value) => value.X0;

    /// <inheritdoc/>
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new() { X0 = (a.X0 * b.X0) + c.X0 };

    /// <inheritdoc/>
    public static Lanes1 MultiplyAdd(float a, Lanes1 b, Lanes1 c) => new() { X0 = (a * b.X0) + c.X0 };

    /// <inheritdoc/>
    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new() { X0 = a.X0 + b.X0 };

    /// <inheritdoc/>
    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new() { X0 = a.X0 - b.X0 };

    /// <inheritdoc/>
    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new() { X0 = a.X0 * b.X0 };

    /// <inheritdoc/>
    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new() { X0 = a.X0 / b.X0 };

    /// <inheritdoc/>
    public static Lanes1 operator -(Lanes1 a) => new() { X0 = -a.X0 };

    /// <inheritdoc/>
    public static Lanes1 Exp(Lanes1 x) => new() { X0 = DeviceMath.Exp(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Log(Lanes1 x) => new() { X0 = DeviceMath.Log(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Sigmoid(Lanes1 x) => LaneMath<Lanes1>.Sigmoid(x);

    /// <inheritdoc/>
    public static Lanes1 LogSigmoid(Lanes1 x) => LaneMath<Lanes1>.LogSigmoid(x);

    /// <inheritdoc/>
    public static Lanes1 Softplus(Lanes1 x) => LaneMath<Lanes1>.Softplus(x);

    /// <inheritdoc/>
    public static Lanes1 Tanh(Lanes1 x) => LaneMath<Lanes1>.Tanh(x);

    /// <inheritdoc/>
    public static Lanes1 Sin(Lanes1 x) => new() { X0 = DeviceMath.Sin(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Cos(Lanes1 x) => new() { X0 = DeviceMath.Cos(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Sqrt(Lanes1 x) => new() { X0 = DeviceMath.Sqrt(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Rsqrt(Lanes1 x) => new() { X0 = DeviceMath.Rsqrt(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Abs(Lanes1 x) => new() { X0 = DeviceMath.Abs(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Sign(Lanes1 x) => new() { X0 = DeviceMath.Sign(x.X0) };

    /// <inheritdoc/>
    public static Lanes1 Max(Lanes1 a, Lanes1 b) => new() { X0 = DeviceMath.Max(a.X0, b.X0) };

    /// <inheritdoc/>
    public static Lanes1 Min(Lanes1 a, Lanes1 b) => new() { X0 = DeviceMath.Min(a.X0, b.X0) };

    /// <inheritdoc/>
    public static Lanes1 LogAddExp(Lanes1 a, Lanes1 b) => LaneMath<Lanes1>.LogAddExp(a, b);

    /// <inheritdoc/>
    public static Lanes1 Greater(Lanes1 a, Lanes1 b) => new() { X0 = DeviceMath.Greater(a.X0, b.X0) };

    /// <inheritdoc/>
    public static Lanes1 GreaterOrEqual(Lanes1 a, Lanes1 b) => new() { X0 = DeviceMath.GreaterOrEqual(a.X0, b.X0) };

    /// <inheritdoc/>
    public static Lanes1 Equal(Lanes1 a, Lanes1 b) => new() { X0 = DeviceMath.Equal(a.X0, b.X0) };

    /// <inheritdoc/>
    public static Lanes1 Where(Lanes1 condition, Lanes1 yes, Lanes1 no) => new() { X0 = DeviceMath.Where(condition.X0, yes.X0, no.X0) };
}
