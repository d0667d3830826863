using System.Runtime.Intrinsics;
using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Every function of <see cref="Simd"/> against double precision; the overload for one float against the lanes, bit by bit.</summary>
public sealed unsafe class SimdTests
{
    private delegate Vector512<float> VectorFunction(Vector512<float> x);

    /// <summary>Lanes go around rows that are shorter and longer than a vector, in either direction, and none reads beyond the count.</summary>
    [Theory]
    [InlineData(1, 0, 1, 0, 16)]
    [InlineData(3, -2, 1, 0, 16)]
    [InlineData(3, 2, -1, 0, 16)]
    [InlineData(16, 5, 1, 0, 16)]
    [InlineData(37, -36, 1, 2, 16)]
    [InlineData(37, 36, -1, 37, 5)]
    public void RowsAreReadAround(int size, int start, int step, int rows, int count)
    {
        const int Stride = 2;
        float[] memory = [.. Enumerable.Range(0, (size * Stride) + (count * rows)).Select(i => (float)i)];
        fixed (float* row = memory)
        {
            Vector512<float> lanes = Simd.LoadAround(row, start, step, size, Stride, rows, count);
            for (int lane = 0; lane < Simd.Lanes; lane++)
            {
                int index = (((start + (lane * step)) % size) + size) % size;
                Assert.Equal(lane < count ? memory[(lane * rows) + (index * Stride)] : 0, lanes[lane]);
            }
        }
    }

    [Fact]
    public void ExpIsWithinTwoUnits() => Check(Simd.Exp, Simd.Exp, Math.Exp, Range(-87.3, 88.72), relative: 1.6e-7);

    [Fact]
    public void ExpOfSmallResultsIsRoundedToTheSubnormalGrid() => Check(Simd.Exp, Simd.Exp, Math.Exp, Range(-110, -87), relative: 2e-7, absolute: 1.5e-45);

    [Fact]
    public void ExpHasItsLimits() => Exactly(
        Simd.Exp, (0, 1), (-0f, 1), (float.PositiveInfinity, float.PositiveInfinity), (float.NegativeInfinity, 0), (float.NaN, float.NaN),
        (89, float.PositiveInfinity), (1e30f, float.PositiveInfinity), (-104, 0), (-1e30f, 0));

    [Fact]
    public void LogIsWithinTwoUnits()
    {
        Check(Simd.Log, Simd.Log, Math.Log, Range(0.25, 4), relative: 2e-7);
        Check(Simd.Log, Simd.Log, Math.Log, Magnitudes(-44.8, 38.5).Where(x => x > 0), relative: 2e-7);
        Check(Simd.Log, Simd.Log, Math.Log, Near(1), relative: 2e-7);
    }

    [Fact]
    public void LogHasItsLimits() => Exactly(
        Simd.Log, (1, 0), (0, float.NegativeInfinity), (-0f, float.NegativeInfinity), (-1, float.NaN), (float.NegativeInfinity, float.NaN),
        (float.NaN, float.NaN), (float.PositiveInfinity, float.PositiveInfinity));

    [Fact]
    public void SigmoidIsWithinThreeUnits()
    {
        Check(Simd.Sigmoid, Simd.Sigmoid, Sigmoid, Range(-87, 100).Concat(Near(0)), relative: 3e-7);
        Exactly(Simd.Sigmoid, (0, 0.5f), (float.PositiveInfinity, 1), (float.NegativeInfinity, 0), (float.NaN, float.NaN), (1e30f, 1), (-1e30f, 0));
    }

    [Fact]
    public void SoftplusIsWithinThreeUnits()
    {
        Check(Simd.Softplus, Simd.Softplus, Softplus, Range(-87, 100).Concat(Near(0)), relative: 3e-7);
        Exactly(
            Simd.Softplus, (float.PositiveInfinity, float.PositiveInfinity), (float.NegativeInfinity, 0), (float.NaN, float.NaN), (1e30f, 1e30f), (-1e30f, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1e30f)]
    public void LogAddExpIsExactToTheLargerOne(float other)
    {
        Vector512<float> others = Vector512.Create(other);
        Check(
            x => Simd.LogAddExp(x, others), x => Simd.LogAddExp(x, other), x => Math.Max(x, other) + Softplus(-Math.Abs(x - other)),
            Range(-100, 100).Where(x => Math.Max(x, other) > 0.1), relative: 3e-7);
        Exactly(x => Simd.LogAddExp(x, others), (float.PositiveInfinity, float.PositiveInfinity), (float.NegativeInfinity, other), (float.NaN, float.NaN), (1e30f, 1e30f));
    }

    /// <summary>Nothing and nothing is nothing.</summary>
    [Fact]
    public void LogAddExpOfEqualInfinitiesIsThatInfinity()
    {
        Assert.Equal(float.NegativeInfinity, Simd.LogAddExp(float.NegativeInfinity, float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, Simd.LogAddExp(float.PositiveInfinity, float.PositiveInfinity));
        Assert.Equal(float.PositiveInfinity, Simd.LogAddExp(float.NegativeInfinity, float.PositiveInfinity));
    }

    [Fact]
    public void LogSigmoidIsWithinThreeUnits()
    {
        Check(Simd.LogSigmoid, Simd.LogSigmoid, x => -Softplus(-x), Range(-100, 87).Concat(Near(0)), relative: 3e-7);
        Exactly(
            Simd.LogSigmoid, (float.NegativeInfinity, float.NegativeInfinity), (float.PositiveInfinity, 0), (float.NaN, float.NaN), (-1e30f, -1e30f), (1e30f, 0));
    }

    [Fact]
    public void TanhIsWithinThreeUnits()
    {
        Check(Simd.Tanh, Simd.Tanh, Math.Tanh, Range(-20, 20).Concat(Magnitudes(-30, 1)), relative: 3e-7);
        Exactly(Simd.Tanh, (0, 0), (float.PositiveInfinity, 1), (float.NegativeInfinity, -1), (float.NaN, float.NaN), (1e30f, 1), (-1e30f, -1));
    }

    [Fact]
    public void SinAndCosHoldForLargeAngles()
    {
        foreach (var angles in new[] { Range(-10, 10), Range(-1e4, 1e4), Range(-1e5, 1e5) })
        {
            Check(Simd.Sin, Simd.Sin, Math.Sin, angles, relative: 0, absolute: 1.5e-7);
            Check(Simd.Cos, Simd.Cos, Math.Cos, angles, relative: 0, absolute: 1.5e-7);
        }

        Check(Simd.Sin, Simd.Sin, Math.Sin, Magnitudes(-30, 0), relative: 3e-7);
        Exactly(Simd.Sin, (0, 0), (float.NaN, float.NaN), (float.PositiveInfinity, float.NaN));
        Exactly(Simd.Cos, (0, 1), (float.NaN, float.NaN), (float.NegativeInfinity, float.NaN));
    }

    [Fact]
    public void RootsAreExactToTheLastUnit()
    {
        Check(Simd.Sqrt, Simd.Sqrt, Math.Sqrt, Magnitudes(-37, 38).Where(x => x > 0), relative: 6e-8);
        Check(Simd.Rsqrt, Simd.Rsqrt, x => 1 / Math.Sqrt(x), Magnitudes(-37, 38).Where(x => x > 0), relative: 1.2e-7);
    }

    [Fact]
    public void SignsAndComparisons()
    {
        Exactly(Simd.Sign, (3, 1), (-2, -1), (0, 0), (float.NaN, float.NaN), (float.NegativeInfinity, -1));
        Exactly(Simd.Abs, (-3, 3), (3, 3), (-0f, 0));
        float[] values = [-1, -0f, 0, 2, float.NaN];
        foreach (var a in values)
        {
            foreach (var b in values)
            {
                Same(a > b ? 1 : 0, Simd.Greater(Vector512.Create(a), Vector512.Create(b)), Simd.Greater(a, b));
                Same(a >= b ? 1 : 0, Simd.GreaterOrEqual(Vector512.Create(a), Vector512.Create(b)), Simd.GreaterOrEqual(a, b));
                Same(a == b ? 1 : 0, Simd.Equal(Vector512.Create(a), Vector512.Create(b)), Simd.Equal(a, b));
                Same(MathF.Max(a, b), Simd.Max(Vector512.Create(a), Vector512.Create(b)), Simd.Max(a, b));
                Same(MathF.Min(a, b), Simd.Min(Vector512.Create(a), Vector512.Create(b)), Simd.Min(a, b));
                Same(a == 0 ? 7 : b, Simd.Where(Vector512.Create(a), Vector512.Create(b), Vector512.Create(7f)), Simd.Where(a, b, 7));
            }
        }
    }

    [Fact]
    public void MasksKeepGarbageOut()
    {
        float* row = stackalloc float[64];
        for (var count = 0; count <= 18; count++)
        {
            var real = Math.Min(count, 16);
            for (var stride = 1; stride <= 3; stride++)
            {
                new Span<float>(row, 64).Fill(float.NaN);
                for (var i = 0; i < real; i++)
                {
                    row[i * stride] = i - 20;
                }

                var loaded = Simd.Gather(row, stride, count);
                for (var i = 0; i < 16; i++)
                {
                    Assert.Equal(i < real ? i - 20 : 0, loaded[i]);
                }

                new Span<float>(row, 64).Fill(5);
                Simd.Scatter(row, stride, Vector512.CreateSequence(1f, 1f), count);
                for (var i = 0; i < 64; i++)
                {
                    Assert.Equal(i % stride == 0 && i / stride < real ? 1 + (i / stride) : 5, row[i]);
                }
            }

            new Span<float>(row, 64).Fill(float.NaN);
            for (var i = 0; i < real; i++)
            {
                row[i] = i - 20;
            }

            var lanes = Simd.Load(row);
            Assert.Equal(Enumerable.Range(0, real).Sum(i => i - 20f), Simd.Sum(lanes, count));
            Assert.Equal(real == 0 ? float.NegativeInfinity : real - 21, Simd.MaxOver(lanes, count));
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    // Math has no log1p: the series where 1 + y would round.
    private static double LogOnePlus(double y) => y < 1e-4 ? y * (1 - (y * (0.5 - (y * ((1.0 / 3) - (y * 0.25)))))) : Math.Log(1 + y);

    private static IEnumerable<float> Range(double from, double to) => Enumerable.Range(0, 60_001).Select(i => (float)(from + ((to - from) * i / 60_000)));

    private static IEnumerable<float> Near(float centre) => Magnitudes(-9, -1).Select(x => centre + x);

    private static IEnumerable<float> Magnitudes(double from, double to) =>
        Range(from, to).Select(e => (float)Math.Pow(10, e)).SelectMany(x => new[] { x, -x }).Where(float.IsFinite);

    private static void Check(
        VectorFunction vector, Func<float, float> scalar, Func<double, double> reference, IEnumerable<float> inputs, double relative, double absolute = 0)
    {
        var all = inputs.ToArray();
        for (var start = 0; start < all.Length; start += 16)
        {
            var lanes = new float[16];
            all.AsSpan(start, Math.Min(16, all.Length - start)).CopyTo(lanes);
            var actual = vector(Vector512.Create(lanes));
            for (var i = 0; i < 16; i++)
            {
                var expected = reference(lanes[i]);
                var error = Math.Abs(actual[i] - expected);
                if (actual[i] != expected && !(error <= (relative * Math.Abs(expected)) + absolute))
                {
                    Assert.Fail($"f({lanes[i]:R}) = {actual[i]:R}, expected {expected:R}: relative error {error / Math.Abs(expected):g3}, absolute {error:g3}");
                }

                Assert.Equal(BitConverter.SingleToInt32Bits(actual[i]), BitConverter.SingleToInt32Bits(scalar(lanes[i])));
            }
        }
    }

    private static void Exactly(VectorFunction vector, params (float Input, float Expected)[] cases)
    {
        foreach (var (input, expected) in cases)
        {
            Assert.Equal(expected, vector(Vector512.Create(input))[15]);
        }
    }

    private static void Same(float expected, Vector512<float> vector, float scalar)
    {
        Assert.Equal(expected, scalar);
        Assert.Equal(expected, vector[15]);
    }
}
