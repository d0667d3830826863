namespace ModelDsl.Recurrences.Tests;

/// <summary>Positions go on where a sequence is cut.</summary>
public class TokenIndexTests
{
    private static readonly float[] s_tokens = [3, 1, 4, 1, 5, 9, 2, 6];

    /// <summary>x_t - mean(x_0 ... x_t), by hand.</summary>
    private static float[] Expected => [.. s_tokens.Select((x, t) => x - s_tokens.Take(t + 1).Average())];

    [Theory]
    [InlineData(Mode.Recurrent)]
    [InlineData(Mode.Chunkwise)]
    [InlineData(Mode.ParallelScan)]
    [InlineData(Mode.Quadratic)]
    public void ChunksCountOn(Mode mode)
    {
        RecurrenceResult result = RecurrenceRunner.Run(RunningMean.Kernel, [Sequence(s_tokens)], null, new RunOptions(mode, ChunkSize: 3));
        AssertClose(Expected, result.Output.Data);
    }

    [Fact]
    public void ADecoderCountsOn()
    {
        var decoder = new RecurrenceDecoder(RunningMean.Kernel, new SequenceShape(1, 1, 1, []));
        foreach ((float x, float expected) in s_tokens.Zip(Expected))
        {
            decoder.Inputs[0].Data[0] = x;
            decoder.Step();
            AssertClose([expected], decoder.Outputs[0].Data);
        }

        Assert.Equal(s_tokens.Length, decoder.Position);
    }

    [Fact]
    public void ACallGoesOnFromItsFirstToken()
    {
        RecurrenceResult begin = RunningMean.Run(Sequence(s_tokens[..5]));
        RecurrenceResult end = RecurrenceRunner.Run(RunningMean.Kernel, [Sequence(s_tokens[5..])], begin.FinalState, new RunOptions(FirstToken: 5));
        AssertClose(Expected, [.. begin.Output.Data, .. end.Output.Data]);
    }

    [Fact]
    public void ANegativePositionIsRefused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => RecurrenceRunner.Run(RunningMean.Kernel, [Sequence(s_tokens)], null, new RunOptions(FirstToken: -1)));

    private static SequenceTensor Sequence(float[] values) => new(values, [1, values.Length, 1]);

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
