namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The base of generated kernels of layers that are convolutions with kernels of their own. There is one mode, <see cref="Mode.Convolution"/>; packed
/// sequences are run one after another, each with kernels for its length.
/// </summary>
/// <param name="description">What the layer computes.</param>
/// <param name="plan">Its parts.</param>
public abstract class GivenKernelLayer(RecurrenceDescription description, GivenKernelPlan plan) : IRecurrenceKernel
{
    /// <inheritdoc/>
    public RecurrenceDescription Description => description;

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, CallNeeds needs) => Mode.Convolution;

    /// <inheritdoc/>
    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        Check(shape, options);
        if (shape.Offsets is not null)
        {
            PackedSequences.Forward(this, shape, inputs, initialStates, outputs, finalStates, options, tape);
            return;
        }

        Run(ConvolutionCall.Forward(shape, inputs, initialStates, outputs, finalStates, options), tape);
    }

    /// <inheritdoc/>
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
        Check(shape, options);
        if (shape.Offsets is not null)
        {
            PackedSequences.Backward(
                this, shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options, tape);
            return;
        }

        Run(
            ConvolutionCall.Backward(
                shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options),
            tape);
    }

    private void Run(ConvolutionCall call, RecurrenceTape? tape) => GivenKernelRun.Run(description, plan, new CpuConvolution(call.Options.Threads), call, tape);

    private void Check(SequenceShape shape, RunOptions options)
    {
        if (options.Mode is not (Mode.Auto or Mode.Convolution))
        {
            throw description.Refusal(options.Mode);
        }

        shape.ThrowIfInvalid();
        SequenceLengths.Of(description, options, shape.Offsets?.Longest ?? shape.Time);
    }
}
