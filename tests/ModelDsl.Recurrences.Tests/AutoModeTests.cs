namespace ModelDsl.Recurrences.Tests;

/// <summary>A bank of moving averages, the same at all tokens: all modes are legal.</summary>
[Recurrence]
public partial struct AverageBank
{
    [State] private Tensor<Lag> h;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Lag> a, [Shared(Across.Time)] Tensor<Lag> c)
    {
        h = Sigmoid(a) * h + x;
        return Dot(c, h);
    }
}

/// <summary>A line that forgets: its response is neither of powers nor that of a delay line, and so what the recurrence makes of an impulse.</summary>
[Recurrence]
public partial struct FadingLine
{
    [State] private Tensor<Lag> h;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Lag> b, [Shared(Across.Time)] Tensor<Lag> c)
    {
        h = Sigmoid(b) * Shift(h, 1) + x;
        return Dot(c, h);
    }
}

/// <summary>What Auto stands for where a convolution may be faster, and that it computes the same.</summary>
public unsafe class AutoModeTests
{
    private const int Heads = 16, Lags = 32;
    private static readonly CallNeeds s_training = new(Gradient: true);

    [Theory]
    [InlineData(64, 8, 256)]
    [InlineData(64, 4, 4096)]
    public void BatchesOfLongSequencesAreConvolvedWhereAGradientIsWanted(int lags, int batch, int time) =>
        Assert.Equal(Mode.Convolution, AverageBank.Kernel.Choose(new SequenceShape(batch, time, Heads, [lags]), s_training));

    [Fact]
    public void OneSequenceIsConvolvedOnlyIfItsResponseDoesNotTakeAsLong()
    {
        var shape = new SequenceShape(1, 4096, Heads, [64]);
        Assert.Equal(Mode.Convolution, AverageBank.Kernel.Choose(shape, s_training));
        Assert.Equal(Mode.Recurrent, FadingLine.Kernel.Choose(shape, s_training));
    }

    [Theory]
    [InlineData(64, 8, 1)]
    [InlineData(1, 8, 4096)]
    public void OneTokenAndOneNumberAreNot(int lags, int batch, int time)
    {
        Assert.Equal(Mode.Recurrent, AverageBank.Kernel.Choose(new SequenceShape(batch, time, Heads, [lags]), s_training));
        Assert.Equal(Mode.Recurrent, AverageBank.Kernel.Choose(new SequenceShape(batch, time, Heads, [lags]), default));
    }

    [Fact]
    public void StatesAtEitherEndTakeAPassOfTheirOwn()
    {
        var shape = new SequenceShape(8, 256, Heads, [64]);
        Mode Choice(CallNeeds needs) => AverageBank.Kernel.Choose(shape, needs);
        Assert.Equal(Mode.Convolution, Choice(default));
        Assert.Equal(Mode.Recurrent, Choice(new(FinalStates: true)));
        Assert.Equal(Mode.Recurrent, Choice(new(InitialStates: true)));
        Assert.Equal(Mode.Convolution, Choice(new(Gradient: true, FinalStates: true)));
        Assert.Equal(Mode.Recurrent, Choice(new(Gradient: true, InitialStates: true)));
        Assert.Equal(Mode.Recurrent, Choice(new(Gradient: true, FinalStateGradients: true)));
        Assert.Equal(Mode.Recurrent, new RecurrenceDecoder(AverageBank.Kernel, shape).Mode);
    }

    [Fact]
    public void PackedSequencesAreNotAsEachHasAResponseOfItsOwn() => Assert.Equal(
        Mode.Recurrent, AverageBank.Kernel.Choose(SequenceShape.Packed(SequenceOffsets.OfLengths(256, 256, 256, 256), Heads, [64]), s_training));

    [Fact]
    public void MemoriesGoChunkwise() =>
        Assert.Equal(Mode.Chunkwise, MixedDecays.Kernel.Choose(new SequenceShape(8, 256, 2, [.. MixedDecays.Description.Axes.Select(_ => 16)]), s_training));

    [Fact]
    public void ACombinationAsksItsPartsForStatesThatPassBetweenThem()
    {
        var shape = new SequenceShape(8, 256, Heads, [64]);
        IRecurrenceKernel directions = AverageBank.Kernel.Bidirectional();
        Assert.Equal(Mode.Convolution, directions.Choose(shape, s_training));
        IRecurrenceKernel prefixed = AverageBank.Kernel.WithPrefix(AverageBank.Kernel.Renamed(("x", "prefixX")));
        Assert.Equal(Mode.Recurrent, prefixed.Choose(shape, s_training));
    }

    [Fact]
    public void TheBackwardPassGoesInTheModeOfItsTapeAndResultsAgree()
    {
        var shape = new SequenceShape(8, 100, Heads, [Lags]);
        float[][] inputs = [Numbers(8 * 100 * Heads, 1), Numbers(Heads * Lags, 2), Numbers(Heads * Lags, 3)];
        float[] seed = Numbers(8 * 100 * Heads, 4);
        (Mode mode, float[][] convolved) = Run(shape, inputs, seed, Mode.Auto, finalState: false);
        (Mode withState, float[][] recurrent) = Run(shape, inputs, seed, Mode.Recurrent, finalState: true);
        Assert.Equal((Mode.Convolution, Mode.Recurrent), (mode, withState));
        foreach ((float[] expected, float[] actual) in recurrent.Zip(convolved))
        {
            double scale = expected.Max(Math.Abs);
            Assert.True(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() < 1e-5 * scale);
        }
    }

    /// <summary>The mode of the tape, then the output and the gradients of the inputs.</summary>
    private static (Mode Mode, float[][] Results) Run(SequenceShape shape, float[][] inputs, float[] seed, Mode mode, bool finalState)
    {
        float[] output = new float[seed.Length], state = new float[shape.Batch * Heads * Lags];
        float[][] gradients = [.. inputs.Select(i => new float[i.Length])];
        fixed (float* x = inputs[0], a = inputs[1], c = inputs[2], y = output, dy = seed, h = state, dx = gradients[0], da = gradients[1], dc = gradients[2])
        {
            TensorView Sequence(float* data) => new((nint)data, Heads, (nint)shape.Time * Heads, Heads, 1);
            TensorView Parameter(float* data) => new((nint)data, Heads, 0, 0, Lags, 1);
            TensorView[] views = [Sequence(x), Parameter(a), Parameter(c)];
            TensorView final = finalState ? new TensorView((nint)h, Heads, Heads * Lags, 0, Lags, 1) : default;
            using var tape = new RecurrenceTape();
            AverageBank.Kernel.Forward(shape, views, [default], [Sequence(y)], [final], new RunOptions(mode), tape);
            AverageBank.Kernel.Backward(
                shape, views, [default], [Sequence(dy)], [default], [Sequence(dx), Parameter(da), Parameter(dc)], [default], new RunOptions(mode), tape);
            return (tape.Mode, [output, .. gradients]);
        }
    }

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
