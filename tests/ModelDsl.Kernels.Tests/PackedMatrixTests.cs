using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Products with packed matrices against sums in double precision, with few and many rows and columns that fill panels or do not.</summary>
public sealed unsafe class PackedMatrixTests
{
    [Fact]
    public void ProductsOfAwkwardSizes()
    {
        foreach (var rows in new[] { 1, 2, 3, 4, 8, 13 })
        {
            foreach (var columns in new[] { 16, 32, 48, 80, 128, 240 })
            {
                foreach (var depth in new[] { 1, 17 })
                {
                    Check(rows, columns, depth, isSum: false);
                    Check(rows, columns, depth, isSum: true);
                }
            }
        }
    }

    /// <summary>A matrix that lies across, in two blocks of which the second begins inside a panel.</summary>
    [Fact]
    public void TransposedBlocks()
    {
        const int Columns = 64, Depth = 19;
        using var memory = new NativeRows(2);
        var across = memory.Uniform(Columns, Depth, Depth);
        var straight = memory.Poisoned(Depth, Columns);
        MatrixProduct.Transpose(Columns, Depth, across, Depth, straight, Columns);
        var matrix = new PackedMatrix(memory.Poisoned(1, (int)PackedMatrix.Length(Depth, Columns)), Depth, Columns);
        matrix.Set(0, Depth, 0, 16, across, 1, Depth);
        matrix.Set(0, Depth, 16, 48, across + (16 * Depth), 1, Depth);
        var left = memory.Uniform(1, Depth, Depth);
        var result = memory.Poisoned(1, Columns);
        var expected = memory.Poisoned(1, Columns);
        matrix.Multiply(1, left, Depth, result, Columns);
        Pack(memory, straight, Depth, Columns).Multiply(1, left, Depth, expected, Columns);
        Assert.True(new ReadOnlySpan<float>(result, Columns).SequenceEqual(new ReadOnlySpan<float>(expected, Columns)));
    }

    /// <summary>A matrix that is left as it lies, straight or across, gives the same bits as in panels: also one that is wider than what is summed at a time, with rows further apart than they are long.</summary>
    [Fact]
    public void BitsDoNotDependOnPacking()
    {
        foreach (var (columns, depth) in new[] { (16, 1), (48, 7), (80, 131), (1040, 13), (2048, 4) })
        {
            using var memory = new NativeRows(3);
            const int Rows = 2;
            int stride = columns + 16;
            var left = memory.Uniform(Rows, depth, depth);
            var source = memory.Uniform(depth, columns, stride);
            var asItLies = new PackedMatrix(source, depth, columns, stride);
            var packed = new PackedMatrix(memory.Poisoned(1, (int)PackedMatrix.Length(depth, columns)), depth, columns);
            packed.Set(0, depth, 0, columns, source, stride, 1);
            float* expected = memory.Poisoned(Rows, columns), found = memory.Poisoned(Rows, columns);
            packed.Multiply(Rows, left, depth, expected, columns);
            asItLies.Multiply(Rows, left, depth, found, columns);
            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(found, Rows * columns)));
            packed.Add(Rows, left, depth, expected, columns);
            asItLies.Add(Rows, left, depth, found, columns);
            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(found, Rows * columns)));

            float* turned = memory.Poisoned(columns, Simd.Pad(depth));
            MatrixProduct.Transpose(depth, columns, source, stride, turned, Simd.Pad(depth));
            var across = new PackedMatrix(turned, depth, columns, 1, Simd.Pad(depth));
            across.Add(Rows, left, depth, found, columns);
            packed.Add(Rows, left, depth, expected, columns);
            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(found, Rows * columns)));
            across.Multiply(Rows, left, depth, found, columns);
            packed.Multiply(Rows, left, depth, expected, columns);
            Assert.True(new ReadOnlySpan<float>(expected, Rows * columns).SequenceEqual(new ReadOnlySpan<float>(found, Rows * columns)));
        }
    }

    /// <summary>A row of a product has the same bits whatever rows it is computed with, and from whichever end.</summary>
    [Fact]
    public void BitsDoNotDependOnTheNumberOfRows()
    {
        const int Rows = 13, Columns = 400, Depth = 37;
        using var memory = new NativeRows(1);
        var left = memory.Uniform(Rows, Depth, Depth);
        PackedMatrix matrix = Pack(memory, memory.Uniform(Depth, Columns, Columns), Depth, Columns);
        var together = memory.Poisoned(Rows, Columns);
        matrix.Multiply(Rows, left, Depth, together, Columns);
        for (var row = 0; row < Rows; row++)
        {
            var alone = memory.Poisoned(1, Columns);
            matrix.Multiply(1, left + (row * Depth), Depth, alone, Columns, turn: row);
            Assert.True(new ReadOnlySpan<float>(together + (row * Columns), Columns).SequenceEqual(new ReadOnlySpan<float>(alone, Columns)));
        }
    }

    private static void Check(int rows, int columns, int depth, bool isSum)
    {
        using var memory = new NativeRows(rows + columns + depth);
        var left = memory.Uniform(rows, depth, depth + 3);
        var right = memory.Uniform(depth, columns, columns);
        PackedMatrix matrix = Pack(memory, right, depth, columns);
        var result = memory.Uniform(rows, columns, columns + 16);
        var old = memory.Poisoned(rows, columns + 16);
        Buffer.MemoryCopy(result, old, rows * (columns + 16) * 4, rows * (columns + 16) * 4);
        if (isSum)
        {
            matrix.Add(rows, left, depth + 3, result, columns + 16);
        }
        else
        {
            matrix.Multiply(rows, left, depth + 3, result, columns + 16);
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                double expected = isSum ? old[(row * (columns + 16)) + column] : 0;
                for (var term = 0; term < depth; term++)
                {
                    expected += (double)left[(row * (depth + 3)) + term] * right[(term * columns) + column];
                }

                Assert.Equal(expected, result[(row * (columns + 16)) + column], 1e-5);
            }
        }
    }

    private static PackedMatrix Pack(NativeRows memory, float* right, int depth, int columns)
    {
        var matrix = new PackedMatrix(memory.Poisoned(1, (int)PackedMatrix.Length(depth, columns)), depth, columns);
        matrix.Set(0, depth, 0, columns, right, columns, 1);
        return matrix;
    }
}
