using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>One run of a kernel over torch tensors that have been checked. Tensors are the inputs, then the initial states that are given.</summary>
internal sealed class RecurrenceCall(IRecurrenceKernel kernel, SequenceShape shape, RunOptions options, bool[] hasInitialState, bool withGradient)
{
    private readonly RecurrenceDescription _description = kernel.Description;
    private readonly RecurrenceTape? _tape = withGradient ? new RecurrenceTape() : null;

    /// <summary>The outputs [batch, time, head, axes...], then the final states [batch, head, axes...].</summary>
    public List<Tensor> Forward(IReadOnlyList<Tensor> tensors)
    {
        var results = new List<Tensor>();
        foreach (var output in _description.Outputs)
            results.Add(Empty(TensorLayout.OfOutput(output)));
        foreach (var state in _description.States)
            results.Add(Empty(TensorLayout.OfState(state)));

        kernel.Forward(shape, InputViews(tensors), InitialStateViews(tensors), OutputViews(results), FinalStateViews(results), options, _tape);
        GC.KeepAlive(tensors);
        return results;
    }

    /// <summary>The gradient of every tensor; null where <paramref name="wanted"/> says that nobody asks for it.</summary>
    /// <param name="tensors">As in the forward call.</param>
    /// <param name="resultGradients">The gradients of what the forward call returned; an invalid tensor stands for zero.</param>
    /// <param name="wanted">One flag per tensor.</param>
    public List<Tensor?> Backward(IReadOnlyList<Tensor> tensors, IReadOnlyList<Tensor> resultGradients, bool[] wanted)
    {
        var gradients = new List<Tensor?>();
        for (int i = 0; i < tensors.Count; i++)
            gradients.Add(wanted[i] ? torch.empty(tensors[i].shape, torch.float32) : null);

        kernel.Backward(
            shape, InputViews(tensors), InitialStateViews(tensors), OutputViews(resultGradients), FinalStateViews(resultGradients),
            InputViews(gradients), InitialStateViews(gradients), options, _tape);
        GC.KeepAlive(tensors);
        GC.KeepAlive(resultGradients);

        // A graph is walked once as a rule; a second walk computes the states again.
        _tape?.Dispose();
        return gradients;
    }

    private Tensor Empty(TensorLayout layout) => torch.empty(layout.Sizes(shape), torch.float32);

    private TensorView[] InputViews(IReadOnlyList<Tensor?> tensors)
    {
        var views = new TensorView[_description.Inputs.Count];
        for (int i = 0; i < views.Length; i++)
            views[i] = TensorLayout.OfInput(_description.Inputs[i]).View(tensors[i]);
        return views;
    }

    private TensorView[] InitialStateViews(IReadOnlyList<Tensor?> tensors)
    {
        var views = new TensorView[_description.States.Count];
        for (int i = 0, next = _description.Inputs.Count; i < views.Length; i++)
        {
            if (hasInitialState[i])
                views[i] = TensorLayout.OfState(_description.States[i]).View(tensors[next++]);
        }

        return views;
    }

    private TensorView[] OutputViews(IReadOnlyList<Tensor> results)
    {
        var views = new TensorView[_description.Outputs.Count];
        for (int i = 0; i < views.Length; i++)
            views[i] = TensorLayout.OfOutput(_description.Outputs[i]).View(results[i]);
        return views;
    }

    private TensorView[] FinalStateViews(IReadOnlyList<Tensor> results)
    {
        var views = new TensorView[_description.States.Count];
        for (int i = 0; i < views.Length; i++)
            views[i] = TensorLayout.OfState(_description.States[i]).View(results[_description.Outputs.Count + i]);
        return views;
    }
}
