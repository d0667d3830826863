using System.Numerics;

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
        Span<(int Size, nint From, nint To)> axes =
        [
            (Batch, from.BatchStride, to.BatchStride),
            (Time, from.TimeStride, to.TimeStride),
            (Heads, from.HeadStride, to.HeadStride),
            (Axis0, from.Axis0, to.Axis0),
            (Axis1, from.Axis1, to.Axis1),
            (Axis2, from.Axis2, to.Axis2),
        ];
        Combine(from.Pointer, to.Pointer, axes[..Join(axes)], add);
    }

    /// <summary>Leaves out axes of one element, and joins those that follow each other in both tensors: rows become as long as they can be.</summary>
    private static int Join(Span<(int Size, nint From, nint To)> axes)
    {
        int count = 0;
        foreach ((int Size, nint From, nint To) axis in axes)
        {
            if (axis.Size == 1)
            {
                continue;
            }

            if (count > 0 && axes[count - 1].From == axis.Size * axis.From && axes[count - 1].To == axis.Size * axis.To)
            {
                axes[count - 1] = axis with { Size = axes[count - 1].Size * axis.Size };
            }
            else
            {
                axes[count++] = axis;
            }
        }

        return count;
    }

    private static void Combine(float* from, float* to, ReadOnlySpan<(int Size, nint From, nint To)> axes, bool add)
    {
        if (axes.Length > 1)
        {
            for (int i = 0; i < axes[0].Size; i++)
            {
                Combine(from + (i * axes[0].From), to + (i * axes[0].To), axes[1..], add);
            }

            return;
        }

        (int size, nint fromStride, nint toStride) = axes.IsEmpty ? (1, 1, 1) : axes[0];
        int done = 0;
        if (fromStride == 1 && toStride == 1)
        {
            for (; done + Vector<float>.Count <= size; done += Vector<float>.Count)
            {
                Vector<float> row = Vector.Load(from + done);
                Vector.Store(add ? row + Vector.Load(to + done) : row, to + done);
            }
        }

        for (int i = done; i < size; i++)
        {
            float* element = to + (i * toStride);
            *element = from[i * fromStride] + (add ? *element : 0);
        }
    }
}
