namespace ModelDsl;

/// <summary>The sizes, tensors and options of a call in convolution mode, of sequences that are not packed. What a direction does not have is empty.</summary>
internal sealed class ConvolutionCall
{
    private ConvolutionCall(SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, RunOptions options)
    {
        (Shape, Options) = (shape, options);
        (Inputs, InitialStates) = (inputs.ToArray(), initialStates.ToArray());
    }

    public SequenceShape Shape { get; }

    public RunOptions Options { get; }

    public bool IsBackward { get; private init; }

    public TensorView[] Inputs { get; }

    public TensorView[] InitialStates { get; }

    public TensorView[] Outputs { get; private init; } = [];

    public TensorView[] FinalStates { get; private init; } = [];

    public TensorView[] OutputGradients { get; private init; } = [];

    public TensorView[] FinalStateGradients { get; private init; } = [];

    public TensorView[] InputGradients { get; private init; } = [];

    public TensorView[] InitialStateGradients { get; private init; } = [];

    /// <summary>Of the arguments of <see cref="IRecurrenceKernel.Forward"/>.</summary>
    public static ConvolutionCall Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options) => new(shape, inputs, initialStates, options)
    {
        Outputs = outputs.ToArray(),
        FinalStates = finalStates.ToArray(),
    };

    /// <summary>Of the arguments of <see cref="IRecurrenceKernel.Backward"/>.</summary>
    public static ConvolutionCall Backward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients,
        ReadOnlySpan<TensorView> inputGradients,
        ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options) => new(shape, inputs, initialStates, options)
    {
        IsBackward = true,
        OutputGradients = outputGradients.ToArray(),
        FinalStateGradients = finalStateGradients.ToArray(),
        InputGradients = inputGradients.ToArray(),
        InitialStateGradients = initialStateGradients.ToArray(),
    };
}
