using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <content>Products with a matrix that is read once and lies across, column after column, as torch keeps its weights: see <see cref="PackedMatrix"/>.</content>
public static unsafe partial class MatrixProduct
{
    /// <summary>Terms that are turned round at a time: with as many columns as the widest tile has they take a third of the first cache.</summary>
    private const int AcrossTerms = 64;

    /// <summary>result [rows, columns] = left [rows, depth] right, whose columns lie <paramref name="rightColumn"/> apart. Each sum is in the order of its terms, as those of panels are: the bits are the same.</summary>
    internal static void MultiplyAcross(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightColumn, float* result, nint resultStride) =>
        RunAcross<Overwrite>(rows, columns, depth, left, leftRow, right, rightColumn, result, resultStride);

    /// <summary>result += left right.</summary>
    internal static void AddAcross(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightColumn, float* result, nint resultStride) =>
        RunAcross<Accumulate>(rows, columns, depth, left, leftRow, right, rightColumn, result, resultStride);

    private static void RunAcross<TStore>(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightColumn, float* result, nint resultStride)
        where TStore : struct, IStoreRule
    {
        int column = 0;
        for (; column + Tile4.Width <= columns; column += Tile4.Width)
        {
            StripAcross<Tile4, TStore>(rows, depth, left, leftRow, right + (column * rightColumn), rightColumn, result + column, resultStride);
        }

        for (; column < columns; column += Tile1.Width)
        {
            StripAcross<Tile1, TStore>(rows, depth, left, leftRow, right + (column * rightColumn), rightColumn, result + column, resultStride);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(SimdKernel.Options)]
    private static void StripAcross<TTile, TStore>(int rows, int depth, float* left, nint leftRow, float* right, nint rightColumn, float* result, nint resultStride)
        where TTile : struct, ITile<TTile>
        where TStore : struct, IStoreRule
    {
        int width = TTile.Width;
        float* block = stackalloc float[AcrossTerms * width];
        float* sums = stackalloc float[rows * width];
        new Span<float>(sums, rows * width).Clear();
        for (int first = 0; first < depth; first += AcrossTerms)
        {
            int terms = Math.Min(AcrossTerms, depth - first);
            Transpose(width, terms, right + first, rightColumn, block, width);
            for (int row = 0; row < rows; row++)
            {
                float* source = left + (row * leftRow) + first;
                TTile sum = TTile.Load(sums + (row * width));
                for (int term = 0; term < terms; term++)
                {
                    sum = TTile.MultiplyAdd(TTile.Broadcast(source[term]), TTile.Load(block + (term * width)), sum);
                }

                TTile.Store(sums + (row * width), sum);
            }
        }

        for (int row = 0; row < rows; row++)
        {
            TStore.Store(result + (row * resultStride), TTile.Load(sums + (row * width)), null);
        }
    }
}
