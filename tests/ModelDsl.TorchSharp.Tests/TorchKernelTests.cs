namespace ModelDsl.TorchSharp.Tests;

/// <summary>A kernel seen through torch computes what the kernel computes.</summary>
public sealed class TorchKernelTests
{
    private readonly RetentionKernel _kernel = new();
    private readonly Random _random = new(1);
    private readonly List<SequenceTensor> _inputs;

    public TorchKernelTests() => _inputs = [Random(2, 5, 4, 3), Random(2, 5, 3), Random(2, 5, 2, 6), Random(4)];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Results_are_the_kernels(bool withInitialState)
    {
        var state = withInitialState ? State() : null;
        var expected = RecurrenceRunner.Run(_kernel, _inputs, state);
        var actual = RecurrenceRunner.Run(new TorchKernel(_kernel), _inputs, state);
        Assert.Equal(expected.Output.Data, actual.Output.Data);
        Assert.Equal(expected.FinalState["S"].Data, actual.FinalState["S"].Data);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Gradients_are_the_kernels(bool throughOutputs, bool throughFinalState)
    {
        RecurrenceGradients Of(IRecurrenceKernel kernel, RecurrentState state, SequenceTensor output, RecurrentState final) =>
            RecurrenceRunner.Gradient(kernel, _inputs, state, [throughOutputs ? output : null], throughFinalState ? final : null);
        var (state, output, final) = (State(), Random(2, 5, 4, 6), State());
        var expected = Of(_kernel, state, output, final);
        var actual = Of(new TorchKernel(_kernel), state, output, final);
        for (int i = 0; i < _inputs.Count; i++)
            Assert.Equal(expected.Inputs[i].Data, actual.Inputs[i].Data);
        Assert.Equal(expected.InitialState["S"].Data, actual.InitialState["S"].Data);
    }

    private RecurrentState State() => new(_kernel.Description, [Random(2, 4, 3, 6)]);

    private SequenceTensor Random(params int[] shape)
    {
        var tensor = SequenceTensor.Zeros(shape);
        for (int i = 0; i < tensor.Data.Length; i++)
            tensor.Data[i] = _random.NextSingle() - 0.5f;
        return tensor;
    }
}
