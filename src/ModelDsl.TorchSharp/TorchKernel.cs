using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>
/// A recurrence as torch runs it, seen as a kernel again, with gradients from torch's backward pass: what
/// <see cref="ModeVerification"/> needs to verify the torch target beside the CPU. It copies to and from tensors, so it is no way
/// to run anything fast.
/// </summary>
/// <param name="kernel">The generated kernel.</param>
public sealed class TorchKernel(IRecurrenceKernel kernel) : IRecurrenceKernel
{
    /// <inheritdoc/>
    public RecurrenceDescription Description => kernel.Description;

    /// <summary>The torch target of a recurrence, for <see cref="VerificationOptions.Targets"/>.</summary>
    public static VerificationTarget Target<TSpec>()
        where TSpec : struct, IRecurrence<TSpec> => new("torch", new TorchKernel(TSpec.Kernel));

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, CallNeeds needs) => kernel.Choose(shape, needs);

    /// <inheritdoc/>
    public void Forward(
        SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates, RunOptions options, RecurrenceTape? tape = null)
    {
        using var scope = torch.NewDisposeScope();
        var result = RecurrenceFunction.Apply(kernel, Inputs(shape, inputs), States(shape, initialStates), options, shape.Offsets);
        for (int i = 0; i < outputs.Length; i++)
            OutputLayout(i).CopyTo(result.Outputs[i], outputs[i], shape);
        for (int i = 0; i < finalStates.Length; i++)
            StateLayout(i).CopyTo(result.FinalStates[i], finalStates[i], shape);
    }

    /// <inheritdoc/>
    public void Backward(
        SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients, ReadOnlySpan<TensorView> inputGradients, ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options, RecurrenceTape? tape = null)
    {
        using var scope = torch.NewDisposeScope();
        var inputTensors = Inputs(shape, inputs);
        var stateTensors = States(shape, initialStates);
        for (int i = 0; i < inputTensors.Count; i++)
            inputTensors[i].requires_grad_(!inputGradients[i].IsNull);
        for (int i = 0; i < stateTensors.Count; i++)
        {
            if (!initialStateGradients[i].IsNull)
                stateTensors[i] = (stateTensors[i] ?? torch.zeros(StateLayout(i).Sizes(shape))).requires_grad_(true);
        }

        var result = RecurrenceFunction.Apply(kernel, inputTensors, stateTensors, options, shape.Offsets);
        var (roots, gradients) = (new List<Tensor>(), new List<Tensor>());
        void Seed(Tensor root, TensorLayout layout, TensorView view)
        {
            if (view.IsNull || !root.requires_grad)
                return;
            roots.Add(root);
            gradients.Add(layout.CopyFrom(view, shape));
        }

        for (int i = 0; i < outputGradients.Length; i++)
            Seed(result.Outputs[i], OutputLayout(i), outputGradients[i]);
        for (int i = 0; i < finalStateGradients.Length; i++)
            Seed(result.FinalStates[i], StateLayout(i), finalStateGradients[i]);
        if (roots.Count > 0)
            torch.autograd.backward(roots, gradients);

        for (int i = 0; i < inputTensors.Count; i++)
            InputLayout(i).CopyTo(inputTensors[i].grad ?? torch.zeros_like(inputTensors[i]), inputGradients[i], shape);
        for (int i = 0; i < stateTensors.Count; i++)
        {
            if (stateTensors[i] is { } state)
                StateLayout(i).CopyTo(state.grad ?? torch.zeros_like(state), initialStateGradients[i], shape);
        }
    }

    private List<Tensor> Inputs(SequenceShape shape, ReadOnlySpan<TensorView> views)
    {
        var tensors = new List<Tensor>();
        for (int i = 0; i < views.Length; i++)
            tensors.Add(InputLayout(i).CopyFrom(views[i], shape));
        return tensors;
    }

    private List<Tensor?> States(SequenceShape shape, ReadOnlySpan<TensorView> views)
    {
        var tensors = new List<Tensor?>();
        for (int i = 0; i < views.Length; i++)
            tensors.Add(views[i].IsNull ? null : StateLayout(i).CopyFrom(views[i], shape));
        return tensors;
    }

    private TensorLayout InputLayout(int index) => TensorLayout.OfInput(Description.Inputs[index]);

    private TensorLayout OutputLayout(int index) => TensorLayout.OfOutput(Description.Outputs[index]);

    private TensorLayout StateLayout(int index) => TensorLayout.OfState(Description.States[index]);
}
