using ModelDsl.Conformance.Goldens;
using ModelDsl.Conformance.Mapping;

namespace ModelDsl.Conformance.Targets;

/// <summary>The spec's own Step in double precision: a failure here is one of the spec or of the mapping, not of generated code.</summary>
public sealed class OracleTarget : ITarget
{
    /// <inheritdoc/>
    public string Name => "oracle";

    /// <inheritdoc/>
    public IEnumerable<Mode> Modes(RecurrenceHandle recurrence) => [recurrence.Description.LegalModes.FirstOrDefault(Mode.Recurrent)];

    /// <inheritdoc/>
    public RunResult Run(BoundCase golden, Mode mode, int chunkSize)
    {
        if (golden.Recurrence.IsCombined)
        {
            return KernelRun.Run(golden.Recurrence.On(part => new OracleKernel(part)), golden, new RunOptions(mode));
        }

        OracleRunner runner = new(new RecurrenceHandle(golden.DescriptionWithGroups(), golden.Recurrence.Kernel, golden.Recurrence.Oracle))
        {
            MiniBatch = golden.MiniBatch,
            SequenceLength = golden.SequenceLength,
        };
        RunResult result = RunResult.For(golden);

        double[][] inputs = [.. golden.Inputs.Select((input, i) => golden.DenseOfInput(i).Gather(input.Bound))];
        double[]?[] initial = [.. golden.States.Select((state, i) => state.Initial is { } bound ? golden.DenseOfState(i).Gather(bound) : null)];
        double[]?[] outputGradients = [.. golden.Outputs.Select((output, i) => output.Gradient is { } bound ? golden.DenseOfOutput(i).Gather(bound) : null)];
        Store(golden, runner.Run(golden.Shape, inputs, initial), result);

        foreach (bool throughFinalState in golden.Gradients.Select(g => g.ThroughFinalState).Distinct())
        {
            double[]?[] finalGradients = [.. golden.States.Select((state, i) =>
                throughFinalState && state.FinalGradient is { } bound ? golden.DenseOfState(i).Gather(bound) : null)];
            OracleGradients gradients = runner.Gradient(golden.Shape, inputs, initial, outputGradients, finalGradients);
            for (int i = 0; i < inputs.Length; i++)
            {
                BoundInput input = golden.Inputs[i];
                if (!input.IsConstant && result.PartOfGradient(throughFinalState, input.Bound.Tensor.Name) is { } gradient)
                {
                    golden.DenseOfInput(i).Scatter(gradients.Inputs[i], input.Bound, gradient);
                }
            }

            for (int i = 0; i < initial.Length; i++)
            {
                if (golden.States[i].Initial is { } bound && result.PartOfGradient(throughFinalState, bound.Tensor.Name) is { } gradient)
                {
                    golden.DenseOfState(i).Scatter(gradients.InitialStates[i], bound, gradient);
                }
            }
        }

        result.AddParts();
        return result;
    }

    private static void Store(BoundCase golden, OracleResult oracle, RunResult result)
    {
        for (int i = 0; i < golden.Outputs.Count; i++)
        {
            if (golden.Outputs[i].Expected is { } bound)
            {
                golden.DenseOfOutput(i).Scatter(oracle.Outputs[i], bound, result.Outputs[bound.Tensor.Name]);
            }
        }

        for (int i = 0; i < golden.States.Count; i++)
        {
            if (golden.States[i].Final is { } bound)
            {
                golden.DenseOfState(i).Scatter(oracle.FinalStates[i], bound, result.FinalStates[bound.Tensor.Name]);
            }
        }
    }
}
