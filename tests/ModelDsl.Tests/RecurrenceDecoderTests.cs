namespace ModelDsl.Tests;

public class RecurrenceDecoderTests
{
    private static readonly SequenceShape s_shape = new(2, 1, 3, [4, 5]);

    [Fact]
    public void StepsEqualOneCall()
    {
        const int Time = 4;
        var random = new Random(3);
        RecurrenceDescription description = DecayMemory.Description;
        SequenceTensor[] inputs = [.. description.Inputs.Select((_, i) => SequenceTensor.Zeros(description.InputShape(i, s_shape with { Time = Time })))];
        foreach (SequenceTensor input in inputs)
        {
            input.Data.AsSpan().Fill(random.NextSingle() - 1);
        }

        RecurrenceResult whole = RecurrenceRunner.Run(DecayMemory.Kernel, inputs);
        var decoder = new RecurrenceDecoder(DecayMemory.Kernel, s_shape);
        for (int t = 0; t < Time; t++)
        {
            // Every input is the same at all tokens, so one token's numbers are the first of the whole.
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i].Data.AsSpan(0, decoder.Inputs[i].Data.Length).CopyTo(decoder.Inputs[i].Data);
            }

            decoder.Step();
        }

        Assert.Equal(whole.FinalState["S"].Data, decoder.State["S"].Data);
        Assert.Equal(whole.Output.Data[^5..], decoder.Outputs[0].Data[^5..]);

        // A state can be put back, and a copy of it stays what it was.
        RecurrentState before = decoder.State;
        decoder.Step();
        float[] once = [.. decoder.Outputs[0].Data];
        decoder.State = before;
        decoder.Step();
        Assert.Equal(once, decoder.Outputs[0].Data);
        Assert.Equal(whole.FinalState["S"].Data, before["S"].Data);
    }

    [Fact]
    public void AStepAllocatesNothing()
    {
        var decoder = new RecurrenceDecoder(new NoKernel(), s_shape);
        decoder.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            decoder.Step();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void AStateOfOtherSizesIsRefused()
    {
        var decoder = new RecurrenceDecoder(DecayMemory.Kernel, s_shape);
        Assert.Equal(
            "State \"S\" of DecayMemory has shape [1, 3, 4, 5], but [2, 3, 4, 5] ([batch, head, Key, Value]) was expected.",
            Assert.Throws<ArgumentException>(() => decoder.State = RecurrentState.Zero(DecayMemory.Description, 1, 3, 4, 5)).Message);
    }

    private sealed class NoKernel : IRecurrenceKernel
    {
        public RecurrenceDescription Description => DecayMemory.Description;

        public Mode Choose(SequenceShape shape, CallNeeds needs) => Mode.Recurrent;

        public void Forward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputs,
            ReadOnlySpan<TensorView> finalStates,
            RunOptions options,
            RecurrenceTape? tape = null)
        {
        }

        public void Backward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputGradients,
            ReadOnlySpan<TensorView> finalStateGradients,
            ReadOnlySpan<TensorView> inputGradients,
            ReadOnlySpan<TensorView> initialStateGradients,
            RunOptions options,
            RecurrenceTape? tape = null)
        {
        }
    }
}
