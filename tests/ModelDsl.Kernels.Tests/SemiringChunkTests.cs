using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>The elementwise recurrence over other operations than plus and times, in both forms and as a summary, against a loop over tokens in double precision.</summary>
public sealed unsafe class SemiringChunkTests
{
    public static TheoryData<Semiring, int, int> Cases()
    {
        var cases = new TheoryData<Semiring, int, int>();
        foreach (var semiring in new[] { Semiring.MaxPlus, Semiring.MinPlus, Semiring.Log })
        {
            foreach (var tokens in new[] { 1, 2, 17 })
            {
                foreach (var width in new[] { 1, 19, 100, 1040 })
                {
                    cases.Add(semiring, tokens, width);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void BothFormsAndTheSummaryFollowTheLoop(Semiring semiring, int tokens, int width)
    {
        using var memory = new NativeRows(tokens * 1000 + width);
        var row = Simd.Pad(width);
        var a = memory.Uniform(tokens, width, row);
        var b = memory.Uniform(tokens, width, row);
        var initial = memory.Uniform(1, width, row);
        var zero = semiring == Semiring.MinPlus ? float.PositiveInfinity : float.NegativeInfinity;

        // A state that is nothing yet, a token that adds nothing, and one that forgets.
        initial[0] = zero;
        b[0] = zero;
        a[(tokens - 1) * row] = zero;
        var expected = new double[tokens + 1, width];
        for (var i = 0; i < width; i++)
        {
            expected[0, i] = initial[i];
            for (var t = 0; t < tokens; t++)
            {
                expected[t + 1, i] = Plus(semiring, a[(t * row) + i] + expected[t, i], b[(t * row) + i]);
            }
        }

        float* scanned = memory.Poisoned(tokens + 1, row), apart = memory.Poisoned(tokens + 1, row), offset = memory.Poisoned(tokens + 1, row);
        Buffer.MemoryCopy(initial, scanned, row * 4, row * 4);
        Buffer.MemoryCopy(initial, apart, row * 4, row * 4);
        new Span<float>(offset, row).Fill(zero);
        ElementwiseChunk.Scan(tokens, row, a, row, b, row, scanned, semiring);
        ElementwiseChunk.Quadratic(tokens, row, a, row, b, row, apart, semiring);
        ElementwiseChunk.Scan(tokens, row, a, row, b, row, offset, semiring);
        float* total = memory.Poisoned(1, row), state = memory.Poisoned(1, row);
        Buffer.MemoryCopy(initial, state, row * 4, row * 4);
        ElementwiseChunk.Total(tokens, row, a, row, total);
        ElementwiseChunk.Apply(row, total, offset + (tokens * row), state, semiring);
        for (var i = 0; i < width; i++)
        {
            for (var t = 1; t <= tokens; t++)
            {
                Close(expected[t, i], scanned[(t * row) + i]);
                Close(expected[t, i], apart[(t * row) + i]);
            }

            Close(expected[tokens, i], state[i]);
        }
    }

    /// <summary>What is absent is the semiring's own one and zero.</summary>
    [Fact]
    public void AbsentOperandsAreOneAndZero()
    {
        using var memory = new NativeRows(1);
        var b = memory.Uniform(5, 16, 16);
        var largest = memory.Uniform(6, 16, 16, -9, -9);
        ElementwiseChunk.Scan(5, 16, null, 0, b, 16, largest, Semiring.MaxPlus);
        for (var i = 0; i < 16; i++)
        {
            Assert.Equal(Enumerable.Range(0, 5).Max(t => b[(t * 16) + i]), largest[80 + i]);
        }

        var kept = memory.Uniform(6, 16, 16, 2, 2);
        ElementwiseChunk.Quadratic(5, 16, null, 0, null, 0, kept, Semiring.Log);
        Assert.Equal(2, kept[85]);
    }

    private static double Plus(Semiring semiring, double x, double y) => semiring switch
    {
        Semiring.MaxPlus => Math.Max(x, y),
        Semiring.MinPlus => Math.Min(x, y),
        _ => x == y ? x + Math.Log(2) : Math.Max(x, y) + Math.Log(1 + Math.Exp(-Math.Abs(x - y))),
    };

    private static void Close(double expected, float actual) =>
        Assert.True(expected == actual || Math.Abs(expected - actual) <= 4e-6 * Math.Max(1, Math.Abs(expected)), $"{actual} instead of {expected}");
}
