namespace ModelDsl.Kernels.Cpu;

/// <summary>Copies between strided tensors of the caller's and rows of a frame.</summary>
internal static unsafe class TensorCopy
{
    /// <summary>An axis, as both sides see it.</summary>
    /// <param name="Size">Its size.</param>
    /// <param name="View">Elements from one index to the next in the caller's tensor.</param>
    /// <param name="Row">The same in the frame.</param>
    internal readonly record struct Axis(int Size, nint View, nint Row);

    /// <summary>From a tensor to a frame. Axes are outermost first.</summary>
    public static void Read(float* view, float* row, ReadOnlySpan<Axis> axes)
    {
        if (axes.Length == 0)
        {
            *row = *view;
            return;
        }

        Axis axis = axes[0];
        if (axes.Length == 2 && axis.View == 1 && axes[1].Row == 1)
        {
            MatrixProduct.Transpose(axes[1].Size, axis.Size, view, axes[1].View, row, axis.Row);
        }
        else if (axes.Length > 1)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                Read(view + (i * axis.View), row + (i * axis.Row), axes[1..]);
            }
        }
        else if (axis.View == 1 && axis.Row == 1)
        {
            new ReadOnlySpan<float>(view, axis.Size).CopyTo(new Span<float>(row, axis.Size));
        }
        else
        {
            for (int i = 0; i < axis.Size; i++)
            {
                row[i * axis.Row] = view[i * axis.View];
            }
        }
    }

    /// <summary>From a frame to a tensor.</summary>
    public static void Write(float* view, float* row, ReadOnlySpan<Axis> axes)
    {
        if (axes.Length == 0)
        {
            *view = *row;
            return;
        }

        Axis axis = axes[0];
        if (axes.Length == 2 && axis.View == 1 && axes[1].Row == 1 && axis.Size % Simd.Lanes == 0)
        {
            // Whole vectors: nothing beside the tensor is written.
            MatrixProduct.Transpose(axis.Size, axes[1].Size, row, axis.Row, view, axes[1].View);
        }
        else if (axes.Length > 1)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                Write(view + (i * axis.View), row + (i * axis.Row), axes[1..]);
            }
        }
        else if (axis.View == 1 && axis.Row == 1)
        {
            new ReadOnlySpan<float>(row, axis.Size).CopyTo(new Span<float>(view, axis.Size));
        }
        else
        {
            for (int i = 0; i < axis.Size; i++)
            {
                view[i * axis.View] = row[i * axis.Row];
            }
        }
    }

    /// <summary>Adds a frame to a tensor.</summary>
    public static void Add(float* view, float* row, ReadOnlySpan<Axis> axes)
    {
        if (axes.Length == 0)
        {
            *view += *row;
            return;
        }

        Axis axis = axes[0];
        if (axes.Length > 1)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                Add(view + (i * axis.View), row + (i * axis.Row), axes[1..]);
            }
        }
        else if (axis.View == 1 && axis.Row == 1)
        {
            for (int i = 0; i < axis.Size; i++)
            {
                view[i] += row[i];
            }
        }
        else
        {
            for (int i = 0; i < axis.Size; i++)
            {
                view[i * axis.View] += row[i * axis.Row];
            }
        }
    }
}
