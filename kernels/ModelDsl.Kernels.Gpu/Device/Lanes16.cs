using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Sixteen numbers for each thread, which a compiler for CPUs keeps in one vector register.</summary>
public struct Lanes16 : ILane<Lanes16>
{
    private float X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <summary>a * b + c, rounded once where that is faster: see OpenCLIntrinsics.</summary>
    [IntrinsicImplementation]
    public static float FusedMultiplyAdd(float a, float b, float c) => (a * b) + c;

    /// <inheritdoc/>
    public static Lanes16 Broadcast(float value) => new()
        {
            X0 = value,
            X1 = value,
            X2 = value,
            X3 = value,
            X4 = value,
            X5 = value,
            X6 = value,
            X7 = value,
            X8 = value,
            X9 = value,
            X10 = value,
            X11 = value,
            X12 = value,
            X13 = value,
            X14 = value,
            X15 = value,
        };

    /// <inheritdoc/>
    public static Lanes16 Load(ArrayView<float> source, int at)
    {
        // One address and constant distances from it: only so does a compiler see that the numbers lie side by side.
        ArrayView<float> row = source.SubView(at, 16);
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
            X8 = row[8],
            X9 = row[9],
            X10 = row[10],
            X11 = row[11],
            X12 = row[12],
            X13 = row[13],
            X14 = row[14],
            X15 = row[15],
        };
    }

    /// <inheritdoc/>
    public static Lanes16 Gather(ArrayView<float> source, int at, int stride, int index, int size) => new()
        {
            X0 = index + 0 < size ? source[at + (0 * stride)] : 0f,
            X1 = index + 1 < size ? source[at + (1 * stride)] : 0f,
            X2 = index + 2 < size ? source[at + (2 * stride)] : 0f,
            X3 = index + 3 < size ? source[at + (3 * stride)] : 0f,
            X4 = index + 4 < size ? source[at + (4 * stride)] : 0f,
            X5 = index + 5 < size ? source[at + (5 * stride)] : 0f,
            X6 = index + 6 < size ? source[at + (6 * stride)] : 0f,
            X7 = index + 7 < size ? source[at + (7 * stride)] : 0f,
            X8 = index + 8 < size ? source[at + (8 * stride)] : 0f,
            X9 = index + 9 < size ? source[at + (9 * stride)] : 0f,
            X10 = index + 10 < size ? source[at + (10 * stride)] : 0f,
            X11 = index + 11 < size ? source[at + (11 * stride)] : 0f,
            X12 = index + 12 < size ? source[at + (12 * stride)] : 0f,
            X13 = index + 13 < size ? source[at + (13 * stride)] : 0f,
            X14 = index + 14 < size ? source[at + (14 * stride)] : 0f,
            X15 = index + 15 < size ? source[at + (15 * stride)] : 0f,
        };

    /// <inheritdoc/>
    public static Lanes16 LoadTurned(ArrayView<float> source, int at, int index) => new()
        {
            X0 = (0 & 1) == 0 ? -source[at + index + 0 + 1] : source[at + index + 0 - 1],
            X1 = (1 & 1) == 0 ? -source[at + index + 1 + 1] : source[at + index + 1 - 1],
            X2 = (2 & 1) == 0 ? -source[at + index + 2 + 1] : source[at + index + 2 - 1],
            X3 = (3 & 1) == 0 ? -source[at + index + 3 + 1] : source[at + index + 3 - 1],
            X4 = (4 & 1) == 0 ? -source[at + index + 4 + 1] : source[at + index + 4 - 1],
            X5 = (5 & 1) == 0 ? -source[at + index + 5 + 1] : source[at + index + 5 - 1],
            X6 = (6 & 1) == 0 ? -source[at + index + 6 + 1] : source[at + index + 6 - 1],
            X7 = (7 & 1) == 0 ? -source[at + index + 7 + 1] : source[at + index + 7 - 1],
            X8 = (8 & 1) == 0 ? -source[at + index + 8 + 1] : source[at + index + 8 - 1],
            X9 = (9 & 1) == 0 ? -source[at + index + 9 + 1] : source[at + index + 9 - 1],
            X10 = (10 & 1) == 0 ? -source[at + index + 10 + 1] : source[at + index + 10 - 1],
            X11 = (11 & 1) == 0 ? -source[at + index + 11 + 1] : source[at + index + 11 - 1],
            X12 = (12 & 1) == 0 ? -source[at + index + 12 + 1] : source[at + index + 12 - 1],
            X13 = (13 & 1) == 0 ? -source[at + index + 13 + 1] : source[at + index + 13 - 1],
            X14 = (14 & 1) == 0 ? -source[at + index + 14 + 1] : source[at + index + 14 - 1],
            X15 = (15 & 1) == 0 ? -source[at + index + 15 + 1] : source[at + index + 15 - 1],
        };

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes16 value)
    {
        ArrayView<float> row = target.SubView(at, 16);
        row[0] = value.X0;
        row[1] = value.X1;
        row[2] = value.X2;
        row[3] = value.X3;
        row[4] = value.X4;
        row[5] = value.X5;
        row[6] = value.X6;
        row[7] = value.X7;
        row[8] = value.X8;
        row[9] = value.X9;
        row[10] = value.X10;
        row[11] = value.X11;
        row[12] = value.X12;
        row[13] = value.X13;
        row[14] = value.X14;
        row[15] = value.X15;
    }

    /// <inheritdoc/>
    public static void Store(ArrayView<float> target, int at, Lanes16 value, int index, int size)
    {
        // Decided when a kernel is compiled: sizes are constants of it.
        if (size % 16 == 0)
        {
            Store(target, at, value);
        }
        else
        {
            Store(target, at, Masked(value, index, size, 0f));
        }
    }

    /// <inheritdoc/>
    public static void Scatter(ArrayView<float> target, int at, int stride, Lanes16 value, int index, int size)
    {
        if (stride == 1 && size % 16 == 0)
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

        if (index + 8 < size)
        {
            target[at + (8 * stride)] = value.X8;
        }

        if (index + 9 < size)
        {
            target[at + (9 * stride)] = value.X9;
        }

        if (index + 10 < size)
        {
            target[at + (10 * stride)] = value.X10;
        }

        if (index + 11 < size)
        {
            target[at + (11 * stride)] = value.X11;
        }

        if (index + 12 < size)
        {
            target[at + (12 * stride)] = value.X12;
        }

        if (index + 13 < size)
        {
            target[at + (13 * stride)] = value.X13;
        }

        if (index + 14 < size)
        {
            target[at + (14 * stride)] = value.X14;
        }

        if (index + 15 < size)
        {
            target[at + (15 * stride)] = value.X15;
        }
    }

    /// <inheritdoc/>
    public static Lanes16 Masked(Lanes16 value, int index, int size, float other) => size % 16 == 0 ? value : new()
        {
            X0 = index + 0 < size ? value.X0 : other,
            X1 = index + 1 < size ? value.X1 : other,
            X2 = index + 2 < size ? value.X2 : other,
            X3 = index + 3 < size ? value.X3 : other,
            X4 = index + 4 < size ? value.X4 : other,
            X5 = index + 5 < size ? value.X5 : other,
            X6 = index + 6 < size ? value.X6 : other,
            X7 = index + 7 < size ? value.X7 : other,
            X8 = index + 8 < size ? value.X8 : other,
            X9 = index + 9 < size ? value.X9 : other,
            X10 = index + 10 < size ? value.X10 : other,
            X11 = index + 11 < size ? value.X11 : other,
            X12 = index + 12 < size ? value.X12 : other,
            X13 = index + 13 < size ? value.X13 : other,
            X14 = index + 14 < size ? value.X14 : other,
            X15 = index + 15 < size ? value.X15 : other,
        };

    /// <inheritdoc/>
    public static Lanes16 PlaceLane(Lanes16 value, int index, int place) => new()
        {
            X0 = index + 0 == place ? value.X0 : 0f,
            X1 = index + 1 == place ? value.X1 : 0f,
            X2 = index + 2 == place ? value.X2 : 0f,
            X3 = index + 3 == place ? value.X3 : 0f,
            X4 = index + 4 == place ? value.X4 : 0f,
            X5 = index + 5 == place ? value.X5 : 0f,
            X6 = index + 6 == place ? value.X6 : 0f,
            X7 = index + 7 == place ? value.X7 : 0f,
            X8 = index + 8 == place ? value.X8 : 0f,
            X9 = index + 9 == place ? value.X9 : 0f,
            X10 = index + 10 == place ? value.X10 : 0f,
            X11 = index + 11 == place ? value.X11 : 0f,
            X12 = index + 12 == place ? value.X12 : 0f,
            X13 = index + 13 == place ? value.X13 : 0f,
            X14 = index + 14 == place ? value.X14 : 0f,
            X15 = index + 15 == place ? value.X15 : 0f,
        };

    /// <inheritdoc/>
    public static float Sum(Lanes16 value) => (((value.X0 + value.X8) + (value.X4 + value.X12)) + ((value.X2 + value.X10) + (value.X6 + value.X14))) + (((value.X1 + value.X9) + (value.X5 + value.X13)) + ((value.X3 + value.X11) + (value.X7 + value.X15)));

    /// <inheritdoc/>
    public static float MaxOver(Lanes16 value) => DeviceMath.Max(DeviceMath.Max(DeviceMath.Max(DeviceMath.Max(value.X0, value.X8), DeviceMath.Max(value.X4, value.X12)), DeviceMath.Max(DeviceMath.Max(value.X2, value.X10), DeviceMath.Max(value.X6, value.X14))), DeviceMath.Max(DeviceMath.Max(DeviceMath.Max(value.X1, value.X9), DeviceMath.Max(value.X5, value.X13)), DeviceMath.Max(DeviceMath.Max(value.X3, value.X11), DeviceMath.Max(value.X7, value.X15))));

    /// <inheritdoc/>
    public static Lanes16 MultiplyAdd(Lanes16 a, Lanes16 b, Lanes16 c) => new()
        {
            X0 = FusedMultiplyAdd(a.X0, b.X0, c.X0),
            X1 = FusedMultiplyAdd(a.X1, b.X1, c.X1),
            X2 = FusedMultiplyAdd(a.X2, b.X2, c.X2),
            X3 = FusedMultiplyAdd(a.X3, b.X3, c.X3),
            X4 = FusedMultiplyAdd(a.X4, b.X4, c.X4),
            X5 = FusedMultiplyAdd(a.X5, b.X5, c.X5),
            X6 = FusedMultiplyAdd(a.X6, b.X6, c.X6),
            X7 = FusedMultiplyAdd(a.X7, b.X7, c.X7),
            X8 = FusedMultiplyAdd(a.X8, b.X8, c.X8),
            X9 = FusedMultiplyAdd(a.X9, b.X9, c.X9),
            X10 = FusedMultiplyAdd(a.X10, b.X10, c.X10),
            X11 = FusedMultiplyAdd(a.X11, b.X11, c.X11),
            X12 = FusedMultiplyAdd(a.X12, b.X12, c.X12),
            X13 = FusedMultiplyAdd(a.X13, b.X13, c.X13),
            X14 = FusedMultiplyAdd(a.X14, b.X14, c.X14),
            X15 = FusedMultiplyAdd(a.X15, b.X15, c.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 MultiplyAdd(float a, Lanes16 b, Lanes16 c) => new()
        {
            X0 = FusedMultiplyAdd(a, b.X0, c.X0),
            X1 = FusedMultiplyAdd(a, b.X1, c.X1),
            X2 = FusedMultiplyAdd(a, b.X2, c.X2),
            X3 = FusedMultiplyAdd(a, b.X3, c.X3),
            X4 = FusedMultiplyAdd(a, b.X4, c.X4),
            X5 = FusedMultiplyAdd(a, b.X5, c.X5),
            X6 = FusedMultiplyAdd(a, b.X6, c.X6),
            X7 = FusedMultiplyAdd(a, b.X7, c.X7),
            X8 = FusedMultiplyAdd(a, b.X8, c.X8),
            X9 = FusedMultiplyAdd(a, b.X9, c.X9),
            X10 = FusedMultiplyAdd(a, b.X10, c.X10),
            X11 = FusedMultiplyAdd(a, b.X11, c.X11),
            X12 = FusedMultiplyAdd(a, b.X12, c.X12),
            X13 = FusedMultiplyAdd(a, b.X13, c.X13),
            X14 = FusedMultiplyAdd(a, b.X14, c.X14),
            X15 = FusedMultiplyAdd(a, b.X15, c.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 operator +(Lanes16 a, Lanes16 b) => new()
        {
            X0 = a.X0 + b.X0,
            X1 = a.X1 + b.X1,
            X2 = a.X2 + b.X2,
            X3 = a.X3 + b.X3,
            X4 = a.X4 + b.X4,
            X5 = a.X5 + b.X5,
            X6 = a.X6 + b.X6,
            X7 = a.X7 + b.X7,
            X8 = a.X8 + b.X8,
            X9 = a.X9 + b.X9,
            X10 = a.X10 + b.X10,
            X11 = a.X11 + b.X11,
            X12 = a.X12 + b.X12,
            X13 = a.X13 + b.X13,
            X14 = a.X14 + b.X14,
            X15 = a.X15 + b.X15,
        };

    /// <inheritdoc/>
    public static Lanes16 operator -(Lanes16 a, Lanes16 b) => new()
        {
            X0 = a.X0 - b.X0,
            X1 = a.X1 - b.X1,
            X2 = a.X2 - b.X2,
            X3 = a.X3 - b.X3,
            X4 = a.X4 - b.X4,
            X5 = a.X5 - b.X5,
            X6 = a.X6 - b.X6,
            X7 = a.X7 - b.X7,
            X8 = a.X8 - b.X8,
            X9 = a.X9 - b.X9,
            X10 = a.X10 - b.X10,
            X11 = a.X11 - b.X11,
            X12 = a.X12 - b.X12,
            X13 = a.X13 - b.X13,
            X14 = a.X14 - b.X14,
            X15 = a.X15 - b.X15,
        };

    /// <inheritdoc/>
    public static Lanes16 operator *(Lanes16 a, Lanes16 b) => new()
        {
            X0 = a.X0 * b.X0,
            X1 = a.X1 * b.X1,
            X2 = a.X2 * b.X2,
            X3 = a.X3 * b.X3,
            X4 = a.X4 * b.X4,
            X5 = a.X5 * b.X5,
            X6 = a.X6 * b.X6,
            X7 = a.X7 * b.X7,
            X8 = a.X8 * b.X8,
            X9 = a.X9 * b.X9,
            X10 = a.X10 * b.X10,
            X11 = a.X11 * b.X11,
            X12 = a.X12 * b.X12,
            X13 = a.X13 * b.X13,
            X14 = a.X14 * b.X14,
            X15 = a.X15 * b.X15,
        };

    /// <inheritdoc/>
    public static Lanes16 operator /(Lanes16 a, Lanes16 b) => new()
        {
            X0 = a.X0 / b.X0,
            X1 = a.X1 / b.X1,
            X2 = a.X2 / b.X2,
            X3 = a.X3 / b.X3,
            X4 = a.X4 / b.X4,
            X5 = a.X5 / b.X5,
            X6 = a.X6 / b.X6,
            X7 = a.X7 / b.X7,
            X8 = a.X8 / b.X8,
            X9 = a.X9 / b.X9,
            X10 = a.X10 / b.X10,
            X11 = a.X11 / b.X11,
            X12 = a.X12 / b.X12,
            X13 = a.X13 / b.X13,
            X14 = a.X14 / b.X14,
            X15 = a.X15 / b.X15,
        };

    /// <inheritdoc/>
    public static Lanes16 operator -(Lanes16 a) => new()
        {
            X0 = -a.X0,
            X1 = -a.X1,
            X2 = -a.X2,
            X3 = -a.X3,
            X4 = -a.X4,
            X5 = -a.X5,
            X6 = -a.X6,
            X7 = -a.X7,
            X8 = -a.X8,
            X9 = -a.X9,
            X10 = -a.X10,
            X11 = -a.X11,
            X12 = -a.X12,
            X13 = -a.X13,
            X14 = -a.X14,
            X15 = -a.X15,
        };

    /// <inheritdoc/>
    public static Lanes16 Exp(Lanes16 x) => new()
        {
            X0 = DeviceMath.Exp(x.X0),
            X1 = DeviceMath.Exp(x.X1),
            X2 = DeviceMath.Exp(x.X2),
            X3 = DeviceMath.Exp(x.X3),
            X4 = DeviceMath.Exp(x.X4),
            X5 = DeviceMath.Exp(x.X5),
            X6 = DeviceMath.Exp(x.X6),
            X7 = DeviceMath.Exp(x.X7),
            X8 = DeviceMath.Exp(x.X8),
            X9 = DeviceMath.Exp(x.X9),
            X10 = DeviceMath.Exp(x.X10),
            X11 = DeviceMath.Exp(x.X11),
            X12 = DeviceMath.Exp(x.X12),
            X13 = DeviceMath.Exp(x.X13),
            X14 = DeviceMath.Exp(x.X14),
            X15 = DeviceMath.Exp(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Log(Lanes16 x) => new()
        {
            X0 = DeviceMath.Log(x.X0),
            X1 = DeviceMath.Log(x.X1),
            X2 = DeviceMath.Log(x.X2),
            X3 = DeviceMath.Log(x.X3),
            X4 = DeviceMath.Log(x.X4),
            X5 = DeviceMath.Log(x.X5),
            X6 = DeviceMath.Log(x.X6),
            X7 = DeviceMath.Log(x.X7),
            X8 = DeviceMath.Log(x.X8),
            X9 = DeviceMath.Log(x.X9),
            X10 = DeviceMath.Log(x.X10),
            X11 = DeviceMath.Log(x.X11),
            X12 = DeviceMath.Log(x.X12),
            X13 = DeviceMath.Log(x.X13),
            X14 = DeviceMath.Log(x.X14),
            X15 = DeviceMath.Log(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Sigmoid(Lanes16 x) => new()
        {
            X0 = DeviceMath.Sigmoid(x.X0),
            X1 = DeviceMath.Sigmoid(x.X1),
            X2 = DeviceMath.Sigmoid(x.X2),
            X3 = DeviceMath.Sigmoid(x.X3),
            X4 = DeviceMath.Sigmoid(x.X4),
            X5 = DeviceMath.Sigmoid(x.X5),
            X6 = DeviceMath.Sigmoid(x.X6),
            X7 = DeviceMath.Sigmoid(x.X7),
            X8 = DeviceMath.Sigmoid(x.X8),
            X9 = DeviceMath.Sigmoid(x.X9),
            X10 = DeviceMath.Sigmoid(x.X10),
            X11 = DeviceMath.Sigmoid(x.X11),
            X12 = DeviceMath.Sigmoid(x.X12),
            X13 = DeviceMath.Sigmoid(x.X13),
            X14 = DeviceMath.Sigmoid(x.X14),
            X15 = DeviceMath.Sigmoid(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 LogSigmoid(Lanes16 x) => new()
        {
            X0 = DeviceMath.LogSigmoid(x.X0),
            X1 = DeviceMath.LogSigmoid(x.X1),
            X2 = DeviceMath.LogSigmoid(x.X2),
            X3 = DeviceMath.LogSigmoid(x.X3),
            X4 = DeviceMath.LogSigmoid(x.X4),
            X5 = DeviceMath.LogSigmoid(x.X5),
            X6 = DeviceMath.LogSigmoid(x.X6),
            X7 = DeviceMath.LogSigmoid(x.X7),
            X8 = DeviceMath.LogSigmoid(x.X8),
            X9 = DeviceMath.LogSigmoid(x.X9),
            X10 = DeviceMath.LogSigmoid(x.X10),
            X11 = DeviceMath.LogSigmoid(x.X11),
            X12 = DeviceMath.LogSigmoid(x.X12),
            X13 = DeviceMath.LogSigmoid(x.X13),
            X14 = DeviceMath.LogSigmoid(x.X14),
            X15 = DeviceMath.LogSigmoid(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Softplus(Lanes16 x) => new()
        {
            X0 = DeviceMath.Softplus(x.X0),
            X1 = DeviceMath.Softplus(x.X1),
            X2 = DeviceMath.Softplus(x.X2),
            X3 = DeviceMath.Softplus(x.X3),
            X4 = DeviceMath.Softplus(x.X4),
            X5 = DeviceMath.Softplus(x.X5),
            X6 = DeviceMath.Softplus(x.X6),
            X7 = DeviceMath.Softplus(x.X7),
            X8 = DeviceMath.Softplus(x.X8),
            X9 = DeviceMath.Softplus(x.X9),
            X10 = DeviceMath.Softplus(x.X10),
            X11 = DeviceMath.Softplus(x.X11),
            X12 = DeviceMath.Softplus(x.X12),
            X13 = DeviceMath.Softplus(x.X13),
            X14 = DeviceMath.Softplus(x.X14),
            X15 = DeviceMath.Softplus(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Tanh(Lanes16 x) => new()
        {
            X0 = DeviceMath.Tanh(x.X0),
            X1 = DeviceMath.Tanh(x.X1),
            X2 = DeviceMath.Tanh(x.X2),
            X3 = DeviceMath.Tanh(x.X3),
            X4 = DeviceMath.Tanh(x.X4),
            X5 = DeviceMath.Tanh(x.X5),
            X6 = DeviceMath.Tanh(x.X6),
            X7 = DeviceMath.Tanh(x.X7),
            X8 = DeviceMath.Tanh(x.X8),
            X9 = DeviceMath.Tanh(x.X9),
            X10 = DeviceMath.Tanh(x.X10),
            X11 = DeviceMath.Tanh(x.X11),
            X12 = DeviceMath.Tanh(x.X12),
            X13 = DeviceMath.Tanh(x.X13),
            X14 = DeviceMath.Tanh(x.X14),
            X15 = DeviceMath.Tanh(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Sin(Lanes16 x) => new()
        {
            X0 = DeviceMath.Sin(x.X0),
            X1 = DeviceMath.Sin(x.X1),
            X2 = DeviceMath.Sin(x.X2),
            X3 = DeviceMath.Sin(x.X3),
            X4 = DeviceMath.Sin(x.X4),
            X5 = DeviceMath.Sin(x.X5),
            X6 = DeviceMath.Sin(x.X6),
            X7 = DeviceMath.Sin(x.X7),
            X8 = DeviceMath.Sin(x.X8),
            X9 = DeviceMath.Sin(x.X9),
            X10 = DeviceMath.Sin(x.X10),
            X11 = DeviceMath.Sin(x.X11),
            X12 = DeviceMath.Sin(x.X12),
            X13 = DeviceMath.Sin(x.X13),
            X14 = DeviceMath.Sin(x.X14),
            X15 = DeviceMath.Sin(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Cos(Lanes16 x) => new()
        {
            X0 = DeviceMath.Cos(x.X0),
            X1 = DeviceMath.Cos(x.X1),
            X2 = DeviceMath.Cos(x.X2),
            X3 = DeviceMath.Cos(x.X3),
            X4 = DeviceMath.Cos(x.X4),
            X5 = DeviceMath.Cos(x.X5),
            X6 = DeviceMath.Cos(x.X6),
            X7 = DeviceMath.Cos(x.X7),
            X8 = DeviceMath.Cos(x.X8),
            X9 = DeviceMath.Cos(x.X9),
            X10 = DeviceMath.Cos(x.X10),
            X11 = DeviceMath.Cos(x.X11),
            X12 = DeviceMath.Cos(x.X12),
            X13 = DeviceMath.Cos(x.X13),
            X14 = DeviceMath.Cos(x.X14),
            X15 = DeviceMath.Cos(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Sqrt(Lanes16 x) => new()
        {
            X0 = DeviceMath.Sqrt(x.X0),
            X1 = DeviceMath.Sqrt(x.X1),
            X2 = DeviceMath.Sqrt(x.X2),
            X3 = DeviceMath.Sqrt(x.X3),
            X4 = DeviceMath.Sqrt(x.X4),
            X5 = DeviceMath.Sqrt(x.X5),
            X6 = DeviceMath.Sqrt(x.X6),
            X7 = DeviceMath.Sqrt(x.X7),
            X8 = DeviceMath.Sqrt(x.X8),
            X9 = DeviceMath.Sqrt(x.X9),
            X10 = DeviceMath.Sqrt(x.X10),
            X11 = DeviceMath.Sqrt(x.X11),
            X12 = DeviceMath.Sqrt(x.X12),
            X13 = DeviceMath.Sqrt(x.X13),
            X14 = DeviceMath.Sqrt(x.X14),
            X15 = DeviceMath.Sqrt(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Rsqrt(Lanes16 x) => new()
        {
            X0 = DeviceMath.Rsqrt(x.X0),
            X1 = DeviceMath.Rsqrt(x.X1),
            X2 = DeviceMath.Rsqrt(x.X2),
            X3 = DeviceMath.Rsqrt(x.X3),
            X4 = DeviceMath.Rsqrt(x.X4),
            X5 = DeviceMath.Rsqrt(x.X5),
            X6 = DeviceMath.Rsqrt(x.X6),
            X7 = DeviceMath.Rsqrt(x.X7),
            X8 = DeviceMath.Rsqrt(x.X8),
            X9 = DeviceMath.Rsqrt(x.X9),
            X10 = DeviceMath.Rsqrt(x.X10),
            X11 = DeviceMath.Rsqrt(x.X11),
            X12 = DeviceMath.Rsqrt(x.X12),
            X13 = DeviceMath.Rsqrt(x.X13),
            X14 = DeviceMath.Rsqrt(x.X14),
            X15 = DeviceMath.Rsqrt(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Abs(Lanes16 x) => new()
        {
            X0 = DeviceMath.Abs(x.X0),
            X1 = DeviceMath.Abs(x.X1),
            X2 = DeviceMath.Abs(x.X2),
            X3 = DeviceMath.Abs(x.X3),
            X4 = DeviceMath.Abs(x.X4),
            X5 = DeviceMath.Abs(x.X5),
            X6 = DeviceMath.Abs(x.X6),
            X7 = DeviceMath.Abs(x.X7),
            X8 = DeviceMath.Abs(x.X8),
            X9 = DeviceMath.Abs(x.X9),
            X10 = DeviceMath.Abs(x.X10),
            X11 = DeviceMath.Abs(x.X11),
            X12 = DeviceMath.Abs(x.X12),
            X13 = DeviceMath.Abs(x.X13),
            X14 = DeviceMath.Abs(x.X14),
            X15 = DeviceMath.Abs(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Sign(Lanes16 x) => new()
        {
            X0 = DeviceMath.Sign(x.X0),
            X1 = DeviceMath.Sign(x.X1),
            X2 = DeviceMath.Sign(x.X2),
            X3 = DeviceMath.Sign(x.X3),
            X4 = DeviceMath.Sign(x.X4),
            X5 = DeviceMath.Sign(x.X5),
            X6 = DeviceMath.Sign(x.X6),
            X7 = DeviceMath.Sign(x.X7),
            X8 = DeviceMath.Sign(x.X8),
            X9 = DeviceMath.Sign(x.X9),
            X10 = DeviceMath.Sign(x.X10),
            X11 = DeviceMath.Sign(x.X11),
            X12 = DeviceMath.Sign(x.X12),
            X13 = DeviceMath.Sign(x.X13),
            X14 = DeviceMath.Sign(x.X14),
            X15 = DeviceMath.Sign(x.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Max(Lanes16 a, Lanes16 b) => new()
        {
            X0 = DeviceMath.Max(a.X0, b.X0),
            X1 = DeviceMath.Max(a.X1, b.X1),
            X2 = DeviceMath.Max(a.X2, b.X2),
            X3 = DeviceMath.Max(a.X3, b.X3),
            X4 = DeviceMath.Max(a.X4, b.X4),
            X5 = DeviceMath.Max(a.X5, b.X5),
            X6 = DeviceMath.Max(a.X6, b.X6),
            X7 = DeviceMath.Max(a.X7, b.X7),
            X8 = DeviceMath.Max(a.X8, b.X8),
            X9 = DeviceMath.Max(a.X9, b.X9),
            X10 = DeviceMath.Max(a.X10, b.X10),
            X11 = DeviceMath.Max(a.X11, b.X11),
            X12 = DeviceMath.Max(a.X12, b.X12),
            X13 = DeviceMath.Max(a.X13, b.X13),
            X14 = DeviceMath.Max(a.X14, b.X14),
            X15 = DeviceMath.Max(a.X15, b.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Min(Lanes16 a, Lanes16 b) => new()
        {
            X0 = DeviceMath.Min(a.X0, b.X0),
            X1 = DeviceMath.Min(a.X1, b.X1),
            X2 = DeviceMath.Min(a.X2, b.X2),
            X3 = DeviceMath.Min(a.X3, b.X3),
            X4 = DeviceMath.Min(a.X4, b.X4),
            X5 = DeviceMath.Min(a.X5, b.X5),
            X6 = DeviceMath.Min(a.X6, b.X6),
            X7 = DeviceMath.Min(a.X7, b.X7),
            X8 = DeviceMath.Min(a.X8, b.X8),
            X9 = DeviceMath.Min(a.X9, b.X9),
            X10 = DeviceMath.Min(a.X10, b.X10),
            X11 = DeviceMath.Min(a.X11, b.X11),
            X12 = DeviceMath.Min(a.X12, b.X12),
            X13 = DeviceMath.Min(a.X13, b.X13),
            X14 = DeviceMath.Min(a.X14, b.X14),
            X15 = DeviceMath.Min(a.X15, b.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Greater(Lanes16 a, Lanes16 b) => new()
        {
            X0 = DeviceMath.Greater(a.X0, b.X0),
            X1 = DeviceMath.Greater(a.X1, b.X1),
            X2 = DeviceMath.Greater(a.X2, b.X2),
            X3 = DeviceMath.Greater(a.X3, b.X3),
            X4 = DeviceMath.Greater(a.X4, b.X4),
            X5 = DeviceMath.Greater(a.X5, b.X5),
            X6 = DeviceMath.Greater(a.X6, b.X6),
            X7 = DeviceMath.Greater(a.X7, b.X7),
            X8 = DeviceMath.Greater(a.X8, b.X8),
            X9 = DeviceMath.Greater(a.X9, b.X9),
            X10 = DeviceMath.Greater(a.X10, b.X10),
            X11 = DeviceMath.Greater(a.X11, b.X11),
            X12 = DeviceMath.Greater(a.X12, b.X12),
            X13 = DeviceMath.Greater(a.X13, b.X13),
            X14 = DeviceMath.Greater(a.X14, b.X14),
            X15 = DeviceMath.Greater(a.X15, b.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 GreaterOrEqual(Lanes16 a, Lanes16 b) => new()
        {
            X0 = DeviceMath.GreaterOrEqual(a.X0, b.X0),
            X1 = DeviceMath.GreaterOrEqual(a.X1, b.X1),
            X2 = DeviceMath.GreaterOrEqual(a.X2, b.X2),
            X3 = DeviceMath.GreaterOrEqual(a.X3, b.X3),
            X4 = DeviceMath.GreaterOrEqual(a.X4, b.X4),
            X5 = DeviceMath.GreaterOrEqual(a.X5, b.X5),
            X6 = DeviceMath.GreaterOrEqual(a.X6, b.X6),
            X7 = DeviceMath.GreaterOrEqual(a.X7, b.X7),
            X8 = DeviceMath.GreaterOrEqual(a.X8, b.X8),
            X9 = DeviceMath.GreaterOrEqual(a.X9, b.X9),
            X10 = DeviceMath.GreaterOrEqual(a.X10, b.X10),
            X11 = DeviceMath.GreaterOrEqual(a.X11, b.X11),
            X12 = DeviceMath.GreaterOrEqual(a.X12, b.X12),
            X13 = DeviceMath.GreaterOrEqual(a.X13, b.X13),
            X14 = DeviceMath.GreaterOrEqual(a.X14, b.X14),
            X15 = DeviceMath.GreaterOrEqual(a.X15, b.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Equal(Lanes16 a, Lanes16 b) => new()
        {
            X0 = DeviceMath.Equal(a.X0, b.X0),
            X1 = DeviceMath.Equal(a.X1, b.X1),
            X2 = DeviceMath.Equal(a.X2, b.X2),
            X3 = DeviceMath.Equal(a.X3, b.X3),
            X4 = DeviceMath.Equal(a.X4, b.X4),
            X5 = DeviceMath.Equal(a.X5, b.X5),
            X6 = DeviceMath.Equal(a.X6, b.X6),
            X7 = DeviceMath.Equal(a.X7, b.X7),
            X8 = DeviceMath.Equal(a.X8, b.X8),
            X9 = DeviceMath.Equal(a.X9, b.X9),
            X10 = DeviceMath.Equal(a.X10, b.X10),
            X11 = DeviceMath.Equal(a.X11, b.X11),
            X12 = DeviceMath.Equal(a.X12, b.X12),
            X13 = DeviceMath.Equal(a.X13, b.X13),
            X14 = DeviceMath.Equal(a.X14, b.X14),
            X15 = DeviceMath.Equal(a.X15, b.X15),
        };

    /// <inheritdoc/>
    public static Lanes16 Where(Lanes16 condition, Lanes16 yes, Lanes16 no) => new()
        {
            X0 = DeviceMath.Where(condition.X0, yes.X0, no.X0),
            X1 = DeviceMath.Where(condition.X1, yes.X1, no.X1),
            X2 = DeviceMath.Where(condition.X2, yes.X2, no.X2),
            X3 = DeviceMath.Where(condition.X3, yes.X3, no.X3),
            X4 = DeviceMath.Where(condition.X4, yes.X4, no.X4),
            X5 = DeviceMath.Where(condition.X5, yes.X5, no.X5),
            X6 = DeviceMath.Where(condition.X6, yes.X6, no.X6),
            X7 = DeviceMath.Where(condition.X7, yes.X7, no.X7),
            X8 = DeviceMath.Where(condition.X8, yes.X8, no.X8),
            X9 = DeviceMath.Where(condition.X9, yes.X9, no.X9),
            X10 = DeviceMath.Where(condition.X10, yes.X10, no.X10),
            X11 = DeviceMath.Where(condition.X11, yes.X11, no.X11),
            X12 = DeviceMath.Where(condition.X12, yes.X12, no.X12),
            X13 = DeviceMath.Where(condition.X13, yes.X13, no.X13),
            X14 = DeviceMath.Where(condition.X14, yes.X14, no.X14),
            X15 = DeviceMath.Where(condition.X15, yes.X15, no.X15),
        };
}
