namespace ModelDsl.Tests;

public class RecurrenceRunnerTests
{
    private static readonly IRecurrenceKernel s_kernel = DecayMemory.Kernel;

    [Fact]
    public void SplitCallsEqualOneCall()
    {
        SequenceTensor[] inputs = Inputs(time: 7);
        RecurrenceResult whole = RecurrenceRunner.Run(s_kernel, inputs);
        RecurrenceResult first = RecurrenceRunner.Run(s_kernel, Tokens(inputs, 0, 3));
        RecurrenceResult rest = RecurrenceRunner.Run(s_kernel, Tokens(inputs, 3, 7), first.FinalState);

        Assert.Equal([2, 7, 4, 5], whole.Output.Shape);
        Assert.Equal(Mode.Recurrent, whole.Mode);
        for (int batch = 0; batch < 2; batch++)
        {
            Close(whole.Output.Data.AsSpan(batch * 7 * 20, 3 * 20), first.Output.Data.AsSpan(batch * 3 * 20, 3 * 20));
            Close(whole.Output.Data.AsSpan((batch * 7 + 3) * 20, 4 * 20), rest.Output.Data.AsSpan(batch * 4 * 20, 4 * 20));
        }

        Close(whole.FinalState["S"].Data, rest.FinalState["S"].Data);
        Close(whole.FinalState["z"].Data, rest.FinalState["z"].Data);
    }

    [Fact]
    public void GradientsAreThoseOfFiniteDifferences()
    {
        // The sum of all outputs and final states, moved along one element of each tensor.
        const float Step = 1e-2f;
        SequenceTensor[] inputs = Inputs(time: 4);
        RecurrentState initial = RecurrentState.Zero(DecayMemory.Description, 2, 4, 3, 5);
        initial["S"].Data.AsSpan().Fill(0.3f);
        initial["z"].Data.AsSpan().Fill(0.2f);
        RecurrentState ones = initial.Clone();
        foreach (SequenceTensor tensor in ones.Tensors)
        {
            tensor.Data.AsSpan().Fill(1);
        }

        SequenceTensor seed = SequenceTensor.Zeros(2, 4, 4, 5);
        seed.Data.AsSpan().Fill(1);
        RecurrenceGradients gradients = RecurrenceRunner.Gradient(s_kernel, inputs, initial, [seed], ones);
        foreach ((SequenceTensor tensor, SequenceTensor gradient) in inputs.Concat(initial.Tensors).Zip(gradients.Inputs.Concat(gradients.InitialState.Tensors)))
        {
            Assert.Equal(tensor.Shape, gradient.Shape);
            int at = tensor.Data.Length / 2;
            float value = tensor.Data[at];
            tensor.Data[at] = value + Step;
            double up = Loss();
            tensor.Data[at] = value - Step;
            double down = Loss();
            tensor.Data[at] = value;
            Assert.Equal((up - down) / (2 * Step), gradient.Data[at], 1e-2 * Math.Max(1, Math.Abs(gradient.Data[at])));
        }

        double Loss()
        {
            RecurrenceResult result = RecurrenceRunner.Run(s_kernel, inputs, initial);
            return result.Output.Data.Sum(x => (double)x) + result.FinalState.Tensors.Sum(t => t.Data.Sum(x => (double)x));
        }
    }

    [Fact]
    public void TheInitialStateIsNotChanged()
    {
        RecurrentState initial = RecurrentState.Zero(DecayMemory.Description, 2, 4, 3, 5);
        RecurrenceRunner.Run(s_kernel, Inputs(time: 2), initial);
        Assert.All(initial.Tensors, t => Assert.All(t.Data, x => Assert.Equal(0, x)));
    }

    [Fact]
    public void NumbersOutsideOfADomainAreNamedOnRequest()
    {
        SequenceTensor[] inputs = Inputs(time: 2);
        inputs[2].Data.AsSpan().Fill(-1);
        inputs[2].Data[5] = 0.5f;
        RecurrenceRunner.Run(s_kernel, inputs);
        Assert.Equal(
            "Input \"g\" of DecayMemory holds 0.5 at [1, 0, 1], but at most 0 was expected.",
            Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(s_kernel, inputs, options: new(CheckDomains: true))).Message);
    }

    [Fact]
    public void WrongInputsAreNamed()
    {
        Refused(i => i[0] = SequenceTensor.Zeros(2, 6, 4, 3), "Input \"k\" of DecayMemory has shape [2, 6, 4, 3], but the 3 axes [batch, time, Key] were expected.");
        Refused(
            i => i[1] = SequenceTensor.Zeros(2, 5, 4, 5),
            "Input \"v\" of DecayMemory has shape [2, 5, 4, 5] ([batch, time, head, Value]), where time is 5, but 6 was expected: input \"k\" of DecayMemory has shape [2, 6, 3].");
        Refused(i => i[3] = SequenceTensor.Zeros(4, 6), "where Value is 6, but 5 was expected");
        Refused(i => i[2] = SequenceTensor.Zeros(2, 6, 3), "Input \"g\" of DecayMemory has shape [2, 6, 3] and 3 heads, which do not divide the 4 heads of the call.");
        Refused(i => i[1] = SequenceTensor.Zeros(2, 6, 4, 0), "no elements");
        Refused(i => i[4] = null!, "Input \"scale\" of DecayMemory is null.");

        static void Refused(Action<SequenceTensor[]> change, string message)
        {
            SequenceTensor[] inputs = Inputs(time: 6);
            change(inputs);
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => RecurrenceRunner.Run(s_kernel, inputs)).Message);
        }
    }

    [Fact]
    public void AMissingInputIsRefused() =>
        Assert.Contains(
            "takes 5 tensors of kind input (k, v, g, bias, scale), but 4 were given",
            Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(s_kernel, Inputs(2)[..4])).Message);

    [Fact]
    public void AStateOfOtherSizesIsRefused()
    {
        RecurrentState state = RecurrentState.Zero(DecayMemory.Description, 2, 4, 3, 6);
        Assert.Contains(
            "Initial state \"S\" of DecayMemory has shape [2, 4, 3, 6] ([batch, head, Key, Value]), where Value is 6, but 5 was expected",
            Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(s_kernel, Inputs(2), state)).Message);
    }

    [Fact]
    public void GradientsOfWrongShapeAreRefused()
    {
        string message = Assert.Throws<ArgumentException>(() => RecurrenceRunner.Gradient(s_kernel, Inputs(2), null, [SequenceTensor.Zeros(2, 3, 4, 5)])).Message;
        Assert.Equal("The gradient of output \"y\" of DecayMemory has shape [2, 3, 4, 5], but [2, 2, 4, 5] ([batch, time, head, Value]) was expected.", message);
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-")]
    public void ValuesThatAreNotFiniteAreFoundOnRequest(float value, string text)
    {
        SequenceTensor[] inputs = Inputs(time: 3);
        inputs[1].Data[(1 * 3 + 2) * 20 + 7] = value;
        RecurrenceRunner.Run(s_kernel, inputs);
        string message = Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(s_kernel, inputs, options: new(CheckFinite: true))).Message;
        Assert.StartsWith($"Input \"v\" of DecayMemory holds {text}", message);
        Assert.EndsWith("at [1, 2, 1, 2], but finite numbers were expected.", message);
    }

    [Fact]
    public void AModeThatIsNotLegalIsRefusedWithItsReason() => Assert.Equal(
        "DecayMemory cannot run in mode Convolution: g varies with time. Its modes are Recurrent, Chunkwise.",
        Assert.Throws<NotSupportedException>(() => RecurrenceRunner.Run(s_kernel, Inputs(2), options: new(Mode.Convolution))).Message);

    [Fact]
    public void AutoSaysWhatItChose() => Assert.Equal(Mode.Recurrent, RecurrenceRunner.Run(s_kernel, Inputs(20)).Mode);

    /// <summary>Batch 2, 4 heads of which v has 4 and g 2, Key 3, Value 5.</summary>
    private static SequenceTensor[] Inputs(int time)
    {
        var random = new Random(5);
        SequenceTensor[] inputs =
        [
            SequenceTensor.Zeros(2, time, 3), SequenceTensor.Zeros(2, time, 4, 5), SequenceTensor.Zeros(2, time, 2),
            SequenceTensor.Zeros(4, 5), SequenceTensor.Zeros(),
        ];
        foreach (SequenceTensor input in inputs)
        {
            for (int i = 0; i < input.Data.Length; i++)
            {
                input.Data[i] = random.NextSingle() + 0.5f;
            }
        }

        for (int i = 0; i < inputs[2].Data.Length; i++)
        {
            inputs[2].Data[i] *= -1;
        }

        return inputs;
    }

    private static SequenceTensor[] Tokens(SequenceTensor[] inputs, int from, int to) =>
    [
        .. inputs.Select((input, i) =>
        {
            if (i > 2)
            {
                return input;
            }

            int time = input.Shape[1], row = input.Data.Length / (2 * time);
            float[] data = [.. Enumerable.Range(0, 2).SelectMany(b => input.Data.AsSpan((b * time + from) * row, (to - from) * row).ToArray())];
            return new SequenceTensor(data, [2, to - from, .. input.Shape.Skip(2)]);
        }),
    ];

    private static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-5f);
        }
    }
}
