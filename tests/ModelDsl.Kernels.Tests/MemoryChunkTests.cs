using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>
/// The chunk engine against <see cref="MemoryReference"/>: every kind of decay and feedback, no to three reads and writes,
/// awkward sizes, chunks of one token and of many. All scratch, padding and results start as NaN.
/// </summary>
public sealed unsafe class MemoryChunkTests
{
    public enum Feedback
    {
        None,
        PerToken,
        PerValue,
        Mixed,
    }

    /// <summary>Structure: every combination, at sizes that turn.</summary>
    public static TheoryData<KeyDecayKind, bool, Feedback, int, int> Structures()
    {
        var cases = new TheoryData<KeyDecayKind, bool, Feedback, int, int>();
        foreach (var keyDecay in Enum.GetValues<KeyDecayKind>())
        {
            foreach (var valueDecay in new[] { false, true })
            {
                foreach (var feedback in Enum.GetValues<Feedback>())
                {
                    for (var reads = 0; reads <= 3; reads++)
                    {
                        for (var writes = 0; writes <= 3; writes++)
                        {
                            if (feedback == Feedback.None || (reads > 0 && writes > 0))
                            {
                                cases.Add(keyDecay, valueDecay, feedback, reads, writes);
                            }
                        }
                    }
                }
            }
        }

        return cases;
    }

    /// <summary>Sizes: every combination, at the structures of known architectures.</summary>
    public static TheoryData<int, int, int> Sizes()
    {
        var cases = new TheoryData<int, int, int>();
        foreach (var keys in new[] { 1, 5, 16, 19, 64, 80 })
        {
            foreach (var values in new[] { 1, 5, 16, 19, 64, 80 })
            {
                foreach (var tokens in new[] { 1, 2, 3, 16, 17, 61 })
                {
                    cases.Add(keys, values, tokens);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void EveryStructure(KeyDecayKind keyDecay, bool valueDecay, Feedback feedback, int reads, int writes)
    {
        foreach (var (keys, values, tokens) in new[] { (5, 19, 1), (19, 5, 2), (16, 1, 3), (1, 16, 17), (19, 35, 37) })
        {
            using var memory = new NativeRows((keys * 31) + (values * 7) + tokens);
            Check(memory, Random(memory, tokens, keys, values, reads, writes, keyDecay, valueDecay, feedback));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void EverySize(int keys, int values, int tokens)
    {
        foreach (var (keyDecay, valueDecay, feedback) in new[]
        {
            (KeyDecayKind.PerToken, false, Feedback.None),
            (KeyDecayKind.PerKey, false, Feedback.None),
            (KeyDecayKind.PerToken, false, Feedback.PerToken),
            (KeyDecayKind.PerKey, true, Feedback.PerValue),
        })
        {
            using var memory = new NativeRows((keys * 31) + (values * 7) + tokens);
            Check(memory, Random(memory, tokens, keys, values, 1, 1, keyDecay, valueDecay, feedback));
        }
    }

    [Fact]
    public void AbsentOperandsAndResults()
    {
        using var memory = new NativeRows(5);
        var operands = Random(memory, 17, 19, 5, 2, 2, KeyDecayKind.PerToken, false, Feedback.PerToken);
        operands.Value[1] = default;
        operands.Coefficient[2] = default;
        Check(memory, operands);

        var state = memory.Uniform(19, 5, 16);
        var gradient = memory.Uniform(19, 5, 16);
        var expected = new MemoryReference(operands, state);
        expected.Backward(default, gradient);
        var scratch = memory.Poisoned((int)MemoryChunk.ScratchSize(operands, adjoint: true) / 16, 16);
        MemoryChunk.Adjoint(operands, state, gradient, default, default, scratch);
        Close(expected.InitialStateGradient, gradient, 19, 5, "dS0");
    }

    [Theory]
    [InlineData(KeyDecayKind.PerToken, false, Feedback.None)]
    [InlineData(KeyDecayKind.PerKey, false, Feedback.PerToken)]
    [InlineData(KeyDecayKind.None, true, Feedback.PerValue)]
    public void AChunkMayBeTheWholeSequence(KeyDecayKind keyDecay, bool valueDecay, Feedback feedback)
    {
        using var memory = new NativeRows(11);
        Check(memory, Random(memory, 301, 16, 20, 1, 1, keyDecay, valueDecay, feedback));
    }

    [Fact]
    public void AChunkIsTheSumOfItsParts()
    {
        using var memory = new NativeRows(6);
        var operands = Random(memory, 61, 19, 35, 1, 1, KeyDecayKind.PerKey, false, Feedback.PerToken);
        var state = memory.Uniform(19, 35, 48);
        var expected = new MemoryReference(operands, state);
        var scratch = memory.Poisoned((int)MemoryChunk.ScratchSize(operands, adjoint: true) / 16, 16);
        for (var first = 0; first < 61;)
        {
            var count = Math.Min(7, 61 - first);
            var reads = Results(memory, count, 1, 35);
            MemoryChunk.Forward(Slice(operands, first, count), state, reads, scratch);
            Close(count, 1, 35, (t, _, v) => expected.Reads[first + t, 0, v], reads, "rho");
            first += count;
        }

        Close(expected.FinalState, state, 19, 35, "S");
    }

    [Theory]
    [InlineData(KeyDecayKind.None, 1)]
    [InlineData(KeyDecayKind.PerToken, 17)]
    [InlineData(KeyDecayKind.PerKey, 30)]
    public void TheTransitionIsTheChunk(KeyDecayKind keyDecay, int tokens)
    {
        using var memory = new NativeRows(tokens);
        const int Keys = 19;
        const int Values = 35;
        var operands = Random(memory, tokens, Keys, Values, 2, 2, keyDecay, false, Feedback.PerToken);
        var state = memory.Uniform(Keys, Values, 48);
        var gradient = memory.Uniform(Keys, Values, 48);
        var expected = new MemoryReference(operands, state);
        expected.Backward(default, gradient);

        var transition = memory.Poisoned(Keys, 32);
        var scratchSize = Math.Max(MemoryChunk.TransitionScratchSize(operands), MemoryChunk.ScratchSize(operands, adjoint: false));
        var scratch = memory.Poisoned((int)scratchSize / 16, 16);
        var offset = memory.Uniform(Keys, Values, 48, 0, 0);
        var zero = memory.Uniform(Keys, Values, 48, 0, 0);
        MemoryChunk.Transition(operands, transition, scratch);
        MemoryChunk.Forward(operands, offset, default, scratch);
        MemoryChunk.Apply(Keys, Values, transition, offset, state, memory.Poisoned(Keys, 48));
        MemoryChunk.ApplyTransposed(Keys, Values, transition, zero, gradient, memory.Poisoned(Keys, 48));
        Close(expected.FinalState, state, Keys, Values, "S");
        Close(expected.InitialStateGradient, gradient, Keys, Values, "dS0");
    }

    [Fact]
    public void TheTotalDecayIsTheTransitionWithoutFeedback()
    {
        using var memory = new NativeRows(8);
        foreach (var keyDecay in Enum.GetValues<KeyDecayKind>())
        {
            var operands = Random(memory, 5, 19, 35, 1, 1, keyDecay, true, Feedback.None);
            var state = memory.Uniform(19, 35, 48);
            var offset = memory.Uniform(19, 35, 48, 0, 0);
            var expected = new MemoryReference(operands, state);
            var keyTotal = memory.Poisoned(1, 32);
            var valueTotal = memory.Poisoned(1, 48);
            var scratch = memory.Poisoned((int)MemoryChunk.ScratchSize(operands, adjoint: false) / 16, 16);
            MemoryChunk.TotalDecay(operands, keyTotal, valueTotal);
            MemoryChunk.Forward(operands, offset, default, scratch);
            MemoryChunk.ApplyDecay(19, 35, keyTotal, valueTotal, offset, state);
            Close(expected.FinalState, state, 19, 35, "S");
        }
    }

    [Fact]
    public void APerValueTransitionIsRefused()
    {
        using var memory = new NativeRows(9);
        var operands = Random(memory, 3, 5, 5, 1, 1, KeyDecayKind.None, false, Feedback.PerValue);
        Assert.True(operands.HasPerValueTransition);
        Assert.Throws<ArgumentException>(() => MemoryChunk.Transition(operands, null, null));
    }

    private static MemoryOperands Random(
        NativeRows memory, int tokens, int keys, int values, int reads, int writes, KeyDecayKind keyDecay, bool valueDecay, Feedback feedback)
    {
        var operands = new MemoryOperands { Tokens = tokens, Keys = keys, Values = values, Reads = reads, Writes = writes, KeyDecayKind = keyDecay };
        var scale = 1 / Math.Sqrt(keys * Math.Max(1, writes));
        for (var i = 0; i < reads; i++)
        {
            operands.Query[i] = new(memory.Uniform(tokens, keys, Stride(keys, tokens), -scale, scale), Stride(keys, tokens));
        }

        for (var j = 0; j < writes; j++)
        {
            operands.Key[j] = new(memory.Uniform(tokens, keys, keys, -scale, scale), keys);
            operands.Value[j] = new(memory.Uniform(tokens, values, Stride(values, tokens)), Stride(values, tokens));
        }

        if (keyDecay != KeyDecayKind.None)
        {
            var length = keyDecay == KeyDecayKind.PerKey ? keys : 1;
            operands.KeyDecay = new(memory.WithZeros(tokens, length, length), length);
            for (var t = 0; t < tokens * length; t++)
            {
                // Most decays near 1, so that far pairs count; some signed, some zero.
                operands.KeyDecay.Data[t] = t % 5 == 0 ? operands.KeyDecay.Data[t] : 1 - (0.1f * operands.KeyDecay.Data[t] * operands.KeyDecay.Data[t]);
            }
        }

        if (valueDecay)
        {
            operands.ValueDecay = new(memory.WithZeros(tokens, values, values + 2, -1, 1), values + 2);
        }

        for (var index = 0; index < reads * writes && feedback != Feedback.None; index++)
        {
            var perValue = feedback == Feedback.PerValue || (feedback == Feedback.Mixed && index % 2 == 1);
            operands.Coefficient[index] = perValue
                ? new(memory.Uniform(tokens, values, values), values)
                : new(memory.Uniform(tokens, 1, 1), 1);
            operands.PerValue |= perValue ? 1UL << index : 0;
        }

        return operands;
    }

    /// <summary>Rows without gaps for odd chunks (used in place, if the length is whole vectors), with gaps for even ones.</summary>
    private static int Stride(int length, int tokens) => tokens % 2 == 1 ? length : length + 3;

    private static MemoryOperands Slice(in MemoryOperands operands, int first, int count)
    {
        var slice = operands;
        slice.Tokens = count;
        for (var i = 0; i < MemoryOperands.MaximumReads; i++)
        {
            slice.Query[i] = From(operands.Query[i], first);
            slice.Key[i] = From(operands.Key[i], first);
            slice.Value[i] = From(operands.Value[i], first);
        }

        slice.Coefficient[0] = From(operands.Coefficient[0], first);
        slice.KeyDecay = From(operands.KeyDecay, first);
        return slice;
    }

    private static MemoryRows From(MemoryRows rows, int first) => rows.IsNull ? rows : new(rows.Row(first), rows.Stride);

    private static MemoryRowSet Results(NativeRows memory, int tokens, int count, int length)
    {
        var set = default(MemoryRowSet);
        for (var index = 0; index < count; index++)
        {
            set[index] = new(memory.Poisoned(tokens, Stride(length, tokens)), Stride(length, tokens));
        }

        return set;
    }

    private static void Check(NativeRows memory, in MemoryOperands operands)
    {
        var (tokens, keys, values) = (operands.Tokens, operands.Keys, operands.Values);
        var stride = operands.PaddedValues;
        var initial = memory.Uniform(keys, values, stride);
        var gradient = memory.Uniform(keys, values, stride);
        var readGradients = default(MemoryRowSet);
        for (var i = 0; i < operands.Reads; i++)
        {
            readGradients[i] = new(memory.Uniform(tokens, values, Stride(values, tokens)), Stride(values, tokens));
        }

        var expected = new MemoryReference(operands, initial);
        expected.Backward(readGradients, gradient);

        var state = memory.Poisoned(keys, stride);
        Buffer.MemoryCopy(initial, state, keys * stride * 4, keys * stride * 4);
        var reads = Results(memory, tokens, operands.Reads, values);
        MemoryChunk.Forward(operands, state, reads, memory.Poisoned((int)MemoryChunk.ScratchSize(operands, adjoint: false) / 16, 16));
        Close(tokens, operands.Reads, values, (t, i, v) => expected.Reads[t, i, v], reads, "rho");
        Close(expected.FinalState, state, keys, values, "S");

        var results = new MemoryOperands
        {
            Query = Results(memory, tokens, operands.Reads, keys),
            Key = Results(memory, tokens, operands.Writes, keys),
            Value = Results(memory, tokens, operands.Writes, values),
            KeyDecay = Results(memory, tokens, 1, operands.KeyDecayKind == KeyDecayKind.PerKey ? keys : 1)[0],
            ValueDecay = Results(memory, tokens, 1, values)[0],
        };
        for (var index = 0; index < operands.Reads * operands.Writes; index++)
        {
            results.Coefficient[index] = operands.Coefficient[index].IsNull ? default : Results(memory, tokens, 1, operands.IsPerValue(index) ? values : 1)[0];
        }

        MemoryChunk.Adjoint(
            operands, initial, gradient, readGradients, results, memory.Poisoned((int)MemoryChunk.ScratchSize(operands, adjoint: true) / 16, 16));
        Close(tokens, operands.Reads, keys, (t, i, k) => expected.QueryGradient[t, i, k], results.Query, "dq");
        Close(tokens, operands.Writes, keys, (t, j, k) => expected.KeyGradient[t, j, k], results.Key, "dk");
        Close(tokens, operands.Writes, values, (t, j, v) => expected.ValueGradient[t, j, v], results.Value, "dv");
        Close(expected.InitialStateGradient, gradient, keys, values, "dS0");
        CheckCoefficients(operands, results, expected);
        CheckDecays(operands, results, expected);
    }

    private static void CheckCoefficients(MemoryOperands operands, in MemoryOperands results, MemoryReference expected)
    {
        for (var index = 0; index < operands.Reads * operands.Writes; index++)
        {
            if (operands.Coefficient[index].IsNull)
            {
                continue;
            }

            var set = default(MemoryRowSet);
            set[0] = results.Coefficient[index];
            var at = index;
            if (operands.IsPerValue(index))
            {
                Close(operands.Tokens, 1, operands.Values, (t, _, v) => expected.CoefficientGradient[t, at, v], set, "dc");
            }
            else
            {
                Close(operands.Tokens, 1, 1, (t, _, _) => Enumerable.Range(0, operands.Values).Sum(v => expected.CoefficientGradient[t, at, v]), set, "dc");
            }
        }
    }

    private static void CheckDecays(MemoryOperands operands, in MemoryOperands results, MemoryReference expected)
    {
        var set = default(MemoryRowSet);
        set[0] = results.KeyDecay;
        switch (operands.KeyDecayKind)
        {
            case KeyDecayKind.PerToken:
                Close(operands.Tokens, 1, 1, (t, _, _) => Enumerable.Range(0, operands.Keys).Sum(k => expected.KeyDecayGradient[t, k]), set, "ddk");
                break;
            case KeyDecayKind.PerKey:
                Close(operands.Tokens, 1, operands.Keys, (t, _, k) => expected.KeyDecayGradient[t, k], set, "ddk");
                break;
        }

        if (!operands.ValueDecay.IsNull)
        {
            set[0] = results.ValueDecay;
            Close(operands.Tokens, 1, operands.Values, (t, _, v) => expected.ValueDecayGradient[t, v], set, "ddv");
        }
    }

    private static void Close(double[,] expected, float* actual, int keys, int values, string name)
    {
        var set = default(MemoryRowSet);
        set[0] = new(actual, Simd.Pad(values));
        Close(keys, 1, values, (k, _, v) => expected[k, v], set, name);
    }

    private static void Close(int tokens, int count, int length, Func<int, int, int, double> expected, in MemoryRowSet actual, string name)
    {
        var scale = 1.0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var t = 0; t < tokens; t++)
            {
                for (var index = 0; index < count; index++)
                {
                    for (var column = 0; column < length; column++)
                    {
                        var value = expected(t, index, column);
                        if (pass == 0)
                        {
                            scale = Math.Max(scale, Math.Abs(value));
                            continue;
                        }

                        var got = actual[index].Row(t)[column];
                        if (!(Math.Abs(value - got) <= 3e-6 * scale))
                        {
                            Assert.Fail($"{name}_{index}({t})[{column}] = {got:R}, expected {value:R} (largest {scale:g3})");
                        }
                    }
                }
            }
        }
    }
}
