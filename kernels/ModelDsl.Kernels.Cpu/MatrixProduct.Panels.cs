using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <content>Products with a right factor in panels of two vectors, for <see cref="PackedMatrix"/>.</content>
public static unsafe partial class MatrixProduct
{
    /// <summary>result [rows, columns] = left [rows, depth] right, whose panels lie <paramref name="panelStride"/> apart; a single row goes through them from the last one if <paramref name="fromEnd"/>.</summary>
    internal static void MultiplyPanels(
        int rows, int columns, int depth, float* left, nint leftRow, float* right, nint panelStride, float* result, nint resultStride, bool fromEnd) =>
        RunPanels<Overwrite>(rows, columns, depth, left, leftRow, right, panelStride, result, resultStride, fromEnd);

    /// <summary>result += left right.</summary>
    internal static void AddPanels(
        int rows, int columns, int depth, float* left, nint leftRow, float* right, nint panelStride, float* result, nint resultStride, bool fromEnd) =>
        RunPanels<Accumulate>(rows, columns, depth, left, leftRow, right, panelStride, result, resultStride, fromEnd);

    [MethodImpl(SimdKernel.Options)]
    private static void RunPanels<TStore>(
        int rows, int columns, int depth, float* left, nint leftRow, float* right, nint panelStride, float* result, nint resultStride, bool fromEnd)
        where TStore : struct, IStoreRule
    {
        // Few rows: memory is the limit, and several panels at once keep enough of it under way.
        int column = 0;
        if (rows == 1)
        {
            int fours = columns / (4 * Tile2.Width);
            for (int i = 0; i < fours; i++)
            {
                nint four = fromEnd ? fours - 1 - i : i;
                RowOfFour<TStore>(depth, left, right + (four * 4 * panelStride), panelStride, result + (four * 4 * Tile2.Width));
            }

            column = fours * 4 * Tile2.Width;
            right += fours * 4 * panelStride;
        }

        for (; rows <= 3 && column + (2 * Tile2.Width) <= columns; column += 2 * Tile2.Width)
        {
            int row = 0;
            for (; row + 2 <= rows; row += 2)
            {
                PairOfTwo<TStore>(depth, left + (row * leftRow), leftRow, right, panelStride, result + (row * resultStride) + column, resultStride);
            }

            if (row < rows)
            {
                RowOfTwo<TStore>(depth, left + (row * leftRow), right, panelStride, result + (row * resultStride) + column);
            }

            right += 2 * panelStride;
        }

        for (; column + Tile2.Width <= columns; column += Tile2.Width)
        {
            Strip<Tile2, TStore>(rows, depth, left, leftRow, 1, right, Tile2.Width, result + column, resultStride, null, 0);
            right += panelStride;
        }

        if (column < columns)
        {
            Strip<Tile1, TStore>(rows, depth, left, leftRow, 1, right, Tile2.Width, result + column, resultStride, null, 0);
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void RowOfFour<TStore>(int depth, float* left, float* right, nint panelStride, float* result)
        where TStore : struct, IStoreRule
    {
        float* right1 = right + panelStride, right2 = right1 + panelStride, right3 = right2 + panelStride;
        var sum0 = Tile2.Broadcast(0f);
        var sum1 = Tile2.Broadcast(0f);
        var sum2 = Tile2.Broadcast(0f);
        var sum3 = Tile2.Broadcast(0f);
        nint at = 0;
        for (int term = 0; term < depth; term++)
        {
            var value = Tile2.Broadcast(left[term]);
            sum0 = Tile2.MultiplyAdd(value, Tile2.Load(right + at), sum0);
            sum1 = Tile2.MultiplyAdd(value, Tile2.Load(right1 + at), sum1);
            sum2 = Tile2.MultiplyAdd(value, Tile2.Load(right2 + at), sum2);
            sum3 = Tile2.MultiplyAdd(value, Tile2.Load(right3 + at), sum3);
            at += Tile2.Width;
        }

        TStore.Store(result, sum0, null);
        TStore.Store(result + Tile2.Width, sum1, null);
        TStore.Store(result + (2 * Tile2.Width), sum2, null);
        TStore.Store(result + (3 * Tile2.Width), sum3, null);
    }

    [MethodImpl(SimdKernel.Options)]
    private static void RowOfTwo<TStore>(int depth, float* left, float* right, nint panelStride, float* result)
        where TStore : struct, IStoreRule
    {
        float* right1 = right + panelStride;
        var sum0 = Tile2.Broadcast(0f);
        var sum1 = Tile2.Broadcast(0f);
        nint at = 0;
        for (int term = 0; term < depth; term++)
        {
            var value = Tile2.Broadcast(left[term]);
            sum0 = Tile2.MultiplyAdd(value, Tile2.Load(right + at), sum0);
            sum1 = Tile2.MultiplyAdd(value, Tile2.Load(right1 + at), sum1);
            at += Tile2.Width;
        }

        TStore.Store(result, sum0, null);
        TStore.Store(result + Tile2.Width, sum1, null);
    }

    [MethodImpl(SimdKernel.Options)]
    private static void PairOfTwo<TStore>(int depth, float* left, nint leftRow, float* right, nint panelStride, float* result, nint resultStride)
        where TStore : struct, IStoreRule
    {
        float* left1 = left + leftRow, right1 = right + panelStride;
        var sum00 = Tile2.Broadcast(0f);
        var sum01 = Tile2.Broadcast(0f);
        var sum10 = Tile2.Broadcast(0f);
        var sum11 = Tile2.Broadcast(0f);
        nint at = 0;
        for (int term = 0; term < depth; term++)
        {
            var values0 = Tile2.Load(right + at);
            var values1 = Tile2.Load(right1 + at);
            var value = Tile2.Broadcast(left[term]);
            sum00 = Tile2.MultiplyAdd(value, values0, sum00);
            sum01 = Tile2.MultiplyAdd(value, values1, sum01);
            value = Tile2.Broadcast(left1[term]);
            sum10 = Tile2.MultiplyAdd(value, values0, sum10);
            sum11 = Tile2.MultiplyAdd(value, values1, sum11);
            at += Tile2.Width;
        }

        TStore.Store(result, sum00, null);
        TStore.Store(result + Tile2.Width, sum01, null);
        TStore.Store(result + resultStride, sum10, null);
        TStore.Store(result + resultStride + Tile2.Width, sum11, null);
    }
}
