namespace ModelDsl;

/// <summary>
/// The oracle as a kernel: the spec's own <c>Step</c> in double precision, rounded to float32 at its edges. Made for combinators, whose oracle is the same
/// combination of their parts' oracles; as slow as <see cref="OracleRunner"/>, and the same in every mode.
/// </summary>
/// <param name="recurrence">The recurrence.</param>
public sealed class OracleKernel(RecurrenceHandle recurrence) : IRecurrenceKernel
{
    /// <inheritdoc/>
    public RecurrenceDescription Description => recurrence.Description;

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, CallNeeds needs) => Description.LegalModes.First();

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
        OracleResult result = Runner(options).Run(shape, ReadInputs(shape, inputs), Read(initialStates, i => TensorExtent.OfState(Description, i, shape)), options.FirstToken);
        Write(result.Outputs, outputs, i => TensorExtent.OfOutput(Description, i, shape));
        Write(result.FinalStates, finalStates, i => TensorExtent.OfState(Description, i, shape));
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
        OracleGradients gradients = Runner(options).Gradient(
            shape,
            ReadInputs(shape, inputs),
            Read(initialStates, i => TensorExtent.OfState(Description, i, shape)),
            Read(outputGradients, i => TensorExtent.OfOutput(Description, i, shape)),
            Read(finalStateGradients, i => TensorExtent.OfState(Description, i, shape)),
            options.FirstToken);
        int[] heads = [.. HeadsOf(inputs)];
        Write(gradients.Inputs, inputGradients, i => TensorExtent.OfInput(Description, i, shape, heads[i]));
        Write(gradients.InitialStates, initialStateGradients, i => TensorExtent.OfState(Description, i, shape));
    }

    private OracleRunner Runner(RunOptions options) => new(recurrence) { MiniBatch = options.MiniBatch, SequenceLength = options.SequenceLength };

    private double[][] ReadInputs(SequenceShape shape, ReadOnlySpan<TensorView> views)
    {
        int[] heads = [.. HeadsOf(views)];
        return [.. Read(views, i => TensorExtent.OfInput(Description, i, shape, heads[i])).Select(values => values!)];
    }

    private static List<int> HeadsOf(ReadOnlySpan<TensorView> views)
    {
        List<int> heads = [];
        foreach (TensorView view in views)
        {
            heads.Add(view.Heads);
        }

        return heads;
    }

    private static unsafe double[]?[] Read(ReadOnlySpan<TensorView> views, Func<int, TensorExtent> extent)
    {
        var values = new double[]?[views.Length];
        using var scratch = new ScratchTensors();
        for (int i = 0; i < values.Length; i++)
        {
            if (!views[i].IsNull)
            {
                TensorView dense = scratch.Take(extent(i));
                extent(i).Copy(views[i], dense);
                var read = new double[extent(i).Count];
                for (int j = 0; j < read.Length; j++)
                {
                    read[j] = dense.Pointer[j];
                }

                values[i] = read;
            }
        }

        return values;
    }

    private static unsafe void Write(double[][] values, ReadOnlySpan<TensorView> views, Func<int, TensorExtent> extent)
    {
        using var scratch = new ScratchTensors();
        for (int i = 0; i < views.Length; i++)
        {
            if (!views[i].IsNull)
            {
                TensorView dense = scratch.Take(extent(i));
                for (int j = 0; j < values[i].Length; j++)
                {
                    dense.Pointer[j] = (float)values[i][j];
                }

                extent(i).Copy(dense, views[i]);
            }
        }
    }
}
