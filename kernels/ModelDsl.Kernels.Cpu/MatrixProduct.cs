using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Small dense products in scratch memory, the shapes that chunks are made of. Rows of the right factor and of the result
/// are padded to a multiple of 16; the left factor is read one element at a time, so it may as well lie transposed.
/// </summary>
public static unsafe partial class MatrixProduct
{
    /// <summary>result [rows, columns] = left [rows, depth] right [depth, columns].</summary>
    /// <param name="rows">Rows of the result.</param>
    /// <param name="columns">Columns of the result, a multiple of 16.</param>
    /// <param name="depth">Terms of each sum; 0 clears the result.</param>
    /// <param name="left">Element (row, term) lies at left[row * leftRow + term * leftTerm].</param>
    /// <param name="leftRow">Elements from one row of the left factor to the next.</param>
    /// <param name="leftTerm">Elements from one term of the left factor to the next.</param>
    /// <param name="right">Rows of <paramref name="columns"/> elements.</param>
    /// <param name="rightStride">Elements from one row of the right factor to the next.</param>
    /// <param name="result">Overwritten.</param>
    /// <param name="resultStride">Elements from one row of the result to the next.</param>
    public static void Multiply(
        int rows, int columns, int depth, float* left, nint leftRow, nint leftTerm, float* right, nint rightStride, float* result, nint resultStride) =>
        Run<Overwrite>(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride, null, 0);

    /// <summary>result += left right.</summary>
    /// <inheritdoc cref="Multiply"/>
    public static void Add(
        int rows, int columns, int depth, float* left, nint leftRow, nint leftTerm, float* right, nint rightStride, float* result, nint resultStride)
    {
        if (rows >= ManyRows && rightStride >= WideRow)
        {
            AddInStrips(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride);
        }
        else
        {
            Run<Accumulate>(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride, null, 0);
        }
    }

    /// <summary>
    /// result = diag(scale) result + left right, with the arguments of <see cref="Multiply"/>; the scale has one factor per row
    /// of the result and a stride of 1, or one for all rows and a stride of 0.
    /// </summary>
    public static void ScaleAdd(
        int rows,
        int columns,
        int depth,
        float* left,
        nint leftRow,
        nint leftTerm,
        float* right,
        nint rightStride,
        float* result,
        nint resultStride,
        float* scale,
        nint scaleStride) =>
        Run<Rescale>(rows, columns, depth, left, leftRow, leftTerm, right, rightStride, result, resultStride, scale, scaleStride);

    [MethodImpl(SimdKernel.Options)]
    private static void Run<TStore>(
        int rows,
        int columns,
        int depth,
        float* left,
        nint leftRow,
        nint leftTerm,
        float* right,
        nint rightStride,
        float* result,
        nint resultStride,
        float* scale,
        nint scaleStride)
        where TStore : struct, IStoreRule
    {
        var column = 0;
        for (; column + Tile4.Width <= columns; column += Tile4.Width)
        {
            Strip<Tile4, TStore>(rows, depth, left, leftRow, leftTerm, right + column, rightStride, result + column, resultStride, scale, scaleStride);
        }

        if (column + Tile2.Width <= columns)
        {
            Strip<Tile2, TStore>(rows, depth, left, leftRow, leftTerm, right + column, rightStride, result + column, resultStride, scale, scaleStride);
            column += Tile2.Width;
        }

        if (column < columns)
        {
            Strip<Tile1, TStore>(rows, depth, left, leftRow, leftTerm, right + column, rightStride, result + column, resultStride, scale, scaleStride);
        }
    }

    /// <summary>A strip of the result as wide as a tile: four rows at a time (eight of one or two vectors), all sums in registers.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Strip<TTile, TStore>(
        int rows,
        int depth,
        float* left,
        nint leftRow,
        nint leftTerm,
        float* right,
        nint rightStride,
        float* result,
        nint resultStride,
        float* scale,
        nint scaleStride)
        where TTile : struct, ITile<TTile>
        where TStore : struct, IStoreRule
    {
        // One vector wide, four sums would leave the multipliers waiting for each other; two wide, eight rows read the right factor half as often.
        for (; rows >= 8 && TTile.Width <= Tile2.Width; rows -= 8)
        {
            var sum0 = TTile.Broadcast(0f);
            var sum1 = TTile.Broadcast(0f);
            var sum2 = TTile.Broadcast(0f);
            var sum3 = TTile.Broadcast(0f);
            var sum4 = TTile.Broadcast(0f);
            var sum5 = TTile.Broadcast(0f);
            var sum6 = TTile.Broadcast(0f);
            var sum7 = TTile.Broadcast(0f);
            var source = left;
            var row = right;
            for (var term = 0; term < depth; term++)
            {
                var values = TTile.Load(row);
                var half = source + (4 * leftRow);
                sum0 = TTile.MultiplyAdd(TTile.Broadcast(source[0]), values, sum0);
                sum1 = TTile.MultiplyAdd(TTile.Broadcast(source[leftRow]), values, sum1);
                sum2 = TTile.MultiplyAdd(TTile.Broadcast(source[2 * leftRow]), values, sum2);
                sum3 = TTile.MultiplyAdd(TTile.Broadcast(source[3 * leftRow]), values, sum3);
                sum4 = TTile.MultiplyAdd(TTile.Broadcast(half[0]), values, sum4);
                sum5 = TTile.MultiplyAdd(TTile.Broadcast(half[leftRow]), values, sum5);
                sum6 = TTile.MultiplyAdd(TTile.Broadcast(half[2 * leftRow]), values, sum6);
                sum7 = TTile.MultiplyAdd(TTile.Broadcast(half[3 * leftRow]), values, sum7);
                source += leftTerm;
                row += rightStride;
            }

            TStore.Store(result, sum0, scale);
            TStore.Store(result + resultStride, sum1, scale + scaleStride);
            TStore.Store(result + (2 * resultStride), sum2, scale + (2 * scaleStride));
            TStore.Store(result + (3 * resultStride), sum3, scale + (3 * scaleStride));
            TStore.Store(result + (4 * resultStride), sum4, scale + (4 * scaleStride));
            TStore.Store(result + (5 * resultStride), sum5, scale + (5 * scaleStride));
            TStore.Store(result + (6 * resultStride), sum6, scale + (6 * scaleStride));
            TStore.Store(result + (7 * resultStride), sum7, scale + (7 * scaleStride));
            left += 8 * leftRow;
            result += 8 * resultStride;
            scale += 8 * scaleStride;
        }

        for (; rows >= 4; rows -= 4)
        {
            var sum0 = TTile.Broadcast(0f);
            var sum1 = TTile.Broadcast(0f);
            var sum2 = TTile.Broadcast(0f);
            var sum3 = TTile.Broadcast(0f);
            var source = left;
            var row = right;
            for (var term = 0; term < depth; term++)
            {
                var values = TTile.Load(row);
                sum0 = TTile.MultiplyAdd(TTile.Broadcast(source[0]), values, sum0);
                sum1 = TTile.MultiplyAdd(TTile.Broadcast(source[leftRow]), values, sum1);
                sum2 = TTile.MultiplyAdd(TTile.Broadcast(source[2 * leftRow]), values, sum2);
                sum3 = TTile.MultiplyAdd(TTile.Broadcast(source[3 * leftRow]), values, sum3);
                source += leftTerm;
                row += rightStride;
            }

            TStore.Store(result, sum0, scale);
            TStore.Store(result + resultStride, sum1, scale + scaleStride);
            TStore.Store(result + (2 * resultStride), sum2, scale + (2 * scaleStride));
            TStore.Store(result + (3 * resultStride), sum3, scale + (3 * scaleStride));
            left += 4 * leftRow;
            result += 4 * resultStride;
            scale += 4 * scaleStride;
        }

        for (; rows > 0; rows--)
        {
            var sum = TTile.Broadcast(0f);
            var source = left;
            var row = right;
            for (var term = 0; term < depth; term++)
            {
                sum = TTile.MultiplyAdd(TTile.Broadcast(*source), TTile.Load(row), sum);
                source += leftTerm;
                row += rightStride;
            }

            TStore.Store(result, sum, scale);
            left += leftRow;
            result += resultStride;
            scale += scaleStride;
        }
    }

    /// <summary>What becomes of the result's old value; a type, so that each rule is compiled apart.</summary>
    private interface IStoreRule
    {
        static abstract void Store<TTile>(float* target, TTile sum, float* scale)
            where TTile : struct, ITile<TTile>;
    }

    private readonly struct Overwrite : IStoreRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TTile>(float* target, TTile sum, float* scale)
            where TTile : struct, ITile<TTile> => TTile.Store(target, sum);
    }

    private readonly struct Accumulate : IStoreRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TTile>(float* target, TTile sum, float* scale)
            where TTile : struct, ITile<TTile> => TTile.Store(target, TTile.Load(target) + sum);
    }

    private readonly struct Rescale : IStoreRule
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store<TTile>(float* target, TTile sum, float* scale)
            where TTile : struct, ITile<TTile> => TTile.Store(target, TTile.MultiplyAdd(TTile.Broadcast(*scale), TTile.Load(target), sum));
    }
}
