using Learning = ModelDsl.Recurrences.Tests.LearningMemory;

namespace ModelDsl.Recurrences.Tests;

/// <summary>States read as they stood at the start of the mini-batch, in all legal modes, from the middle of mini-batches too.</summary>
public class StaleReadTests
{
    private const Mode Folds = Mode.Recurrent | Mode.Chunkwise;

    [Fact]
    public void StaleAndFresh() => Verify<StaleAndFresh>(Folds);

    [Fact]
    public void StaleVector() => Verify<StaleVector>(Folds);

    [Fact]
    public void StaleScalar() => Verify<StaleScalar>(Folds);

    [Fact]
    public void TwoStaleMemories() => Verify<TwoStaleMemories>(Folds);

    [Fact]
    public void StaleReadOverValues() => Verify<StaleReadOverValues>(Folds);

    [Fact]
    public void LearningMemory() => Verify<LearningMemory>(Folds);

    [Fact]
    public void MadeOfMemories() => Verify<MadeOfMemories>(Folds);

    [Fact]
    public void WholeStaleMemory() => Verify<WholeStaleMemory>(Folds);

    [Fact]
    public void WhatIsMadeOfMemoriesIsReadThroughThem()
    {
        Assert.Equal("stale reads, then elementwise decay, rank-1 writes", Learning.Description.StructureClass);
        Assert.Contains("W <- StaleW - ", Learning.Description.NormalForm, StringComparison.Ordinal);
    }

    [Fact]
    public void StaleCell() => Verify<StaleCell>(Mode.Recurrent);

    [Fact]
    public void SumOfEachMiniBatch() => Verify<SumOfEachMiniBatch>(Folds | Mode.ParallelScan | Mode.Quadratic);

    [Theory]
    [InlineData(Mode.Recurrent)]
    [InlineData(Mode.Chunkwise)]
    public void CutAnywhereItIsOneSequence(Mode mode)
    {
        const int time = 21;
        SequenceTensor[] inputs = Inputs(time);
        var options = new RunOptions(mode, ChunkSize: 3);
        RecurrenceResult whole = RecurrenceRunner.Run(Learning.Kernel, inputs, null, options);
        for (int cut = 1; cut < time; cut++)
        {
            RecurrenceResult first = RecurrenceRunner.Run(Learning.Kernel, Part(inputs, 0, cut), null, options);
            RecurrenceResult second = RecurrenceRunner.Run(Learning.Kernel, Part(inputs, cut, time), first.FinalState, options);
            Close([.. first.Output.Data, .. second.Output.Data], whole.Output.Data, cut);
            Close(second.FinalState["W"].Data, whole.FinalState["W"].Data, cut);
        }
    }

    [Fact]
    public void AGradientIsThatOfTheWholeSequenceWhereverItIsCut()
    {
        const int time = 19;
        SequenceTensor[] inputs = Inputs(time);
        SequenceTensor gradient = Random(99, 1, time, 2, 3);
        float[] whole = Gradients(inputs, gradient, null, out _);
        for (int cut = 1; cut < time; cut++)
        {
            RecurrentState middle = RecurrenceRunner.Run(Learning.Kernel, Part(inputs, 0, cut)).FinalState;
            float[] second = Gradients(Part(inputs, cut, time), Part([gradient], cut, time)[0], middle, out RecurrentState back);
            RecurrenceGradients first = RecurrenceRunner.Gradient(Learning.Kernel, Part(inputs, 0, cut), null, Part([gradient], 0, cut), back);
            Close([.. first.Inputs[1].Data, .. second], whole, cut);
        }

        static float[] Gradients(SequenceTensor[] inputs, SequenceTensor gradient, RecurrentState? state, out RecurrentState back)
        {
            RecurrenceGradients result = RecurrenceRunner.Gradient(Learning.Kernel, inputs, state, [gradient]);
            back = result.InitialState;
            return result.Inputs[1].Data;
        }
    }

    [Fact]
    public void TokenByTokenItIsOneSequence()
    {
        const int time = 19;
        SequenceTensor[] inputs = Inputs(time);
        RecurrenceResult whole = RecurrenceRunner.Run(Learning.Kernel, inputs);
        var decoder = new RecurrenceDecoder(Learning.Kernel, RecurrenceRunner.ShapeOf(Learning.Description, Part(inputs, 0, 1)));
        List<float> outputs = [];
        for (int t = 0; t < time; t++)
        {
            // In the middle of a mini-batch the state is taken away and brought back.
            decoder.State = t == 11 ? new LearningMemoryState(decoder.State).Clone() : decoder.State;
            SequenceTensor[] token = Part(inputs, t, t + 1);
            for (int i = 0; i < token.Length; i++)
            {
                token[i].Data.CopyTo(decoder.Inputs[i].Data, 0);
            }

            decoder.Step();
            outputs.AddRange(decoder.Outputs[0].Data);
        }

        Close([.. outputs], whole.Output.Data, 0);
        Assert.Equal(time, whole.FinalState.Position);
        Assert.Equal(time, decoder.State.Position);
    }

    [Fact]
    public void AMiniBatchOfAnotherSizeIsAnArgument()
    {
        SequenceTensor[] inputs = Inputs(12);
        float[] four = Run(new RunOptions(MiniBatch: 4)), eight = Run(default);
        Assert.Equal(eight[..(4 * 2 * 3)], four[..(4 * 2 * 3)]);
        Assert.NotEqual(eight, four);
        Assert.Equal(eight, Run(new RunOptions(MiniBatch: 8)));

        float[] Run(RunOptions options) => RecurrenceRunner.Run(Learning.Kernel, inputs, null, options).Output.Data;
    }

    [Fact]
    public void AStateInsideAMiniBatchGoesOnInOneThatBeganAtTheSameToken()
    {
        SequenceTensor[] inputs = Inputs(24);
        RecurrentState inside = After(13, default), between = After(16, default);
        Assert.Equal((13, 8), (inside.Position, inside.MiniBatch));

        // Token 13 is the sixth of a mini-batch of 8, and the second of one of 4 or 12.
        const string Expected = "stands 5 tokens after the start of a mini-batch of 8, but a mini-batch of 4 tokens would have begun 1 tokens before. Go on with 8";
        Assert.Contains(Expected, Assert.Throws<ArgumentException>(() => GoOn(inside, new(MiniBatch: 4))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => GoOn(inside.Clone().SelectRows(0), new(MiniBatch: 12)));
        GoOn(inside, default);
        GoOn(inside, new(MiniBatch: 8));
        GoOn(between, new(MiniBatch: 4));
        GoOn(between, new(MiniBatch: 16));

        string path = Path.GetTempFileName();
        try
        {
            inside.Save(path);
            Assert.Throws<ArgumentException>(() => GoOn(RecurrentState.Load(Learning.Description, path), new(MiniBatch: 4)));
        }
        finally
        {
            File.Delete(path);
        }

        var decoder = new RecurrenceDecoder(Learning.Kernel, RecurrenceRunner.ShapeOf(Learning.Description, inputs) with { Time = 1 }) { State = inside };
        Assert.Equal((13, 8), (decoder.State.Position, decoder.State.MiniBatch));
        RecurrentState other = After(13, new(MiniBatch: 4));
        Assert.Contains("mini-batch of 4", Assert.Throws<ArgumentException>(() => decoder.State = other).Message, StringComparison.Ordinal);

        RecurrentState After(int tokens, RunOptions options) => RecurrenceRunner.Run(Learning.Kernel, Part(inputs, 0, tokens), null, options).FinalState;

        void GoOn(RecurrentState state, RunOptions options) => RecurrenceRunner.Run(Learning.Kernel, Part(inputs, (int)state.Position, 24), state, options);
    }

    [Fact]
    public void AMiniBatchMustMakeSense()
    {
        Assert.Contains("mini-batch of -1 tokens", Assert.Throws<ArgumentOutOfRangeException>(
            () => RecurrenceRunner.Run(Learning.Kernel, Inputs(3), null, new RunOptions(MiniBatch: -1))).Message, StringComparison.Ordinal);
        Assert.Contains("reads no state as it stood", Assert.Throws<ArgumentException>(
            () => MiniBatches.Of(GeneralMatrixInput.Description, new RunOptions(MiniBatch: 4))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotLegalSaysWhy() => Assert.Contains(
        "'W' is read as it stood at the start of the mini-batch",
        Learning.Description.Modes.Single(m => m.Mode == Mode.ParallelScan).Reason,
        StringComparison.Ordinal);

    // A whole block of heads in the vector lanes, and a smaller one of whole vectors.
    [Fact]
    public void TwoBlocksOfHeads() => Verify<StaleScalar>(Folds, new() { Heads = 80, Lengths = [1, 5, 12] });

    private static void Verify<T>(Mode expected, VerificationOptions? options = null)
        where T : struct, IRecurrence<T>
    {
        // Lengths around mini-batches of 8 (and others, of the spec's own), chunks that do not divide them.
        options ??= new VerificationOptions { ChunkSize = 6, Lengths = [1, 5, 7, 8, 9, 16, 19, 61] };
        VerificationReport report = ModeVerification.Verify<T>(options);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(expected, T.Description.LegalModes.Aggregate((a, b) => a | b));
        VerificationError oracle = OracleVerification.GradientError<T>(options with { Lengths = [1, 17] });
        Assert.True(oracle.Value < 1e-7, $"{report.Recurrence}: the oracle's gradient differs from finite differences: {oracle}");
    }

    /// <summary>Queries, keys, values and learning rates of two heads.</summary>
    private static SequenceTensor[] Inputs(int time) =>
        [Random(1, 1, time, 2, 5), Random(2, 1, time, 2, 5), Random(3, 1, time, 2, 3), Random(4, 1, time, 2)];

    private static SequenceTensor Random(int seed, params int[] shape)
    {
        var random = new Random(seed);
        return new([.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(_ => (float)((2 * random.NextDouble()) - 1))], shape);
    }

    /// <summary>Tokens [first, last) of one sequence.</summary>
    private static SequenceTensor[] Part(SequenceTensor[] whole, int first, int last) =>
    [
        .. whole.Select(t =>
        {
            int row = t.Data.Length / t.Shape[1];
            return new SequenceTensor(t.Data[(first * row)..(last * row)], [1, last - first, .. t.Shape.Skip(2)]);
        }),
    ];

    private static void Close(float[] actual, float[] expected, int cut)
    {
        Assert.Equal(expected.Length, actual.Length);
        float largest = expected.Max(Math.Abs);
        Assert.All(actual.Zip(expected), p => Assert.True(Math.Abs(p.First - p.Second) <= 1e-5f * largest, $"cut at {cut}: {p.First} instead of {p.Second}"));
    }
}
