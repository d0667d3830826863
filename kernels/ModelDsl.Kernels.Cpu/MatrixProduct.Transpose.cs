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
            for (; column + Simd.Lanes <= columns; column += Simd.Lanes)
            {
                TransposeBlock(source + (row * sourceStride) + column, sourceStride, target + (column * targetStride) + row, targetStride);
            }

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

    /// <summary>Sixteen rows of sixteen columns: pairs of rows, then of pairs, give four rows of every fourth column in each vector; what is left is to exchange its 128-bit parts.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void TransposeBlock(float* source, nint sourceStride, float* target, nint targetStride)
    {
        FourRows(source, sourceStride, out var a0, out var a1, out var a2, out var a3);
        FourRows(source + (4 * sourceStride), sourceStride, out var b0, out var b1, out var b2, out var b3);
        FourRows(source + (8 * sourceStride), sourceStride, out var c0, out var c1, out var c2, out var c3);
        FourRows(source + (12 * sourceStride), sourceStride, out var d0, out var d1, out var d2, out var d3);
        StoreEveryFourth(a0, b0, c0, d0, target, 4 * targetStride);
        StoreEveryFourth(a1, b1, c1, d1, target + targetStride, 4 * targetStride);
        StoreEveryFourth(a2, b2, c2, d2, target + (2 * targetStride), 4 * targetStride);
        StoreEveryFourth(a3, b3, c3, d3, target + (3 * targetStride), 4 * targetStride);
    }

    /// <summary>Part i of the k-th result is column 4 i + k of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourRows(float* source, nint stride, out Vector512<float> first, out Vector512<float> second, out Vector512<float> third, out Vector512<float> fourth)
    {
        Vector512<float> row0 = Simd.Load(source), row1 = Simd.Load(source + stride), row2 = Simd.Load(source + (2 * stride)), row3 = Simd.Load(source + (3 * stride));
        var low01 = Avx512F.UnpackLow(row0, row1).AsDouble();
        var high01 = Avx512F.UnpackHigh(row0, row1).AsDouble();
        var low23 = Avx512F.UnpackLow(row2, row3).AsDouble();
        var high23 = Avx512F.UnpackHigh(row2, row3).AsDouble();
        first = Avx512F.UnpackLow(low01, low23).AsSingle();
        second = Avx512F.UnpackHigh(low01, low23).AsSingle();
        third = Avx512F.UnpackLow(high01, high23).AsSingle();
        fourth = Avx512F.UnpackHigh(high01, high23).AsSingle();
    }

    /// <summary>Row i of the target gets part i of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreEveryFourth(Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d, float* target, nint stride)
    {
        const byte Even = 0b10_00_10_00, Odd = 0b11_01_11_01;
        var evenAb = Avx512F.Shuffle4x128(a, b, Even);
        var oddAb = Avx512F.Shuffle4x128(a, b, Odd);
        var evenCd = Avx512F.Shuffle4x128(c, d, Even);
        var oddCd = Avx512F.Shuffle4x128(c, d, Odd);
        Simd.Store(target, Avx512F.Shuffle4x128(evenAb, evenCd, Even));
        Simd.Store(target + stride, Avx512F.Shuffle4x128(oddAb, oddCd, Even));
        Simd.Store(target + (2 * stride), Avx512F.Shuffle4x128(evenAb, evenCd, Odd));
        Simd.Store(target + (3 * stride), Avx512F.Shuffle4x128(oddAb, oddCd, Odd));
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
