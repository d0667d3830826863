using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>Small square matrices and vectors of <see cref="Wide"/> numbers: one for each of sixteen channels, row by row.</summary>
internal static unsafe class WideMatrix
{
    /// <summary>to = m x, or m^T x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apply(Wide* m, bool isTransposed, Wide* x, Wide* to, int size)
    {
        (int row, int column) = isTransposed ? (1, size) : (size, 1);
        for (int i = 0; i < size; i++)
        {
            Wide sum = m[i * row] * x[0];
            for (int j = 1; j < size; j++)
            {
                sum = Wide.MultiplyAdd(m[(i * row) + (j * column)], x[j], sum);
            }

            to[i] = sum;
        }
    }

    /// <summary>sum += x y^T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddOuter(Wide* x, Wide* y, Wide* sum, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                sum[(i * size) + j] = Wide.MultiplyAdd(x[i], y[j], sum[(i * size) + j]);
            }
        }
    }

    /// <summary>to = m m.</summary>
    public static void Square(Wide* m, Wide* to, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Wide sum = m[i * size] * m[j];
                for (int k = 1; k < size; k++)
                {
                    sum = Wide.MultiplyAdd(m[(i * size) + k], m[(k * size) + j], sum);
                }

                to[(i * size) + j] = sum;
            }
        }
    }

    /// <summary>The gradient of a matrix from that of its square: to = gradient m^T + m^T gradient.</summary>
    public static void SquareAdjoint(Wide* m, Wide* gradient, Wide* to, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                Wide sum = default;
                for (int k = 0; k < size; k++)
                {
                    sum = Wide.MultiplyAdd(gradient[(i * size) + k], m[(j * size) + k], sum);
                    sum = Wide.MultiplyAdd(m[(k * size) + i], gradient[(k * size) + j], sum);
                }

                to[(i * size) + j] = sum;
            }
        }
    }
}
