using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance.Targets;

/// <summary>Runs a kernel over views of the golden tensors themselves.</summary>
public static class KernelRun
{
    /// <summary>Runs a case, forward and, if it has upstream gradients, backward.</summary>
    /// <param name="kernel">The kernel of the case's recurrence, on whatever target.</param>
    /// <param name="golden">The case.</param>
    /// <param name="options">The mode and the chunk size.</param>
    public static RunResult Run(IRecurrenceKernel kernel, BoundCase golden, RunOptions options)
    {
        RunResult result = RunResult.For(golden);
        List<GoldenTensor> scratch = [];

        TensorView[] inputs = [.. golden.Inputs.Select(input => input.Bound.View(input.Bound.Tensor))];
        TensorView[] initial = [.. golden.States.Select(state => state.Initial is { } bound ? bound.View(bound.Tensor) : default)];
        TensorView[] outputs = [.. golden.Outputs.Select((output, i) => output.Expected is { } bound
            ? bound.View(result.Outputs[bound.Tensor.Name])
            : Scratch(golden.DenseOfOutput(i), scratch).View)];
        TensorView[] final = [.. golden.States.Select(state => state.Final is { } bound ? bound.View(result.FinalStates[bound.Tensor.Name]) : default)];
        kernel.Forward(golden.Shape, inputs, initial, outputs, final, options);

        TensorView[] outputGradients = [.. golden.Outputs.Select(output => output.Gradient is { } bound ? bound.View(bound.Tensor) : default)];
        foreach (bool throughFinalState in golden.Gradients.Select(g => g.ThroughFinalState).Distinct())
        {
            TensorView Gradient(BoundTensor? bound) =>
                bound is not null && result.PartOfGradient(throughFinalState, bound.Tensor.Name) is { } gradient ? bound.View(gradient) : default;

            TensorView[] finalGradients = [.. golden.States.Select(state =>
                throughFinalState && state.FinalGradient is { } bound ? bound.View(bound.Tensor) : default)];
            TensorView[] inputGradients = [.. golden.Inputs.Select(input => input.IsConstant ? default : Gradient(input.Bound))];

            // An initial state that all sequences share has as many gradients as there are sequences.
            (TensorView View, GoldenTensor? Each)[] initialGradients = [.. golden.States.Select((state, i) =>
                state.Initial is { Placement.Batch: 0 } && golden.Shape.Batch > 1 ? Scratch(golden.DenseOfState(i), scratch) : (Gradient(state.Initial), null))];
            kernel.Backward(
                golden.Shape, inputs, initial, outputGradients, finalGradients, inputGradients, [.. initialGradients.Select(g => g.View)], options);
            for (int i = 0; i < initialGradients.Length; i++)
            {
                if (initialGradients[i].Each is { } each && golden.States[i].Initial is { } bound
                    && result.Gradients.TryGetValue((throughFinalState, bound.Tensor.Name), out GoldenTensor? gradient))
                {
                    golden.DenseOfState(i).Scatter(each.Data.Select(x => (double)x), bound, gradient);
                }
            }
        }

        result.AddParts();
        GC.KeepAlive(scratch);
        return result;
    }

    /// <summary>Memory for a tensor that no golden tensor is to receive as it is.</summary>
    private static (TensorView View, GoldenTensor? Tensor) Scratch(Dense sizes, List<GoldenTensor> scratch)
    {
        int[] strides = new int[sizes.Axes.Length];
        int elements = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = elements;
            elements *= sizes.Axes[i];
        }

        int count = sizes.Batch * sizes.Time * sizes.Heads * elements;
        GoldenTensor tensor = GoldenTensor.Of("scratch", [count], new float[count]);
        scratch.Add(tensor);
        Placement placement = new(0, sizes.Heads, sizes.Time * sizes.Heads * elements, sizes.Heads * elements, elements, strides);
        return (new BoundTensor(tensor, placement).View(tensor), tensor);
    }
}
