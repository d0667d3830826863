namespace ModelDsl.Recurrences.Tests;

/// <summary>Layers that are convolutions with kernels of their own: against their own Step, packed, and where they refuse.</summary>
public class GivenKernelTests
{
    private static readonly float[] s_tokens = [3, 1, 4, 1, 5, 9, 2, 6, 5];

    [Fact]
    public void GatedKernels() => Invented.Verify<GatedKernels>(Mode.Convolution);

    [Fact]
    public void BothKinds() => Invented.Verify<BothKinds>(Mode.Convolution);

    [Fact]
    public void RationalMatrices() => Invented.Verify<RationalMatrices>(Mode.Convolution);

    [Fact]
    public void SharedKernel() => Invented.Verify<SharedKernel>(Mode.Convolution);

    [Fact]
    public void ConvolutionsAreWhatTheyAreByHand()
    {
        RecurrenceResult result = SumAndSelf.Run(Sequence(s_tokens));
        Assert.Equal(Mode.Convolution, result.Mode);
        AssertClose([.. s_tokens.Select((_, t) => s_tokens.Take(t + 1).Sum())], result.Outputs[0].Data);
        AssertClose(s_tokens, result.Outputs[1].Data);
        AssertClose([0, .. s_tokens[..^1]], result.Outputs[2].Data);
    }

    /// <summary>The period of nine tokens is ten, and so is that of ten: a given length changes kernels that depend on it, and no others.</summary>
    [Fact]
    public void ALengthCanBeGiven()
    {
        SequenceTensor x = Sequence(s_tokens), rate = Channels(1), decay = new([0.5f], 1), weight = Channels(2), m = new([.. s_tokens], 1, 9, 1, 1, 1);
        SequenceTensor[] inputs = [new([.. s_tokens], 1, 9, 1, 1), m, rate, decay, weight];
        float[] own = RecurrenceRunner.Run(Recurrences.Tests.GatedKernels.Kernel, inputs).Output.Data;
        float[] same = RecurrenceRunner.Run(Recurrences.Tests.GatedKernels.Kernel, inputs, options: new(SequenceLength: 9)).Output.Data;
        float[] longer = RecurrenceRunner.Run(Recurrences.Tests.GatedKernels.Kernel, inputs, options: new(SequenceLength: 36)).Output.Data;
        Assert.Equal(own, same);
        Assert.NotEqual(own, longer);
        AssertClose(SumAndSelf.Run(x).Outputs[2].Data, RecurrenceRunner.Run(SumAndSelf.Kernel, [x], options: new(SequenceLength: 64)).Outputs[2].Data);
    }

    /// <summary>With a given length, what lies behind a sequence changes nothing in it.</summary>
    [Fact]
    public void PaddingChangesNothingAtAGivenLength()
    {
        float[] alone = RecurrenceRunner.Run(SumAndSelf.Kernel, [Sequence(s_tokens)], options: new(SequenceLength: 12)).Outputs[2].Data;
        float[] padded = RecurrenceRunner.Run(SumAndSelf.Kernel, [Sequence([.. s_tokens, 7, 7, 7])], options: new(SequenceLength: 12)).Outputs[2].Data;
        AssertClose(alone, padded[..9]);
    }

    [Fact]
    public void OtherModesAreRefusedWithTheReason() => Assert.Contains(
        "it is given by its kernel",
        Assert.Throws<NotSupportedException>(() => RecurrenceRunner.Run(SumAndSelf.Kernel, [Sequence(s_tokens)], options: new(Mode.Recurrent))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ASequenceCannotBeCut() => Assert.Contains(
        "cannot begin at token 4",
        Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(SumAndSelf.Kernel, [Sequence(s_tokens)], options: new(FirstToken: 4))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ALengthIsAtLeastThatOfTheSequence() => Assert.Contains(
        "has 9 tokens, and SequenceLength must be at least as many",
        Assert.Throws<ArgumentOutOfRangeException>(() => RecurrenceRunner.Run(SumAndSelf.Kernel, [Sequence(s_tokens)], options: new(SequenceLength: 8))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void ALengthMeansNothingToARecurrence() => Assert.Contains(
        "means nothing to it",
        Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(RunningMean.Kernel, [Sequence(s_tokens)], options: new(SequenceLength: 9))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void NothingIsDecoded() => Assert.Contains(
        "carries no state",
        Assert.Throws<NotSupportedException>(() => new RecurrenceDecoder(SumAndSelf.Kernel, new SequenceShape(1, 1, 1, []))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void StepAloneSaysWhoRunsIt() => Assert.Contains(
        "let OracleRunner",
        Assert.Throws<InvalidOperationException>(() => new SumAndSelf().Step(1, 0, 1)).Message,
        StringComparison.Ordinal);

    /// <summary>A convolution in a chain with a recurrence that has the mode too.</summary>
    [Fact]
    public void AConvolutionIsAPartLikeAnyOther()
    {
        IRecurrenceKernel chain = SumAndSelf.Kernel.Renamed(("Late", "y")).Then(Smooth.Kernel);
        Assert.Equal([Mode.Convolution], chain.Description.LegalModes);
        RecurrenceResult result = RecurrenceRunner.Run(chain, [Sequence(s_tokens)]);
        float mean = 0;
        AssertClose([.. new float[] { 0 }.Concat(s_tokens[..^1]).Select(x => mean = (0.5f * mean) + x)], result.Outputs[^1].Data);
    }

    private static SequenceTensor Sequence(float[] values) => new(values, 1, values.Length, 1);

    private static SequenceTensor Channels(float value) => new([value], 1, 1);

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }
}

/// <summary>A moving average of what another layer says.</summary>
[Recurrence]
public partial struct Smooth
{
    [State] private Scalar mean;

    public Scalar Step(Scalar y) => mean = 0.5 * mean + y;
}
