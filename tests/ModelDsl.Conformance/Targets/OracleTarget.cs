using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance.Targets;

/// <summary>The spec's own Step in double precision: a failure here is one of the spec or of the mapping, not of generated code.</summary>
public sealed class OracleTarget : ITarget
{
    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public IEnumerable<Mode> Modes(RecurrenceHandle recurrence) => [Mode.Recurrent];

    /// <inheritdoc/>
    public RunResult Run(BoundCase golden, Mode mode, int chunkSize)
    {
        OracleRunner runner = new(WithGroups(golden));
        RunResult result = RunResult.For(golden);

        double[][] inputs = [.. golden.Inputs.Select((input, i) => Gather(input.Bound, InputSizes(golden, i)))];
        double[]?[] initial = [.. golden.States.Select((state, i) => state.Initial is { } bound ? Gather(bound, StateSizes(golden, i)) : null)];
        double[]?[] outputGradients = [.. golden.Outputs.Select((output, i) => output.Gradient is { } bound ? Gather(bound, OutputSizes(golden, i)) : null)];
        Store(golden, runner.Run(golden.Shape, inputs, initial), result);

        foreach (bool throughFinalState in golden.Gradients.Select(g => g.ThroughFinalState).Distinct())
        {
            double[]?[] finalGradients = [.. golden.States.Select((state, i) =>
                throughFinalState && state.FinalGradient is { } bound ? Gather(bound, StateSizes(golden, i)) : null)];
            OracleGradients gradients = runner.Gradient(golden.Shape, inputs, initial, outputGradients, finalGradients);
            for (int i = 0; i < inputs.Length; i++)
            {
                BoundInput input = golden.Inputs[i];
                if (!input.IsConstant && result.Gradients.TryGetValue((throughFinalState, input.Bound.Tensor.Name), out GoldenTensor? gradient))
                {
                    Scatter(gradients.Inputs[i], input.Bound, InputSizes(golden, i), gradient);
                }
            }

            for (int i = 0; i < initial.Length; i++)
            {
                if (golden.States[i].Initial is { } bound && result.Gradients.TryGetValue((throughFinalState, bound.Tensor.Name), out GoldenTensor? gradient))
                {
                    Scatter(gradients.InitialStates[i], bound, StateSizes(golden, i), gradient);
                }
            }
        }

        return result;
    }

    /// <summary>The recurrence, with inputs that hold one value per group of heads no longer declared the same for all heads.</summary>
    private static RecurrenceHandle WithGroups(BoundCase golden)
    {
        RecurrenceDescription description = golden.Recurrence.Description;
        return new RecurrenceHandle(
            description with
            {
                Inputs = [.. description.Inputs.Select((input, i) =>
                    golden.Inputs[i].Bound.Placement.Heads > 1 ? input with { Shared = input.Shared & ~Across.Heads } : input)],
            },
            golden.Recurrence.Kernel,
            golden.Recurrence.Oracle);
    }

    private static void Store(BoundCase golden, OracleResult oracle, RunResult result)
    {
        for (int i = 0; i < golden.Outputs.Count; i++)
        {
            if (golden.Outputs[i].Expected is { } bound)
            {
                Scatter(oracle.Outputs[i], bound, OutputSizes(golden, i), result.Outputs[bound.Tensor.Name]);
            }
        }

        for (int i = 0; i < golden.States.Count; i++)
        {
            if (golden.States[i].Final is { } bound)
            {
                Scatter(oracle.FinalStates[i], bound, StateSizes(golden, i), result.FinalStates[bound.Tensor.Name]);
            }
        }
    }

    private static Role InputSizes(BoundCase golden, int index)
    {
        InputDescription input = golden.Recurrence.Description.Inputs[index];
        bool sharedInTime = input.Shared.HasFlag(Across.Time);
        return new Role(
            sharedInTime ? 1 : golden.Shape.Batch,
            sharedInTime ? 1 : golden.Shape.Time,
            golden.Inputs[index].Bound.Placement.Heads,
            Axes(golden, input.Axes));
    }

    private static Role StateSizes(BoundCase golden, int index) =>
        new(golden.Shape.Batch, 1, golden.Shape.Heads, Axes(golden, golden.Recurrence.Description.States[index].Axes));

    private static Role OutputSizes(BoundCase golden, int index) =>
        new(golden.Shape.Batch, golden.Shape.Time, golden.Shape.Heads, Axes(golden, golden.Recurrence.Description.Outputs[index].Axes));

    private static int[] Axes(BoundCase golden, IReadOnlyList<int> axes) => [.. axes.Select(axis => golden.Shape.AxisSizes[axis])];

    private static double[] Gather(BoundTensor bound, Role role) => [.. role.Positions(bound.Placement).Select(p => (double)bound.Tensor.Data[p])];

    private static void Scatter(double[] values, BoundTensor bound, Role role, GoldenTensor to)
    {
        int i = 0;
        foreach (int position in role.Positions(bound.Placement))
        {
            to.Data[position] = (float)values[i++];
        }
    }

    /// <summary>The sizes of a dense tensor: [batch, time, head, axes...].</summary>
    private sealed record Role(int Batch, int Time, int Heads, int[] Axes)
    {
        /// <summary>Where its elements, in order, lie in a golden tensor.</summary>
        public IEnumerable<int> Positions(Placement placement)
        {
            int[] sizes = [Batch, Time, Heads, .. Axes];
            int[] strides = [placement.Batch, placement.Time, placement.Head, .. placement.Axes];
            int[] index = new int[sizes.Length];
            int position = placement.Offset;
            while (true)
            {
                yield return position;

                int axis = sizes.Length - 1;
                while (axis >= 0 && ++index[axis] == sizes[axis])
                {
                    position -= strides[axis] * (sizes[axis] - 1);
                    index[axis--] = 0;
                }

                if (axis < 0)
                {
                    yield break;
                }

                position += strides[axis];
            }
        }
    }
}
