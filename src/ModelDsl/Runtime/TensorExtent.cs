namespace ModelDsl;

/// <summary>The sizes of one tensor of a call, 1 where it lacks an axis, and what can be done with views of such tensors element by element.</summary>
/// <param name="Batch">Sequences; for a state its rows.</param>
/// <param name="Time">Tokens.</param>
/// <param name="Heads">Heads.</param>
/// <param name="Axis0">The first named axis.</param>
/// <param name="Axis1">The second.</param>
/// <param name="Axis2">The third.</param>
internal readonly unsafe record struct TensorExtent(int Batch, int Time, int Heads, int Axis0, int Axis1, int Axis2)
{
    /// <summary>Elements.</summary>
    public long Count => (long)Batch * Time * Heads * Axis0 * Axis1 * Axis2;

    /// <summary>An input, with as many heads as a view of it holds.</summary>
    public static TensorExtent OfInput(RecurrenceDescription description, int index, SequenceShape shape, int heads) =>
        OfInput(description.Inputs[index], shape, heads);

    /// <inheritdoc cref="OfInput(RecurrenceDescription, int, SequenceShape, int)"/>
    public static TensorExtent OfInput(InputDescription input, SequenceShape shape, int heads)
    {
        bool varies = !input.Shared.HasFlag(Across.Time);
        return Of(varies ? shape.Batch : 1, varies ? shape.Time : 1, Math.Max(heads, 1), input.Axes, shape);
    }

    /// <summary>An output.</summary>
    public static TensorExtent OfOutput(RecurrenceDescription description, int index, SequenceShape shape) =>
        Of(shape.Batch, shape.Time, shape.Heads, description.Outputs[index].Axes, shape);

    /// <summary>A state.</summary>
    public static TensorExtent OfState(RecurrenceDescription description, int index, SequenceShape shape) => OfState(description.States[index], shape);

    /// <inheritdoc cref="OfState(RecurrenceDescription, int, SequenceShape)"/>
    public static TensorExtent OfState(TensorDescription state, SequenceShape shape) => Of(shape.Sequences, 1, shape.Heads, state.Axes, shape);

    /// <summary>Writes one tensor's elements to another.</summary>
    public void Copy(TensorView from, TensorView to) => Combine(from, to, add: false);

    /// <summary>Adds one tensor's elements to another.</summary>
    public void Add(TensorView from, TensorView to) => Combine(from, to, add: true);

    /// <summary>Sets all elements to zero.</summary>
    public void Clear(TensorView view)
    {
        // Of strides zero, the number is repeated.
        float zero = 0;
        Copy(new TensorView((nint)(&zero), 1, 0, 0, 0), view);
    }

    private static TensorExtent Of(int batch, int time, int heads, IReadOnlyList<int> axes, SequenceShape shape)
    {
        return new(batch, time, heads, Size(0), Size(1), Size(2));

        int Size(int position) => position < axes.Count ? shape.AxisSizes[axes[position]] : 1;
    }

    private void Combine(TensorView from, TensorView to, bool add)
    {
        for (int b = 0; b < Batch; b++)
        {
            for (int t = 0; t < Time; t++)
            {
                for (int h = 0; h < Heads; h++)
                {
                    for (int i = 0; i < Axis0; i++)
                    {
                        for (int j = 0; j < Axis1; j++)
                        {
                            float* source = from.Pointer + Offset(from, b, t, h, i, j);
                            float* target = to.Pointer + Offset(to, b, t, h, i, j);
                            for (int k = 0; k < Axis2; k++)
                            {
                                float* element = target + (k * to.Axis2);
                                *element = source[k * from.Axis2] + (add ? *element : 0);
                            }
                        }
                    }
                }
            }
        }
    }

    private static nint Offset(in TensorView view, int b, int t, int h, int i, int j) =>
        (b * view.BatchStride) + (t * view.TimeStride) + (h * view.HeadStride) + (i * view.Axis0) + (j * view.Axis1);
}
