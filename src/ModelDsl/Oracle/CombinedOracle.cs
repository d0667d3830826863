namespace ModelDsl;

/// <summary>The oracle of a combination: the same combination of its parts' oracles.</summary>
internal static class CombinedOracle
{
    public static OracleGradients Execute(
        RecurrenceHandle recurrence,
        SequenceShape shape,
        double[][] inputs,
        double[]?[]? initialStates,
        double[]?[]? outputGradients,
        double[]?[]? finalStateGradients,
        long firstToken)
    {
        RecurrenceDescription description = recurrence.Description;
        IRecurrenceKernel kernel = recurrence.On(part => new OracleKernel(part));
        var options = new RunOptions(kernel.Description.LegalModes.FirstOrDefault(Mode.Recurrent), FirstToken: firstToken);
        SequenceTensor[] tensors = [.. inputs.Select((values, i) => Tensor(values, InputShape(description, i, shape, values.Length))!)];
        var none = new double[]?[description.States.Count];
        SequenceTensor?[] initial = [.. (initialStates ?? none).Select((values, i) => Tensor(values, description.StateShape(i, shape)))];
        SequenceTensor[] outputs = [.. description.Outputs.Select((_, i) => SequenceTensor.Zeros(description.OutputShape(i, shape)))];
        SequenceTensor[] finalStates = States();
        using var views = new PinnedViews();
        TensorView[] inputViews = views.OfInputs(description, tensors), initialViews = views.OfStates(initial);
        kernel.Forward(shape, inputViews, initialViews, views.OfOutputs(outputs), views.OfStates(finalStates), options);
        var result = new OracleResult(Doubles(outputs), Doubles(finalStates));
        if (outputGradients is null)
        {
            return new OracleGradients(result, [], []);
        }

        SequenceTensor[] inputGradients = [.. tensors.Select(t => SequenceTensor.Zeros(t.ShapeArray))];
        SequenceTensor[] initialGradients = States();
        kernel.Backward(
            shape,
            inputViews,
            initialViews,
            views.OfOutputs([.. outputGradients.Select((values, i) => Tensor(values, description.OutputShape(i, shape)))]),
            views.OfStates([.. (finalStateGradients ?? none).Select((values, i) => Tensor(values, description.StateShape(i, shape)))]),
            views.OfInputs(description, inputGradients),
            views.OfStates(initialGradients),
            options);
        return new OracleGradients(result, Doubles(inputGradients), Doubles(initialGradients));

        SequenceTensor[] States() => [.. description.States.Select((_, i) => SequenceTensor.Zeros(description.StateShape(i, shape)))];
    }

    /// <summary>The length says how many heads there are.</summary>
    private static int[] InputShape(RecurrenceDescription description, int index, SequenceShape shape, int length)
    {
        int elements = description.InputShape(index, shape, 1).Aggregate(1, (a, b) => a * b);
        return description.InputShape(index, shape, length / elements);
    }

    private static SequenceTensor? Tensor(double[]? values, int[] shape) => values is null ? null : new([.. values.Select(x => (float)x)], shape);

    private static double[][] Doubles(SequenceTensor[] tensors) => [.. tensors.Select(t => t.Data.Select(x => (double)x).ToArray())];
}
