namespace ModelDsl;

/// <summary>A kernel under another name, or whose tensors have other names.</summary>
internal sealed class RenamedKernel(IRecurrenceKernel kernel, string name, Func<string, string> newName) : IRecurrenceKernel
{
    public RecurrenceDescription Description { get; } = kernel.Description with
    {
        Name = name,
        Inputs = [.. kernel.Description.Inputs.Select(i => i with { Name = newName(i.Name) })],
        States = [.. kernel.Description.States.Select(s => s with { Name = newName(s.Name) })],
        Outputs = [.. kernel.Description.Outputs.Select(o => o with { Name = newName(o.Name) })],
    };

    public Mode Choose(SequenceShape shape, CallNeeds needs) => kernel.Choose(shape, needs);

    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null) => kernel.Forward(shape, inputs, initialStates, outputs, finalStates, options, tape);

    public void Backward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients,
        ReadOnlySpan<TensorView> inputGradients,
        ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options,
        RecurrenceTape? tape = null) =>
        kernel.Backward(shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options, tape);
}
