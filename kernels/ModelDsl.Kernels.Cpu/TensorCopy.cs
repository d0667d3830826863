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

        if (IsAcross(axes))
        {
            Span<Axis> turned = stackalloc Axis[axes.Length];
            Turn(axes, turned);
            Read(view, row, turned);
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

        if (IsAcross(axes))
        {
            Span<Axis> turned = stackalloc Axis[axes.Length];
            Turn(axes, turned);
            Write(view, row, turned);
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

    /// <summary>Whether the outermost of more than two axes is the caller's innermost, though another one is the frame's.</summary>
    private static bool IsAcross(ReadOnlySpan<Axis> axes) => axes.Length > 2 && axes[0].View == 1 && axes[^1].View != 1 && axes[^1].Row == 1;

    /// <summary>Brings the outermost axis next to the innermost: the two are then transposed in blocks.</summary>
    private static void Turn(ReadOnlySpan<Axis> axes, Span<Axis> turned)
    {
        axes[1..^1].CopyTo(turned);
        turned[^2] = axes[0];
        turned[^1] = axes[^1];
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
