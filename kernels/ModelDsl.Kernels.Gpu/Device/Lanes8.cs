using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Eight numbers for each thread, which a compiler for CPUs keeps in one vector register.</summary>
public struct Lanes8 : ILane<Lanes8>
{
    private float X0, X1, X2, X3, X4, X5, X6, X7;

    /// <inheritdoc/>
    public static int Width => 8;

    /// <summary>a * b + c, rounded once where that is faster: see OpenCLIntrinsics.</summary>
    [IntrinsicImplementation]
    public static float FusedMultiplyAdd(float a, float b, float c) => (a * b) + c;

    /// <inheritdoc/>
    public static Lanes8 Broadcast(float value) => new()
        {
            X0 = value,
            X1 = value,
            X2 = value,
            X3 = value,
            X4 = value,
            X5 = value,
            X6 = value,
            X7 = value,
        };

    /// <inheritdoc/>
    public static Lanes8 Load(ArrayView<float> source, int at)
    {
        // One address and constant distances from it: only so does a compiler see that the numbers lie side by side.
        ArrayView<float> row = source.SubView(at, 8);
        return new()
        {
            X0 = row[0],
            X1 = row[1],
            X2 = row[2],
            X3 = row[3],
            X4 = row[4],
            X5 = row[5],
            X6 = row[6],
            X7 = row[7],
        };
    }

    /// <inheritdoc/>
    public static Lanes8 Gather(ArrayView<float> source, int at, int stride, int index, int size) => new()
        {
            X0 = index + 0 < size ? source[at + (0 * stride)] : 0f,
            X1 = index + 1 < size ? source[at + (1 * stride)] : 0f,
            X2 = index + 2 < size ? source[at + (2 * stride)] : 0f,
            X3 = index + 3 < size ? source[at + (3 * stride)] : 0f,
            X4 = index + 4 < size ? source[at + (4 * stride)] : 0f,
            X5 = index + 5 < size ? source[at + (5 * stride)] : 0f,
            X6 = index + 6 < size ? source[at + (6 * stride)] : 0f,
            X7 = index + 7 < size ? source[at + (7 * stride)] : 0f,
        };

    /// <inheritdoc/>
    public static Lanes8 LoadTurned(ArrayView<float> source, int at, int index) => new()
        {
            X0 = (0 & 1) == 0 ? -source[at + index + 0 + 1] : source[at + index + 0 - 1],
            X1 = (1 & 1) == 0 ? -source[at + index + 1 + 1] : source[at + index + 1 - 1],
            X2 = (2 & 1) == 0 ? -source[at + index + 2 + 1] : source[at + index + 2 - 1],
            X3 = (3 & 1) == 0 ? -source[at + index + 3 + 1] : source[at + index + 3 - 1],
            X4 = (4 & 1) == 0 ? -source[at + index + 4 + 1] : source[at + index + 4 - 1],
            X5 = (5 & 1) == 0 ? -source[at + index + 5 + 1] : source[at + index + 5 - 1],
            X6 = (6 & 1) == 0 ? -source[at + index + 6 + 1] : source[at + index + 6 - 1],
            X7 = (7 & 1) == 0 ? -source[at + index + 7 + 1] : source[at + index + 7 - 1],
        };

    /// <inheritdoc/>
    public static Lanes8 LoadShifted(ArrayView<float> source, int at, int index, int shift, int size) => new()
        {
            X0 = index + 0 >= shift && index + 0 - shift < size ? source[at + index + 0 - shift] : 0f,
            X1 = index + 1 >= shift && index + 1 - shift < size ? source[at + index + 1 - shift] : 0f,
            X2 = index + 2 >= shift && index + 2 - shift < size ? source[at + index + 2 - shift] : 0f,
            X3 = index + 3 >= shift && index + 3 - shift < size ? source[at + index + 3 - shift] : 0f,
            X4 = index + 4 >= shift && index + 4 - shift < size ? source[at + index + 4 - shift] : 0f,
            X5 = index + 5 >= shift && index + 5 - shift < size ? source[at + index + 5 - shift] : 0f,
            X6 = index + 6 >= shift && index + 6 - shift < size ? source[at + index + 6 - shift] : 0f,
            X7 = index + 7 >= shift && index + 7 - shift < size ? source[at + index + 7 - shift] : 0f,
        };

    /// <inheritdoc/>
    public static Lanes8 ShiftedLanes(Lanes8 value, int index, int shift, int size) => new()
        {
            X0 = index + 0 >= shift && index + 0 - shift < size ? value.X0 : 0f,
            X1 = index + 1 >= shift && index + 1 - shift < size ? value.X1 : 0f,
            X2 = index + 2 >= shift && index + 2 - shift < size ? value.X2 : 0f,
            X3 = index + 3 >= shift && index + 3 - shift < size ? value.X3 : 0f,
            X4 = index + 4 >= shift && index + 4 - shift < size ? value.X4 : 0f,
            X5 = index + 5 >= shift && index + 5 - shift < size ? value.X5 : 0f,
            X6 = index + 6 >= shift && index + 6 - shift < size ? value.X6 : 0f,
            X7 = index + 7 >= shift && index + 7 - shift < size ? value.X7 : 0f,
        };

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes8 value)
    {
        ArrayView<float> row = target.SubView(at, 8);
        row[0] = value.X0;
        row[1] = value.X1;
        row[2] = value.X2;
        row[3] = value.X3;
        row[4] = value.X4;
        row[5] = value.X5;
        row[6] = value.X6;
        row[7] = value.X7;
    }

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes8 value, int index, int size)
    {
        // Decided when a kernel is compiled: sizes are constants of it.
        if (size % 8 == 0)
        {
            Store(target, at, value);
        }
        else
        {
            Store(target, at, Masked(value, index, size, 0f));
        }
    }

    /// <inheritdoc/>
    public static void Scatter(ArrayView<float> target, int at, int stride, Lanes8 value, int index, int size)
    {
        if (stride == 1 && size % 8 == 0)
        {
            Store(target, at, value);
            return;
        }

        if (index + 0 < size)
        {
            target[at + (0 * stride)] = value.X0;
        }

        if (index + 1 < size)
        {
            target[at + (1 * stride)] = value.X1;
        }

        if (index + 2 < size)
        {
            target[at + (2 * stride)] = value.X2;
        }

        if (index + 3 < size)
        {
            target[at + (3 * stride)] = value.X3;
        }

        if (index + 4 < size)
        {
            target[at + (4 * stride)] = value.X4;
        }

        if (index + 5 < size)
        {
            target[at + (5 * stride)] = value.X5;
        }

        if (index + 6 < size)
        {
            target[at + (6 * stride)] = value.X6;
        }

        if (index + 7 < size)
        {
            target[at + (7 * stride)] = value.X7;
        }
    }

    /// <inheritdoc/>
    public static Lanes8 Masked(Lanes8 value, int index, int size, float other) => size % 8 == 0 ? value : new()
        {
            X0 = index + 0 < size ? value.X0 : other,
            X1 = index + 1 < size ? value.X1 : other,
            X2 = index + 2 < size ? value.X2 : other,
            X3 = index + 3 < size ? value.X3 : other,
            X4 = index + 4 < size ? value.X4 : other,
            X5 = index + 5 < size ? value.X5 : other,
            X6 = index + 6 < size ? value.X6 : other,
            X7 = index + 7 < size ? value.X7 : other,
        };

    /// <inheritdoc/>
    public static Lanes8 PlaceLane(Lanes8 value, int index, int place) => new()
        {
            X0 = index + 0 == place ? value.X0 : 0f,
            X1 = index + 1 == place ? value.X1 : 0f,
            X2 = index + 2 == place ? value.X2 : 0f,
            X3 = index + 3 == place ? value.X3 : 0f,
            X4 = index + 4 == place ? value.X4 : 0f,
            X5 = index + 5 == place ? value.X5 : 0f,
            X6 = index + 6 == place ? value.X6 : 0f,
            X7 = index + 7 == place ? value.X7 : 0f,
        };

    /// <inheritdoc/>
    public static float Sum(Lanes8 value) => ((value.X0 + value.X4) + (value.X2 + value.X6)) + ((value.X1 + value.X5) + (value.X3 + value.X7));

    /// <inheritdoc/>
    public static float MaxOver(Lanes8 value) => DeviceMath.Max(DeviceMath.Max(DeviceMath.Max(value.X0, value.X4), DeviceMath.Max(value.X2, value.X6)), DeviceMath.Max(DeviceMath.Max(value.X1, value.X5), DeviceMath.Max(value.X3, value.X7)));

    /// <inheritdoc/>
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new()
        {
            X0 = FusedMultiplyAdd(a.X0, b.X0, c.X0),
            X1 = FusedMultiplyAdd(a.X1, b.X1, c.X1),
            X2 = FusedMultiplyAdd(a.X2, b.X2, c.X2),
            X3 = FusedMultiplyAdd(a.X3, b.X3, c.X3),
            X4 = FusedMultiplyAdd(a.X4, b.X4, c.X4),
            X5 = FusedMultiplyAdd(a.X5, b.X5, c.X5),
            X6 = FusedMultiplyAdd(a.X6, b.X6, c.X6),
            X7 = FusedMultiplyAdd(a.X7, b.X7, c.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 MultiplyAdd(float a, Lanes8 b, Lanes8 c) => new()
        {
            X0 = FusedMultiplyAdd(a, b.X0, c.X0),
            X1 = FusedMultiplyAdd(a, b.X1, c.X1),
            X2 = FusedMultiplyAdd(a, b.X2, c.X2),
            X3 = FusedMultiplyAdd(a, b.X3, c.X3),
            X4 = FusedMultiplyAdd(a, b.X4, c.X4),
            X5 = FusedMultiplyAdd(a, b.X5, c.X5),
            X6 = FusedMultiplyAdd(a, b.X6, c.X6),
            X7 = FusedMultiplyAdd(a, b.X7, c.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 operator +(Lanes8 a, Lanes8 b) => new()
        {
            X0 = a.X0 + b.X0,
            X1 = a.X1 + b.X1,
            X2 = a.X2 + b.X2,
            X3 = a.X3 + b.X3,
            X4 = a.X4 + b.X4,
            X5 = a.X5 + b.X5,
            X6 = a.X6 + b.X6,
            X7 = a.X7 + b.X7,
        };

    /// <inheritdoc/>
    public static Lanes8 operator -(Lanes8 a, Lanes8 b) => new()
        {
            X0 = a.X0 - b.X0,
            X1 = a.X1 - b.X1,
            X2 = a.X2 - b.X2,
            X3 = a.X3 - b.X3,
            X4 = a.X4 - b.X4,
            X5 = a.X5 - b.X5,
            X6 = a.X6 - b.X6,
            X7 = a.X7 - b.X7,
        };

    /// <inheritdoc/>
    public static Lanes8 operator *(Lanes8 a, Lanes8 b) => new()
        {
            X0 = a.X0 * b.X0,
            X1 = a.X1 * b.X1,
            X2 = a.X2 * b.X2,
            X3 = a.X3 * b.X3,
            X4 = a.X4 * b.X4,
            X5 = a.X5 * b.X5,
            X6 = a.X6 * b.X6,
            X7 = a.X7 * b.X7,
        };

    /// <inheritdoc/>
    public static Lanes8 operator /(Lanes8 a, Lanes8 b) => new()
        {
            X0 = a.X0 / b.X0,
            X1 = a.X1 / b.X1,
            X2 = a.X2 / b.X2,
            X3 = a.X3 / b.X3,
            X4 = a.X4 / b.X4,
            X5 = a.X5 / b.X5,
            X6 = a.X6 / b.X6,
            X7 = a.X7 / b.X7,
        };

    /// <inheritdoc/>
    public static Lanes8 operator -(Lanes8 a) => new()
        {
            X0 = -a.X0,
            X1 = -a.X1,
            X2 = -a.X2,
            X3 = -a.X3,
            X4 = -a.X4,
            X5 = -a.X5,
            X6 = -a.X6,
            X7 = -a.X7,
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 Exp(Lanes8 x) => new()
        {
            X0 = DeviceMath.Exp(x.X0),
            X1 = DeviceMath.Exp(x.X1),
            X2 = DeviceMath.Exp(x.X2),
            X3 = DeviceMath.Exp(x.X3),
            X4 = DeviceMath.Exp(x.X4),
            X5 = DeviceMath.Exp(x.X5),
            X6 = DeviceMath.Exp(x.X6),
            X7 = DeviceMath.Exp(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Log(Lanes8 x) => new()
        {
            X0 = DeviceMath.Log(x.X0),
            X1 = DeviceMath.Log(x.X1),
            X2 = DeviceMath.Log(x.X2),
            X3 = DeviceMath.Log(x.X3),
            X4 = DeviceMath.Log(x.X4),
            X5 = DeviceMath.Log(x.X5),
            X6 = DeviceMath.Log(x.X6),
            X7 = DeviceMath.Log(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Sigmoid(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sigmoid(x.X0),
            X1 = DeviceMath.Sigmoid(x.X1),
            X2 = DeviceMath.Sigmoid(x.X2),
            X3 = DeviceMath.Sigmoid(x.X3),
            X4 = DeviceMath.Sigmoid(x.X4),
            X5 = DeviceMath.Sigmoid(x.X5),
            X6 = DeviceMath.Sigmoid(x.X6),
            X7 = DeviceMath.Sigmoid(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 LogSigmoid(Lanes8 x) => new()
        {
            X0 = DeviceMath.LogSigmoid(x.X0),
            X1 = DeviceMath.LogSigmoid(x.X1),
            X2 = DeviceMath.LogSigmoid(x.X2),
            X3 = DeviceMath.LogSigmoid(x.X3),
            X4 = DeviceMath.LogSigmoid(x.X4),
            X5 = DeviceMath.LogSigmoid(x.X5),
            X6 = DeviceMath.LogSigmoid(x.X6),
            X7 = DeviceMath.LogSigmoid(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Softplus(Lanes8 x) => new()
        {
            X0 = DeviceMath.Softplus(x.X0),
            X1 = DeviceMath.Softplus(x.X1),
            X2 = DeviceMath.Softplus(x.X2),
            X3 = DeviceMath.Softplus(x.X3),
            X4 = DeviceMath.Softplus(x.X4),
            X5 = DeviceMath.Softplus(x.X5),
            X6 = DeviceMath.Softplus(x.X6),
            X7 = DeviceMath.Softplus(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Tanh(Lanes8 x) => new()
        {
            X0 = DeviceMath.Tanh(x.X0),
            X1 = DeviceMath.Tanh(x.X1),
            X2 = DeviceMath.Tanh(x.X2),
            X3 = DeviceMath.Tanh(x.X3),
            X4 = DeviceMath.Tanh(x.X4),
            X5 = DeviceMath.Tanh(x.X5),
            X6 = DeviceMath.Tanh(x.X6),
            X7 = DeviceMath.Tanh(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Sin(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sin(x.X0),
            X1 = DeviceMath.Sin(x.X1),
            X2 = DeviceMath.Sin(x.X2),
            X3 = DeviceMath.Sin(x.X3),
            X4 = DeviceMath.Sin(x.X4),
            X5 = DeviceMath.Sin(x.X5),
            X6 = DeviceMath.Sin(x.X6),
            X7 = DeviceMath.Sin(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Cos(Lanes8 x) => new()
        {
            X0 = DeviceMath.Cos(x.X0),
            X1 = DeviceMath.Cos(x.X1),
            X2 = DeviceMath.Cos(x.X2),
            X3 = DeviceMath.Cos(x.X3),
            X4 = DeviceMath.Cos(x.X4),
            X5 = DeviceMath.Cos(x.X5),
            X6 = DeviceMath.Cos(x.X6),
            X7 = DeviceMath.Cos(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Sqrt(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sqrt(x.X0),
            X1 = DeviceMath.Sqrt(x.X1),
            X2 = DeviceMath.Sqrt(x.X2),
            X3 = DeviceMath.Sqrt(x.X3),
            X4 = DeviceMath.Sqrt(x.X4),
            X5 = DeviceMath.Sqrt(x.X5),
            X6 = DeviceMath.Sqrt(x.X6),
            X7 = DeviceMath.Sqrt(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Rsqrt(Lanes8 x) => new()
        {
            X0 = DeviceMath.Rsqrt(x.X0),
            X1 = DeviceMath.Rsqrt(x.X1),
            X2 = DeviceMath.Rsqrt(x.X2),
            X3 = DeviceMath.Rsqrt(x.X3),
            X4 = DeviceMath.Rsqrt(x.X4),
            X5 = DeviceMath.Rsqrt(x.X5),
            X6 = DeviceMath.Rsqrt(x.X6),
            X7 = DeviceMath.Rsqrt(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Abs(Lanes8 x) => new()
        {
            X0 = DeviceMath.Abs(x.X0),
            X1 = DeviceMath.Abs(x.X1),
            X2 = DeviceMath.Abs(x.X2),
            X3 = DeviceMath.Abs(x.X3),
            X4 = DeviceMath.Abs(x.X4),
            X5 = DeviceMath.Abs(x.X5),
            X6 = DeviceMath.Abs(x.X6),
            X7 = DeviceMath.Abs(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Sign(Lanes8 x) => new()
        {
            X0 = DeviceMath.Sign(x.X0),
            X1 = DeviceMath.Sign(x.X1),
            X2 = DeviceMath.Sign(x.X2),
            X3 = DeviceMath.Sign(x.X3),
            X4 = DeviceMath.Sign(x.X4),
            X5 = DeviceMath.Sign(x.X5),
            X6 = DeviceMath.Sign(x.X6),
            X7 = DeviceMath.Sign(x.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Max(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Max(a.X0, b.X0),
            X1 = DeviceMath.Max(a.X1, b.X1),
            X2 = DeviceMath.Max(a.X2, b.X2),
            X3 = DeviceMath.Max(a.X3, b.X3),
            X4 = DeviceMath.Max(a.X4, b.X4),
            X5 = DeviceMath.Max(a.X5, b.X5),
            X6 = DeviceMath.Max(a.X6, b.X6),
            X7 = DeviceMath.Max(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Min(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Min(a.X0, b.X0),
            X1 = DeviceMath.Min(a.X1, b.X1),
            X2 = DeviceMath.Min(a.X2, b.X2),
            X3 = DeviceMath.Min(a.X3, b.X3),
            X4 = DeviceMath.Min(a.X4, b.X4),
            X5 = DeviceMath.Min(a.X5, b.X5),
            X6 = DeviceMath.Min(a.X6, b.X6),
            X7 = DeviceMath.Min(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Greater(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Greater(a.X0, b.X0),
            X1 = DeviceMath.Greater(a.X1, b.X1),
            X2 = DeviceMath.Greater(a.X2, b.X2),
            X3 = DeviceMath.Greater(a.X3, b.X3),
            X4 = DeviceMath.Greater(a.X4, b.X4),
            X5 = DeviceMath.Greater(a.X5, b.X5),
            X6 = DeviceMath.Greater(a.X6, b.X6),
            X7 = DeviceMath.Greater(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 GreaterOrEqual(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.GreaterOrEqual(a.X0, b.X0),
            X1 = DeviceMath.GreaterOrEqual(a.X1, b.X1),
            X2 = DeviceMath.GreaterOrEqual(a.X2, b.X2),
            X3 = DeviceMath.GreaterOrEqual(a.X3, b.X3),
            X4 = DeviceMath.GreaterOrEqual(a.X4, b.X4),
            X5 = DeviceMath.GreaterOrEqual(a.X5, b.X5),
            X6 = DeviceMath.GreaterOrEqual(a.X6, b.X6),
            X7 = DeviceMath.GreaterOrEqual(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Equal(Lanes8 a, Lanes8 b) => new()
        {
            X0 = DeviceMath.Equal(a.X0, b.X0),
            X1 = DeviceMath.Equal(a.X1, b.X1),
            X2 = DeviceMath.Equal(a.X2, b.X2),
            X3 = DeviceMath.Equal(a.X3, b.X3),
            X4 = DeviceMath.Equal(a.X4, b.X4),
            X5 = DeviceMath.Equal(a.X5, b.X5),
            X6 = DeviceMath.Equal(a.X6, b.X6),
            X7 = DeviceMath.Equal(a.X7, b.X7),
        };

    /// <inheritdoc/>
    public static Lanes8 Where(Lanes8 condition, Lanes8 yes, Lanes8 no) => new()
        {
            X0 = DeviceMath.Where(condition.X0, yes.X0, no.X0),
            X1 = DeviceMath.Where(condition.X1, yes.X1, no.X1),
            X2 = DeviceMath.Where(condition.X2, yes.X2, no.X2),
            X3 = DeviceMath.Where(condition.X3, yes.X3, no.X3),
            X4 = DeviceMath.Where(condition.X4, yes.X4, no.X4),
            X5 = DeviceMath.Where(condition.X5, yes.X5, no.X5),
            X6 = DeviceMath.Where(condition.X6, yes.X6, no.X6),
            X7 = DeviceMath.Where(condition.X7, yes.X7, no.X7),
        };
}
