using ILGPU;
using ILGPU.IR.Intrinsics;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Eight numbers for each thread, on a CPU with OpenCL, where rows are no whole sixteens. See OpenCLVectors.</summary>
public partial struct Lanes8 : ILane<Lanes8>
{
    private float X0, X1, X2, X3, X4, X5, X6, X7;

    /// <inheritdoc/>
    public static int Width => 8;

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
    public static Lanes8 LoadAround(ArrayView<float> source, int at, int start, int step, int size, int stride, int rows, int count) => new()
    {
        X0 = 0 < count ? source[at + (0 * rows) + (DeviceMath.Around((start + (0 * step)) % size, size) * stride)] : 0f,
        X1 = 1 < count ? source[at + (1 * rows) + (DeviceMath.Around((start + (1 * step)) % size, size) * stride)] : 0f,
        X2 = 2 < count ? source[at + (2 * rows) + (DeviceMath.Around((start + (2 * step)) % size, size) * stride)] : 0f,
        X3 = 3 < count ? source[at + (3 * rows) + (DeviceMath.Around((start + (3 * step)) % size, size) * stride)] : 0f,
        X4 = 4 < count ? source[at + (4 * rows) + (DeviceMath.Around((start + (4 * step)) % size, size) * stride)] : 0f,
        X5 = 5 < count ? source[at + (5 * rows) + (DeviceMath.Around((start + (5 * step)) % size, size) * stride)] : 0f,
        X6 = 6 < count ? source[at + (6 * rows) + (DeviceMath.Around((start + (6 * step)) % size, size) * stride)] : 0f,
        X7 = 7 < count ? source[at + (7 * rows) + (DeviceMath.Around((start + (7 * step)) % size, size) * stride)] : 0f,
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
    [IntrinsicImplementation]
    public static Lanes8 MultiplyAdd(Lanes8 a, Lanes8 b, Lanes8 c) => new()
        {
            X0 = (a.X0 * b.X0) + c.X0,
            X1 = (a.X1 * b.X1) + c.X1,
            X2 = (a.X2 * b.X2) + c.X2,
            X3 = (a.X3 * b.X3) + c.X3,
            X4 = (a.X4 * b.X4) + c.X4,
            X5 = (a.X5 * b.X5) + c.X5,
            X6 = (a.X6 * b.X6) + c.X6,
            X7 = (a.X7 * b.X7) + c.X7,
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
    public static Lanes8 MultiplyAdd(float a, Lanes8 b, Lanes8 c) => new()
        {
            X0 = (a * b.X0) + c.X0,
            X1 = (a * b.X1) + c.X1,
            X2 = (a * b.X2) + c.X2,
            X3 = (a * b.X3) + c.X3,
            X4 = (a * b.X4) + c.X4,
            X5 = (a * b.X5) + c.X5,
            X6 = (a * b.X6) + c.X6,
            X7 = (a * b.X7) + c.X7,
        };

    /// <inheritdoc/>
    [IntrinsicImplementation]
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
    [IntrinsicImplementation]
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
    [IntrinsicImplementation]
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
    [IntrinsicImplementation]
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
    [IntrinsicImplementation]
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
}
