using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>An operand of a <see cref="LaneProduct"/>: a matrix whose elements are vectors.</summary>
/// <param name="Data">The first element.</param>
/// <param name="Row">Floats from one row to the next.</param>
/// <param name="Column">Floats from one column to the next.</param>
internal readonly unsafe record struct LaneMatrix(nint Data, nint Row, nint Column)
{
    public LaneMatrix Transposed => new(Data, Column, Row);

    /// <summary>The columns from some column on.</summary>
    public LaneMatrix From(int column) => this with { Data = Data + (column * Column * sizeof(float)) };

    public float* At(int row, int column) => (float*)Data + (row * Row) + (column * Column);
}

/// <summary>Sixteen products of matrices side by side, one in each lane.</summary>
internal static unsafe class LaneProduct
{
    /// <summary>Rows and columns of what is summed in registers: sizes are multiples of it.</summary>
    public const int Tile = 4;

    /// <summary>result[x, y] (+)= sum over z, left[x, z] * right[z, y].</summary>
    [MethodImpl(SimdKernel.Options)]
    public static void Multiply(LaneMatrix left, LaneMatrix right, LaneMatrix result, int rows, int columns, int terms, bool add = false)
    {
        for (int x = 0; x < rows; x += Tile)
        {
            for (int y = 0; y < columns; y += Tile)
            {
                float* a = left.At(x, 0), b = right.At(0, y);
                nint nextA = left.Row, nextB = right.Column;
                Vector512<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
                Vector512<float> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
                for (int z = 0; z < terms; z++, a += left.Column, b += right.Row)
                {
                    var b0 = Load(b);
                    var b1 = Load(b + nextB);
                    var b2 = Load(b + (2 * nextB));
                    var b3 = Load(b + (3 * nextB));
                    var a0 = Load(a);
                    s00 = MultiplyAdd(a0, b0, s00);
                    s01 = MultiplyAdd(a0, b1, s01);
                    s02 = MultiplyAdd(a0, b2, s02);
                    s03 = MultiplyAdd(a0, b3, s03);
                    a0 = Load(a + nextA);
                    s10 = MultiplyAdd(a0, b0, s10);
                    s11 = MultiplyAdd(a0, b1, s11);
                    s12 = MultiplyAdd(a0, b2, s12);
                    s13 = MultiplyAdd(a0, b3, s13);
                    a0 = Load(a + (2 * nextA));
                    s20 = MultiplyAdd(a0, b0, s20);
                    s21 = MultiplyAdd(a0, b1, s21);
                    s22 = MultiplyAdd(a0, b2, s22);
                    s23 = MultiplyAdd(a0, b3, s23);
                    a0 = Load(a + (3 * nextA));
                    s30 = MultiplyAdd(a0, b0, s30);
                    s31 = MultiplyAdd(a0, b1, s31);
                    s32 = MultiplyAdd(a0, b2, s32);
                    s33 = MultiplyAdd(a0, b3, s33);
                }

                Save(result, x, y, add, s00, s01, s02, s03);
                Save(result, x + 1, y, add, s10, s11, s12, s13);
                Save(result, x + 2, y, add, s20, s21, s22, s23);
                Save(result, x + 3, y, add, s30, s31, s32, s33);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Save(LaneMatrix result, int row, int column, bool add, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        Save(result.At(row, column), s0, add);
        Save(result.At(row, column + 1), s1, add);
        Save(result.At(row, column + 2), s2, add);
        Save(result.At(row, column + 3), s3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Save(float* result, Vector512<float> sum, bool add) => Store(result, add ? Load(result) + sum : sum);
}
