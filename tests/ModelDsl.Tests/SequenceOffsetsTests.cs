namespace ModelDsl.Tests;

public class SequenceOffsetsTests
{
    [Fact]
    public void LengthsAndOffsetsSayTheSame()
    {
        SequenceOffsets offsets = SequenceOffsets.OfLengths(5, 0, 3);
        Assert.Equal(new SequenceOffsets(0, 5, 5, 8), offsets);
        Assert.Equal((3, 8, 5), (offsets.Count, offsets.Tokens, offsets.Longest));
        Assert.Equal((5, 0), (offsets.Start(1), offsets.Length(1)));
        Assert.Equal(new SequenceOffsets(0, 3, 3, 8), offsets.Reversed());
        Assert.Equal("[0, 5, 5, 8]", offsets.ToString());
    }

    [Fact]
    public void WrongOffsetsAreRefusedWithWhatWasExpected()
    {
        Refused([0], "1 offsets were given, but at least two (0, and the number of tokens) were expected.");
        Refused([1, 4], "The first offset is 1, but 0 was expected.");
        Refused([0, 4, 3], "Offset 2 is 3, but at least 4, the one before it, was expected.");
        Refused([0, 0], "All offsets are 0, but at least one token was expected.");
        Assert.Contains(
            "Length 1 is -2, but at least 0 was expected.",
            Assert.Throws<ArgumentException>(() => SequenceOffsets.OfLengths(3, -2)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void TensorsThatDoNotFitTheOffsetsAreRefused()
    {
        var offsets = new SequenceOffsets(0, 2, 6);
        Refused(Run(Inputs(2, 6), null), "where batch is 2, but 1 was expected: packed sequences lie one after another in a batch of one.");
        Refused(Run(Inputs(1, 7), null), "where time is 7, but 6 was expected: the offsets [0, 2, 6] end there.");
        Refused(
            Run(Inputs(1, 6), RecurrentState.Zero(DecayMemory.Description, 3, 4, 3, 5)),
            "has shape [3, 4, 3, 5] ([segment, head, Key, Value]), where segment is 3, but 2 was expected: the offsets [0, 2, 6] make as many segments.");
        Refused(
            () => DecayMemory.Description.OutputShape(0, Checked(new SequenceShape(1, 5, 4, [3, 5]) { Offsets = offsets })),
            "The offsets [0, 2, 6] end at token 6, but 5, the time of the call, was expected.");

        Action Run(SequenceTensor[] inputs, RecurrentState? state) => () => RecurrenceRunner.Run(DecayMemory.Kernel, inputs, state, offsets: offsets);

        static SequenceShape Checked(SequenceShape shape)
        {
            shape.ThrowIfInvalid();
            return shape;
        }
    }

    [Fact]
    public void PackedSequencesAreSeparateOnes()
    {
        SequenceTensor[] inputs = Inputs(1, 6);
        RecurrenceResult packed = RecurrenceRunner.Run(DecayMemory.Kernel, inputs, offsets: new SequenceOffsets(0, 2, 6));
        RecurrenceResult second = RecurrenceRunner.Run(DecayMemory.Kernel, [.. inputs.Select(LastFour)]);

        Assert.Equal([2, 4, 3, 5], packed.FinalState["S"].Shape);
        Assert.Equal(second.Output.Data, packed.Output.Data[(2 * 20)..]);
        Assert.Equal(second.FinalState["S"].Data, packed.FinalState["S"].Data[60..]);

        static SequenceTensor LastFour(SequenceTensor tensor) => tensor.Shape is [1, 6, ..]
            ? new(tensor.Data[(tensor.Data.Length / 3)..], [1, 4, .. tensor.Shape.Skip(2)])
            : tensor;
    }

    private static SequenceTensor[] Inputs(int batch, int time)
    {
        var random = new Random(3);
        return [New(batch, time, 3), New(batch, time, 4, 5), New(batch, time, 4), New(4, 5), New()];

        SequenceTensor New(params int[] shape)
        {
            SequenceTensor tensor = SequenceTensor.Zeros(shape);
            for (int i = 0; i < tensor.Data.Length; i++)
            {
                tensor.Data[i] = -random.NextSingle();
            }

            return tensor;
        }
    }

    private static void Refused(int[] offsets, string message) => Refused(() => _ = new SequenceOffsets(offsets), message);

    private static void Refused(Action run, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(run).Message, StringComparison.Ordinal);
}
