using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Every operation of every tile width against <see cref="Simd"/> on one float, column by column.</summary>
public sealed unsafe class TileTests
{
    [Fact]
    public void SixteenColumns() => Check<Tile1>();

    [Fact]
    public void ThirtyTwoColumns() => Check<Tile2>();

    [Fact]
    public void SixtyFourColumns() => Check<Tile4>();

    private static void Check<TTile>()
        where TTile : struct, ITile<TTile>
    {
        using var memory = new NativeRows(TTile.Width);
        var a = memory.WithZeros(1, TTile.Width, TTile.Width, -3, 3);
        var b = memory.Uniform(1, TTile.Width, TTile.Width, 0.5, 3);
        var c = memory.WithZeros(1, TTile.Width, TTile.Width, -3, 3);
        var (x, y, z) = (TTile.Load(a), TTile.Load(b), TTile.Load(c));

        Same(memory, x + y, column => a[column] + b[column]);
        Same(memory, x - y, column => a[column] - b[column]);
        Same(memory, x * y, column => a[column] * b[column]);
        Same(memory, x / y, column => a[column] / b[column]);
        Same(memory, -x, column => -a[column]);
        Same(memory, TTile.Broadcast(7), _ => 7);
        Same(memory, TTile.MultiplyAdd(x, y, z), column => Simd.MultiplyAdd(a[column], b[column], c[column]));
        Same(memory, TTile.Where(x, y, z), column => Simd.Where(a[column], b[column], c[column]));
        Same(memory, TTile.Max(x, z), column => Simd.Max(a[column], c[column]));
        Same(memory, TTile.Min(x, z), column => Simd.Min(a[column], c[column]));
        Same(memory, TTile.LogAddExp(x, z), column => Simd.LogAddExp(a[column], c[column]));
        Same(memory, TTile.Greater(x, z), column => Simd.Greater(a[column], c[column]));
        Same(memory, TTile.GreaterOrEqual(x, z), column => Simd.GreaterOrEqual(a[column], c[column]));
        Same(memory, TTile.Equal(x, z), column => Simd.Equal(a[column], c[column]));
        Same(memory, TTile.Exp(x), column => Simd.Exp(a[column]));
        Same(memory, TTile.Log(y), column => Simd.Log(b[column]));
        Same(memory, TTile.Sigmoid(x), column => Simd.Sigmoid(a[column]));
        Same(memory, TTile.LogSigmoid(x), column => Simd.LogSigmoid(a[column]));
        Same(memory, TTile.Softplus(x), column => Simd.Softplus(a[column]));
        Same(memory, TTile.Tanh(x), column => Simd.Tanh(a[column]));
        Same(memory, TTile.Sin(x), column => Simd.Sin(a[column]));
        Same(memory, TTile.Cos(x), column => Simd.Cos(a[column]));
        Same(memory, TTile.Sqrt(y), column => Simd.Sqrt(b[column]));
        Same(memory, TTile.Rsqrt(y), column => Simd.Rsqrt(b[column]));
        Same(memory, TTile.Abs(x), column => Simd.Abs(a[column]));
        Same(memory, TTile.Sign(x), column => Simd.Sign(a[column]));

        for (var count = 0; count <= TTile.Width; count += 5)
        {
            var limit = count;
            Same(memory, TTile.LoadPartial(a, count), column => column < limit ? a[column] : 0);
            var target = memory.Uniform(1, TTile.Width, TTile.Width, 9, 9);
            TTile.StorePartial(target, x, count);
            Same(memory, TTile.Load(target), column => column < limit ? a[column] : 9);
            Assert.Equal(Enumerable.Range(0, count).Sum(column => (double)a[column]), TTile.Sum(x, count), 1e-4);
        }

        Assert.Equal(Enumerable.Range(0, TTile.Width).Sum(column => (double)a[column]), TTile.Sum(x), 1e-4);
    }

    private static void Same<TTile>(NativeRows memory, TTile actual, Func<int, float> expected)
        where TTile : struct, ITile<TTile>
    {
        var row = memory.Poisoned(1, TTile.Width);
        TTile.Store(row, actual);
        for (var column = 0; column < TTile.Width; column++)
        {
            Assert.Equal(expected(column), row[column]);
        }
    }
}
