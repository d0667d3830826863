namespace ModelDsl.Tests;

/// <summary>A kernel that runs the oracle, in float32 at its edges. A distortion makes it wrong where a test wants it to be.</summary>
internal sealed unsafe class OracleKernel(Func<RecurrenceHandle> recurrence, Action<RunOptions, float[][]>? distort = null) : IRecurrenceKernel
{
    // Reading Description or Kernel of a spec inside its own static constructor would find them unset.
    private readonly Lazy<RecurrenceHandle> _recurrence = new(recurrence);

    public RecurrenceDescription Description => _recurrence.Value.Description;

    public Mode Choose(SequenceShape shape, CallNeeds needs) => shape.Time < 16 ? Mode.Recurrent : Mode.Chunkwise;

    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        OracleResult result = new OracleRunner(_recurrence.Value).Run(shape, ReadInputs(shape, inputs), ReadStates(shape, initialStates));
        Write(options, outputs, result.Outputs, i => Description.OutputShape(i, shape), (i, view) => Offsets(view, Description.OutputShape(i, shape), true, true, true));
        Write(options, finalStates, result.FinalStates, i => Description.StateShape(i, shape), (i, view) => Offsets(view, Description.StateShape(i, shape), true, false, true));
    }

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
        double[]?[] seeds = new double[outputGradients.Length][];
        for (int i = 0; i < seeds.Length; i++)
        {
            seeds[i] = Read(outputGradients[i], Offsets(outputGradients[i], Description.OutputShape(i, shape), true, true, true));
        }

        OracleGradients gradients = new OracleRunner(_recurrence.Value).Gradient(
            shape, ReadInputs(shape, inputs), ReadStates(shape, initialStates), seeds, ReadStates(shape, finalStateGradients));
        Write(options, inputGradients, gradients.Inputs, i => [gradients.Inputs[i].Length], (i, view) => InputOffsets(i, shape, view));
        Write(options, initialStateGradients, gradients.InitialStates, i => Description.StateShape(i, shape), (i, view) => Offsets(view, Description.StateShape(i, shape), true, false, true));
    }

    private double[][] ReadInputs(SequenceShape shape, ReadOnlySpan<TensorView> views)
    {
        var inputs = new double[views.Length][];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = Read(views[i], InputOffsets(i, shape, views[i]))!;
        }

        return inputs;
    }

    private double[]?[] ReadStates(SequenceShape shape, ReadOnlySpan<TensorView> views)
    {
        var states = new double[]?[views.Length];
        for (int i = 0; i < states.Length; i++)
        {
            states[i] = Read(views[i], Offsets(views[i], Description.StateShape(i, shape), true, false, true));
        }

        return states;
    }

    private List<nint> InputOffsets(int index, SequenceShape shape, TensorView view)
    {
        Across shared = Description.Inputs[index].Shared;
        return Offsets(
            view, Description.InputShape(index, shape, view.Heads), !shared.HasFlag(Across.Time), !shared.HasFlag(Across.Time), !shared.HasFlag(Across.Heads));
    }

    /// <summary>Where each element of the row-major tensor lies in a view.</summary>
    private static List<nint> Offsets(TensorView view, int[] shape, bool hasBatch, bool hasTime, bool hasHeads)
    {
        List<nint> strides = [];
        if (hasBatch)
        {
            strides.Add(view.BatchStride);
        }

        if (hasTime)
        {
            strides.Add(view.TimeStride);
        }

        if (hasHeads)
        {
            strides.Add(view.HeadStride);
        }

        int leading = strides.Count;
        List<nint> offsets = [0];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            nint stride = axis < leading ? strides[axis] : view.AxisStride(axis - leading);
            offsets = [.. offsets.SelectMany(o => Enumerable.Range(0, shape[axis]).Select(i => o + (i * stride)))];
        }

        return offsets;
    }

    private static double[]? Read(TensorView view, List<nint> offsets) =>
        view.IsNull ? null : [.. offsets.Select(o => (double)view.Pointer[o])];

    private void Write(RunOptions options, ReadOnlySpan<TensorView> views, double[][] values, Func<int, int[]> shape, Func<int, TensorView, List<nint>> offsets)
    {
        float[][] rounded = [.. values.Select(v => v.Select(x => (float)x).ToArray())];
        distort?.Invoke(options, rounded);
        for (int i = 0; i < views.Length; i++)
        {
            if (views[i].IsNull)
            {
                continue;
            }

            Assert.Equal(shape(i).Aggregate(1, (a, b) => a * b), rounded[i].Length);
            int at = 0;
            foreach (nint offset in offsets(i, views[i]))
            {
                views[i].Pointer[offset] = rounded[i][at++];
            }
        }
    }
}
