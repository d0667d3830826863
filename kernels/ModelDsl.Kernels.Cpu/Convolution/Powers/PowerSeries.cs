using System.Numerics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The powers of one element's states, in sixteen channels, in double precision: near[b] = c^T M^b and far[a] = (M^C)^a b, where C is a power of two and its power of M
/// made by squaring.
/// </summary>
/// <param name="memory">Memory, of <see cref="Length"/> floats.</param>
/// <param name="size">States that depend on each other.</param>
/// <param name="span">C.</param>
internal readonly unsafe struct PowerSeries(float* memory, int size, int span)
{
    private readonly Wide* _coefficients = (Wide*)memory;
    private readonly int _squarings = BitOperations.Log2((uint)span);

    /// <summary>Floats of memory.</summary>
    public static nint Length(int size, int span) => (nint)((2 * Count(size)) + (size * size * (BitOperations.Log2((uint)span) + 2)) + (3 * size)) * sizeof(Wide) / sizeof(float);

    /// <summary>The coefficients: M row by row, b, c.</summary>
    public Wide* Coefficients => _coefficients;

    /// <summary>Their gradients, in the same order.</summary>
    public Wide* Gradients => _coefficients + Count(size);

    private static int Count(int size) => (size * size) + (2 * size);

    private Wide* Entry => _coefficients + (size * size);

    private Wide* Read => Entry + size;

    /// <summary>M, its square, the square of that, ... M^C.</summary>
    private Wide* Power(int squarings) => squarings == 0 ? _coefficients : _coefficients + (2 * Count(size)) + ((squarings - 1) * size * size);

    private Wide* PowerGradient(int which) => Power(_squarings + 1 + which);

    private Wide* Vector(int which) => Power(_squarings + 3) + (which * size);

    /// <summary>The powers of M that the others take, from its coefficients.</summary>
    public void Square()
    {
        for (int i = 0; i < _squarings; i++)
        {
            WideMatrix.Square(Power(i), Power(i + 1), size);
        }
    }

    /// <summary>Writes both series.</summary>
    /// <param name="near">[b, state].</param>
    /// <param name="far">[a, state].</param>
    /// <param name="spans">Numbers of the second one.</param>
    public void Write(LaneMatrix near, LaneMatrix far, int spans)
    {
        Write(Read, Power(0), isTransposed: true, near, span);
        Write(Entry, Power(_squarings), isTransposed: false, far, spans);
    }

    private void Write(Wide* first, Wide* matrix, bool isTransposed, LaneMatrix to, int count)
    {
        Wide* x = Vector(0), next = Vector(1);
        new ReadOnlySpan<Wide>(first, size).CopyTo(new Span<Wide>(x, size));
        for (int t = 0; t < count; t++)
        {
            for (int i = 0; i < size; i++)
            {
                Store(to.At(t, i), x[i].Narrow());
            }

            WideMatrix.Apply(matrix, isTransposed, x, next, size);
            Swap(ref x, ref next);
        }
    }

    /// <summary>Gradients of the coefficients from those of both series.</summary>
    public void Differentiate(LaneMatrix near, LaneMatrix far, LaneMatrix nearGradient, LaneMatrix farGradient, int spans)
    {
        Wide* entry = Gradients + (size * size), power = PowerGradient(0), other = PowerGradient(1);
        new Span<Wide>(power, size * size).Clear();
        Differentiate(far, farGradient, Power(_squarings), isTransposed: false, power, entry, spans);
        for (int i = _squarings - 1; i >= 0; i--)
        {
            WideMatrix.SquareAdjoint(Power(i), power, other, size);
            Swap(ref power, ref other);
        }

        new ReadOnlySpan<Wide>(power, size * size).CopyTo(new Span<Wide>(Gradients, size * size));
        Differentiate(near, nearGradient, Power(0), isTransposed: true, Gradients, entry + size, span);
    }

    /// <summary>The adjoint of x[t + 1] = M x[t], or M^T x[t].</summary>
    private void Differentiate(LaneMatrix series, LaneMatrix gradient, Wide* matrix, bool isTransposed, Wide* matrixGradient, Wide* first, int count)
    {
        Wide* sum = Vector(0), next = Vector(1), previous = Vector(2);
        new Span<Wide>(sum, size).Clear();
        for (int t = count - 1; t >= 0; t--)
        {
            for (int i = 0; i < size; i++)
            {
                sum[i] += Wide.Of(Load(gradient.At(t, i)));
            }

            if (t > 0)
            {
                for (int i = 0; i < size; i++)
                {
                    previous[i] = Wide.Of(Load(series.At(t - 1, i)));
                }

                WideMatrix.AddOuter(isTransposed ? previous : sum, isTransposed ? sum : previous, matrixGradient, size);
                WideMatrix.Apply(matrix, !isTransposed, sum, next, size);
                Swap(ref sum, ref next);
            }
        }

        new ReadOnlySpan<Wide>(sum, size).CopyTo(new Span<Wide>(first, size));
    }

    private static void Swap(ref Wide* a, ref Wide* b)
    {
        Wide* kept = a;
        a = b;
        b = kept;
    }
}
