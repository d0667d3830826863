using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class MatrixProduct
{
    /// <summary>
    /// target [columns, rows] = source^T. Rows of the target are padded with zeros to a multiple of 16; nothing past the
    /// source's columns is read into them.
    /// </summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source that count.</param>
    /// <param name="source">[rows, columns].</param>
    /// <param name="sourceStride">Elements from one row of the source to the next.</param>
    /// <param name="target">[columns, rows padded], overwritten.</param>
    /// <param name="targetStride">Elements from one row of the target to the next, at least the padded rows.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void Transpose(int rows, int columns, float* source, nint sourceStride, float* target, nint targetStride)
    {
        var row = 0;
        for (; row + Simd.Lanes <= rows && Avx512F.IsSupported; row += Simd.Lanes)
        {
            var column = 0;
            for (; column + 4 <= columns; column += 4)
            {
                TransposeStrip(source + (row * sourceStride) + column, sourceStride, target + (column * targetStride) + row, targetStride);
            }

            TransposePart(row, row + Simd.Lanes, column, columns, source, sourceStride, target, targetStride);
        }

        TransposePart(row, rows, 0, columns, source, sourceStride, target, targetStride);
        var padding = Simd.Pad(rows) - rows;
        for (var column = 0; column < columns && padding > 0; column++)
        {
            new Span<float>(target + (column * targetStride) + rows, padding).Clear();
        }
    }

    /// <summary>Sixteen rows of four columns: each 128-bit part of four vectors holds a 4 x 4 block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeStrip(float* source, nint sourceStride, float* target, nint targetStride)
    {
        var row0 = EveryFourth(source, sourceStride);
        var row1 = EveryFourth(source + sourceStride, sourceStride);
        var row2 = EveryFourth(source + (2 * sourceStride), sourceStride);
        var row3 = EveryFourth(source + (3 * sourceStride), sourceStride);
        var low01 = Avx512F.UnpackLow(row0, row1).AsDouble();
        var high01 = Avx512F.UnpackHigh(row0, row1).AsDouble();
        var low23 = Avx512F.UnpackLow(row2, row3).AsDouble();
        var high23 = Avx512F.UnpackHigh(row2, row3).AsDouble();
        Simd.Store(target, Avx512F.UnpackLow(low01, low23).AsSingle());
        Simd.Store(target + targetStride, Avx512F.UnpackHigh(low01, low23).AsSingle());
        Simd.Store(target + (2 * targetStride), Avx512F.UnpackLow(high01, high23).AsSingle());
        Simd.Store(target + (3 * targetStride), Avx512F.UnpackHigh(high01, high23).AsSingle());
    }

    /// <summary>Four columns of rows 0, 4, 8 and 12.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> EveryFourth(float* source, nint stride) => Vector512.Create(
        Vector256.Create(Vector128.Load(source), Vector128.Load(source + (4 * stride))),
        Vector256.Create(Vector128.Load(source + (8 * stride)), Vector128.Load(source + (12 * stride))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposePart(
        int firstRow, int lastRow, int firstColumn, int lastColumn, float* source, nint sourceStride, float* target, nint targetStride)
    {
        for (var column = firstColumn; column < lastColumn; column++)
        {
            for (var row = firstRow; row < lastRow; row++)
            {
                target[(column * targetStride) + row] = source[(row * sourceStride) + column];
            }
        }
    }
}
