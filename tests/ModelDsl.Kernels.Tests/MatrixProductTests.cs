using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Products of awkward sizes, left factor straight and transposed, and every rule for the old result.</summary>
public sealed unsafe class MatrixProductTests
{
    [Fact]
    public void ProductsOfAwkwardSizes()
    {
        foreach (var rows in new[] { 1, 3, 4, 8, 13 })
        {
            foreach (var columns in new[] { 16, 32, 48, 64, 112 })
            {
                foreach (var depth in new[] { 0, 1, 17 })
                {
                    Check(rows, columns, depth, transposed: false);
                    Check(rows, columns, depth, transposed: true);
                }
            }
        }
    }

    /// <summary>Many rows by a wide factor: its strips are copied.</summary>
    [Fact]
    public void ProductsWithWideFactors()
    {
        foreach (var depth in new[] { 1, 128, 131 })
        {
            Check(37, 304, depth, transposed: true);
        }
    }

    [Fact]
    public void TransposesAwkwardSizes()
    {
        foreach (var rows in new[] { 1, 15, 16, 33 })
        {
            foreach (var columns in new[] { 1, 4, 7, 64 })
            {
                using var memory = new NativeRows(rows + columns);
                var source = memory.Uniform(rows, columns, columns + 2);
                var target = memory.Poisoned(columns, Simd.Pad(rows) + 16);
                MatrixProduct.Transpose(rows, columns, source, columns + 2, target, Simd.Pad(rows) + 16);
                for (var column = 0; column < columns; column++)
                {
                    for (var row = 0; row < Simd.Pad(rows); row++)
                    {
                        Assert.Equal(
                            row < rows ? source[(row * (columns + 2)) + column] : 0, target[(column * (Simd.Pad(rows) + 16)) + row]);
                    }
                }
            }
        }
    }

    private static void Check(int rows, int columns, int depth, bool transposed)
    {
        using var memory = new NativeRows(rows + columns + depth);
        var leftStride = transposed ? rows + 3 : depth + 3;
        var left = transposed ? memory.Uniform(depth, rows, leftStride) : memory.Uniform(rows, depth, leftStride);
        var right = memory.Uniform(depth, columns, columns);
        var old = memory.Uniform(rows, columns, columns + 16);
        var scale = memory.Uniform(1, rows, rows);
        nint leftRow = transposed ? 1 : leftStride;
        nint leftTerm = transposed ? leftStride : 1;
        for (var rule = 0; rule < 4; rule++)
        {
            var result = memory.Poisoned(rows, columns + 16);
            Buffer.MemoryCopy(old, result, rows * (columns + 16) * 4, rows * (columns + 16) * 4);
            switch (rule)
            {
                case 0:
                    MatrixProduct.Multiply(rows, columns, depth, left, leftRow, leftTerm, right, columns, result, columns + 16);
                    break;
                case 1:
                    MatrixProduct.Add(rows, columns, depth, left, leftRow, leftTerm, right, columns, result, columns + 16);
                    break;
                default:
                    MatrixProduct.ScaleAdd(rows, columns, depth, left, leftRow, leftTerm, right, columns, result, columns + 16, scale, rule - 2);
                    break;
            }

            for (var row = 0; row < rows; row++)
            {
                var factor = rule switch { 0 => 0, 1 => 1, 2 => scale[0], _ => scale[row] };
                for (var column = 0; column < columns; column++)
                {
                    var expected = (double)factor * old[(row * (columns + 16)) + column];
                    for (var term = 0; term < depth; term++)
                    {
                        expected += (double)left[(row * leftRow) + (term * leftTerm)] * right[(term * columns) + column];
                    }

                    Assert.Equal(expected, result[(row * (columns + 16)) + column], 1e-5);
                }
            }
        }
    }
}
