using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>The elementwise recurrence, in both forms, against a loop over tokens in double precision.</summary>
public sealed unsafe class ElementwiseChunkTests
{
    public static TheoryData<int, int, bool> Cases()
    {
        var cases = new TheoryData<int, int, bool>();
        foreach (var tokens in new[] { 1, 2, 3, 16, 17, 61 })
        {
            foreach (var width in new[] { 1, 16, 19, 64, 100, 144 })
            {
                cases.Add(tokens, width, false);
                cases.Add(tokens, width, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BothFormsFollowTheLoop(int tokens, int width, bool constant)
    {
        using var memory = new NativeRows(tokens * 1000 + width);
        var row = Simd.Pad(width);
        var aStride = constant ? 0 : row;
        var a = memory.WithZeros(tokens, width, row);
        var b = memory.Uniform(tokens, width, row + 16);
        var initial = memory.Uniform(1, width, row);
        var dHistory = memory.Uniform(tokens + 1, width, row);

        var history = new double[tokens + 1, width];
        var dA = new double[tokens, width];
        var dB = new double[tokens, width];
        var dInitial = new double[width];
        for (var i = 0; i < width; i++)
        {
            history[0, i] = initial[i];
            for (var t = 0; t < tokens; t++)
            {
                history[t + 1, i] = (a[(t * aStride) + i] * history[t, i]) + b[(t * (row + 16)) + i];
            }

            double carry = dHistory[(tokens * row) + i];
            for (var t = tokens - 1; t >= 0; t--)
            {
                dB[t, i] = carry;
                dA[constant ? 0 : t, i] += carry * history[t, i];
                carry = dHistory[(t * row) + i] + (a[(t * aStride) + i] * carry);
            }

            dInitial[i] = carry;
        }

        foreach (var quadratic in new[] { false, true })
        {
            var actual = memory.Poisoned(tokens + 1, row);
            var da = memory.Poisoned(tokens, row);
            var db = memory.Poisoned(tokens, row);
            var d0 = memory.Poisoned(1, row);
            Buffer.MemoryCopy(initial, actual, row * 4, row * 4);
            if (quadratic)
            {
                ElementwiseChunk.Quadratic(tokens, row, a, aStride, b, row + 16, actual);
                ElementwiseChunk.QuadraticAdjoint(tokens, row, a, aStride, actual, dHistory, da, db, d0);
            }
            else
            {
                ElementwiseChunk.Scan(tokens, row, a, aStride, b, row + 16, actual);
                ElementwiseChunk.Adjoint(tokens, row, a, aStride, actual, dHistory, da, db, d0);
            }

            for (var i = 0; i < width; i++)
            {
                for (var t = 0; t < tokens; t++)
                {
                    Close(history[t + 1, i], actual[((t + 1) * row) + i]);
                    Close(dB[t, i], db[(t * row) + i]);
                    if (!constant || t == 0)
                    {
                        Close(dA[t, i], da[(t * row) + i]);
                    }
                }

                Close(dInitial[i], d0[i]);
            }
        }
    }

    [Fact]
    public void AbsentOperandsAreOneAndZero()
    {
        using var memory = new NativeRows(1);
        var b = memory.Uniform(5, 16, 16);
        var summed = memory.Uniform(6, 16, 16, 0, 0);
        var apart = memory.Uniform(6, 16, 16, 0, 0);
        ElementwiseChunk.Scan(5, 16, null, 0, b, 16, summed);
        ElementwiseChunk.Quadratic(5, 16, null, 0, b, 16, apart);
        for (var i = 0; i < 16; i++)
        {
            var expected = Enumerable.Range(0, 5).Sum(t => (double)b[(t * 16) + i]);
            Close(expected, summed[80 + i]);
            Close(expected, apart[80 + i]);
        }

        var kept = memory.Uniform(6, 16, 16, 2, 2);
        ElementwiseChunk.Scan(5, 16, null, 0, null, 0, kept);
        Assert.Equal(2, kept[85]);
    }

    [Fact]
    public void TotalAndOffsetAreTheChunk()
    {
        using var memory = new NativeRows(2);
        var a = memory.Uniform(7, 32, 32);
        var b = memory.Uniform(7, 32, 32);
        var history = memory.Uniform(8, 32, 32);
        var offset = memory.Uniform(8, 32, 32, 0, 0);
        var state = memory.Poisoned(1, 32);
        var total = memory.Poisoned(1, 32);
        var rest = memory.Poisoned(1, 32);
        Buffer.MemoryCopy(history, state, 128, 128);
        ElementwiseChunk.Scan(7, 32, a, 32, b, 32, history);
        ElementwiseChunk.Scan(7, 32, a, 32, b, 32, offset);
        ElementwiseChunk.Total(7, 32, a, 32, total, rest);
        ElementwiseChunk.Apply(32, total, rest, offset + (7 * 32), state);
        for (var i = 0; i < 32; i++)
        {
            Close(history[(7 * 32) + i], state[i]);
        }
    }

    /// <summary>The product of a thousand multipliers keeps twice the digits of each; zeros cut.</summary>
    [Fact]
    public void ATotalIsTheSumOfTwoNumbers()
    {
        using var memory = new NativeRows(3);
        var a = memory.Uniform(1000, 16, 16, 0.9999f, 1.0001f);
        a[(500 * 16) + 3] = 0;
        a[(700 * 16) + 4] = -1e-30f;
        a[(701 * 16) + 4] = 1e-30f;
        float* total = memory.Poisoned(1, 16), rest = memory.Poisoned(1, 16);
        ElementwiseChunk.Total(1000, 16, a, 16, total, rest);
        for (var i = 0; i < 16; i++)
        {
            var expected = Enumerable.Range(0, 1000).Aggregate(1.0, (product, t) => product * a[(t * 16) + i]);
            var error = Math.Abs(((double)total[i] + rest[i]) - expected);
            Assert.True(i is 3 or 4 ? error <= 1e-45 : error <= 1e-11 * expected, $"{i}: {error}");
        }

        Assert.Equal((0f, 0f), (total[3], rest[3]));
    }

    private static void Close(double expected, float actual) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-5 * (1 + Math.Abs(expected)), $"expected {expected:R}, got {actual:R}");
}
