using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <content>Products with a matrix that is read once, row after row as it lies: see <see cref="PackedMatrix"/>.</content>
public static unsafe partial class MatrixProduct
{
    /// <summary>Columns whose sums are made at a time: they stay in the first cache, and of a row as much is read in one go as a page of memory holds.</summary>
    private const int StreamWidth = 1024;

    /// <summary>result [rows, columns] = left [rows, depth] right, whose rows lie <paramref name="rightRow"/> apart. Each sum is in the order of its terms, as those of panels are: the bits are the same.</summary>
    internal static void MultiplyStream(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightRow, float* result, nint resultStride) =>
        RunStreams<Overwrite>(rows, columns, depth, left, leftRow, right, rightRow, result, resultStride);

    /// <summary>result += left right.</summary>
    internal static void AddStream(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightRow, float* result, nint resultStride) =>
        RunStreams<Accumulate>(rows, columns, depth, left, leftRow, right, rightRow, result, resultStride);

    private static void RunStreams<TStore>(int rows, int columns, int depth, float* left, nint leftRow, float* right, nint rightRow, float* result, nint resultStride)
        where TStore : struct, IStoreRule
    {
        for (int row = 0; row < rows; row++)
        {
            RunStream<TStore>(columns, depth, left + (row * leftRow), right, rightRow, result + (row * resultStride));
        }
    }

    [SkipLocalsInit]
    [MethodImpl(SimdKernel.Options)]
    private static void RunStream<TStore>(int columns, int depth, float* left, float* right, nint rightRow, float* result)
        where TStore : struct, IStoreRule
    {
        float* sums = stackalloc float[StreamWidth];
        for (int column = 0; column < columns; column += StreamWidth)
        {
            int width = Math.Min(StreamWidth, columns - column);
            new Span<float>(sums, width).Clear();
            int term = 0;
            for (; term + 4 <= depth; term += 4)
            {
                float* row0 = right + (term * rightRow) + column, row1 = row0 + rightRow, row2 = row1 + rightRow, row3 = row2 + rightRow;
                var value0 = Tile1.Broadcast(left[term]);
                var value1 = Tile1.Broadcast(left[term + 1]);
                var value2 = Tile1.Broadcast(left[term + 2]);
                var value3 = Tile1.Broadcast(left[term + 3]);
                for (int i = 0; i < width; i += Tile1.Width)
                {
                    var sum = Tile1.MultiplyAdd(value0, Tile1.Load(row0 + i), Tile1.Load(sums + i));
                    sum = Tile1.MultiplyAdd(value1, Tile1.Load(row1 + i), sum);
                    sum = Tile1.MultiplyAdd(value2, Tile1.Load(row2 + i), sum);
                    Tile1.Store(sums + i, Tile1.MultiplyAdd(value3, Tile1.Load(row3 + i), sum));
                }
            }

            for (; term < depth; term++)
            {
                float* row = right + (term * rightRow) + column;
                var value = Tile1.Broadcast(left[term]);
                for (int i = 0; i < width; i += Tile1.Width)
                {
                    Tile1.Store(sums + i, Tile1.MultiplyAdd(value, Tile1.Load(row + i), Tile1.Load(sums + i)));
                }
            }

            for (int i = 0; i < width; i += Tile1.Width)
            {
                TStore.Store(result + column + i, Tile1.Load(sums + i), null);
            }
        }
    }
}
