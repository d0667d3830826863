using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;
using ModelDsl.TorchSharp;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ModelDsl.Conformance.Targets;

/// <summary>The recurrence as an autograd function over strided torch tensors; gradients come from torch's backward pass.</summary>
public sealed class TorchTarget : ITarget
{
    /// <inheritdoc/>
    public string Name => "torch";

    /// <inheritdoc/>
    public IEnumerable<Mode> Modes(RecurrenceHandle recurrence) => recurrence.Description.LegalModes;

    /// <inheritdoc/>
    public RunResult Run(BoundCase golden, Mode mode, int chunkSize)
    {
        RunResult result = RunResult.For(golden);
        bool[] losses = [.. golden.Gradients.Select(g => g.ThroughFinalState).Distinct()];
        if (losses.Length == 0)
        {
            Run(golden, golden.Options(mode, chunkSize), null, result);
        }

        foreach (bool throughFinalState in losses)
        {
            Run(golden, golden.Options(mode, chunkSize), throughFinalState, result);
        }

        return result;
    }

    private static void Run(BoundCase golden, RunOptions options, bool? throughFinalState, RunResult result)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Leaves leaves = new(name => throughFinalState is { } through && result.Gradients.ContainsKey((through, name)));

        Tensor[] inputs = [.. golden.Inputs.Select((input, i) => leaves.View(input.Bound, golden.DenseOfInput(i), InputAxes(golden, i)))];
        Tensor?[] initial = [.. golden.States.Select((state, i) => state.Initial is { } bound ? leaves.View(bound, golden.DenseOfState(i), StateAxes) : null)];
        RecurrenceTensors computed = RecurrenceFunction.Apply(new GroupedKernel(golden), inputs, initial, options);

        List<Tensor> losses = [];
        for (int i = 0; i < golden.Outputs.Count; i++)
        {
            BoundOutput output = golden.Outputs[i];
            if (output.Expected is { } expected)
            {
                golden.DenseOfOutput(i).Scatter(Elements(computed.Outputs[i]), expected, result.Outputs[expected.Tensor.Name]);
            }

            if (throughFinalState is not null && output.Gradient is { } gradient)
            {
                losses.Add((computed.Outputs[i] * leaves.View(gradient, golden.DenseOfOutput(i), OutputAxes)).sum());
            }
        }

        for (int i = 0; i < golden.States.Count; i++)
        {
            BoundState state = golden.States[i];
            if (state.Final is { } expected)
            {
                golden.DenseOfState(i).Scatter(Elements(computed.FinalStates[i]), expected, result.FinalStates[expected.Tensor.Name]);
            }

            if (throughFinalState is true && state.FinalGradient is { } gradient)
            {
                losses.Add((computed.FinalStates[i] * leaves.View(gradient, golden.DenseOfState(i), StateAxes)).sum());
            }
        }

        if (throughFinalState is not { } kind)
        {
            return;
        }

        losses.Aggregate((a, b) => a + b).backward();
        if (RecurrenceFunction.LastBackwardError is { } error)
        {
            throw error;
        }

        foreach (ExpectedGradient gradient in golden.Computed.Where(g => g.ThroughFinalState == kind))
        {
            leaves.Gradient(gradient.Of).CopyTo(result.Gradients[(kind, gradient.Of)].Data.AsSpan());
        }
    }

    private static bool[] OutputAxes { get; } = [true, true, true];

    private static bool[] StateAxes { get; } = [true, false, true];

    /// <summary>Which of batch, time and head an input has.</summary>
    private static bool[] InputAxes(BoundCase golden, int index)
    {
        Across shared = golden.DescriptionWithGroups().Inputs[index].Shared;
        bool varies = !shared.HasFlag(Across.Time);
        return [varies, varies, !shared.HasFlag(Across.Heads)];
    }

    private static IEnumerable<double> Elements(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray().Select(x => (double)x);

    /// <summary>One torch tensor per golden tensor, that the recurrence sees through strides.</summary>
    private sealed class Leaves(Func<string, bool> wantsGradient)
    {
        private readonly Dictionary<string, Tensor> _tensors = [];

        public Tensor View(BoundTensor bound, Dense sizes, bool[] has)
        {
            if (!_tensors.TryGetValue(bound.Tensor.Name, out Tensor? tensor))
            {
                tensor = torch.tensor(bound.Tensor.Data, [.. bound.Tensor.Shape.Select(size => (long)size)]);
                tensor.requires_grad = wantsGradient(bound.Tensor.Name);
                _tensors.Add(bound.Tensor.Name, tensor);
            }

            Placement placement = bound.Placement;
            (int Size, int Stride)[] sequence = [(sizes.Batch, placement.Batch), (sizes.Time, placement.Time), (sizes.Heads, placement.Head)];
            (int Size, int Stride)[] all = [.. sequence.Where((_, i) => has[i]), .. sizes.Axes.Zip(placement.Axes)];
            return tensor.as_strided([.. all.Select(a => (long)a.Size)], [.. all.Select(a => (long)a.Stride)], placement.Offset);
        }

        public float[] Gradient(string name) =>
            _tensors[name].grad?.contiguous().data<float>().ToArray() ?? throw new InvalidOperationException($"torch gave no gradient of '{name}'.");
    }

    /// <summary>A kernel whose inputs may hold one value per group of heads: such an input has a head axis, though the spec says it is the same for all heads.</summary>
    private sealed class GroupedKernel(BoundCase golden) : IRecurrenceKernel
    {
        private readonly IRecurrenceKernel _kernel = golden.Recurrence.Kernel;

        public RecurrenceDescription Description { get; } = golden.DescriptionWithGroups();

        public Mode Choose(SequenceShape shape, CallNeeds needs) => _kernel.Choose(shape, needs);

        public void Forward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputs,
            ReadOnlySpan<TensorView> finalStates,
            RunOptions options,
            RecurrenceTape? tape) =>
            _kernel.Forward(shape, inputs, initialStates, outputs, finalStates, options, tape);

        public void Backward(
            SequenceShape shape,
            ReadOnlySpan<TensorView> inputs,
            ReadOnlySpan<TensorView> initialStates,
            ReadOnlySpan<TensorView> outputGradients,
            ReadOnlySpan<TensorView> finalStateGradients,
            ReadOnlySpan<TensorView> inputGradients,
            ReadOnlySpan<TensorView> initialStateGradients,
            RunOptions options,
            RecurrenceTape? tape) =>
            _kernel.Backward(
                shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options, tape);
    }
}
