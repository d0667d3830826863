namespace ModelDsl;

/// <summary>The sizes, tensors and options of a call in convolution mode, of sequences that are not packed. What a direction does not have is empty.</summary>
internal sealed class ConvolutionCall
{
    public required SequenceShape Shape { get; init; }

    public required RunOptions Options { get; init; }

    public required TensorView[] Inputs { get; init; }

    public required TensorView[] InitialStates { get; init; }

    public TensorView[] Outputs { get; init; } = [];

    public TensorView[] FinalStates { get; init; } = [];

    public TensorView[] OutputGradients { get; init; } = [];

    public TensorView[] FinalStateGradients { get; init; } = [];

    public TensorView[] InputGradients { get; init; } = [];

    public TensorView[] InitialStateGradients { get; init; } = [];
}
