namespace ModelDsl.Kernels.Cpu;

/// <summary>Moves inputs, outputs, states and gradients between the caller's tensors and a frame.</summary>
internal static unsafe class FrameCopy
{
    public const int MaximumAxes = 5;

    /// <summary>Where a unit's part of a view begins.</summary>
    public static float* Origin(in TensorView view, int heads, int batch, int time, Unit unit) =>
        view.Pointer + (batch * view.BatchStride) + (time * view.TimeStride) + ((long)unit.Head * view.Heads / heads * (long)view.HeadStride);

    /// <summary>
    /// Reads a slot from a view: rows of <paramref name="tokens"/> tokens, of each sequence of a segment, or one row if the slot has no time.
    /// Where the view's rows already look like the frame's, the slot is redirected instead.
    /// </summary>
    public static void Read(Frame frame, KernelPlan plan, int id, int[] declaredAxes, in TensorView view, int heads, Segment segment, int time, int tokens, Unit unit)
    {
        SlotPlan slot = plan.Slots[id];
        nint row = frame.OwnRow(id);
        float* source = Origin(view, heads, segment.Batch, slot.HasTime ? time : 0, unit);
        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[MaximumAxes];
        int count = Axes(axes, frame, plan, slot.Axes, slot.HasHead, declaredAxes, view, heads, unit, slot.HasTime ? tokens : 0, row * segment.Sequences);
        bool looksAlike = slot.HasTime ? segment.Sequences == 1 && count > 1 : count > 0 && axes[0].View == axes[0].Row;
        if (looksAlike && IsDirect(axes[..count]))
        {
            frame.Redirect(id, source, slot.HasTime ? view.TimeStride : row);
            return;
        }

        frame.Restore(id);
        for (int i = 0; i < (slot.HasTime ? segment.Sequences : 1); i++)
        {
            TensorCopy.Read(source + (i * view.BatchStride), frame.Own(id) + (i * row), axes[..count]);
        }

        if (slot.HasTime && count == 1)
        {
            // One number per token: time fills the lanes, and those beyond the chunk hold zero.
            ClearTail(frame.Own(id), tokens * segment.Sequences);
        }
    }

    /// <summary>Writes (or adds) rows of a slot to a view.</summary>
    public static void Write(Frame frame, KernelPlan plan, int id, int[] declaredAxes, in TensorView view, int heads, Segment segment, int time, int tokens, Unit unit, float* rows, bool add = false)
    {
        SlotPlan slot = plan.Slots[id];
        nint row = frame.Row(id);
        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[MaximumAxes];
        int count = Axes(axes, frame, plan, slot.Axes, slot.HasHead, declaredAxes, view, heads, unit, slot.HasTime ? tokens : 0, row * segment.Sequences);
        float* target = slot.HasTime ? Origin(view, heads, segment.Batch, time, unit) : Origin(view, heads, 0, 0, unit);
        for (int i = 0; i < (slot.HasTime ? segment.Sequences : 1); i++)
        {
            if (add)
            {
                TensorCopy.Add(target + (i * view.BatchStride), rows + (i * row), axes[..count]);
            }
            else
            {
                TensorCopy.Write(target + (i * view.BatchStride), rows + (i * row), axes[..count]);
            }
        }
    }

    /// <summary>Reads a state, or zero where there is no view. What earlier sequences left in padding lanes goes: zero times what is no number is none.</summary>
    public static void ReadState(Frame frame, KernelPlan plan, int state, int[] declaredAxes, in TensorView view, int heads, Segment segment, Unit unit, float* rows)
    {
        if (view.IsNull)
        {
            Frame.Clear(rows, frame.StatesLength(state));
            return;
        }

        if (frame.IsStatePadded(state))
        {
            Frame.Clear(rows, frame.StatesLength(state));
        }

        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[MaximumAxes];
        int count = StateAxes(axes, frame, plan, state, declaredAxes, view, heads, unit);
        for (int i = 0; i < segment.Sequences; i++)
        {
            TensorCopy.Read(Origin(view, heads, segment.Row + i, 0, unit), rows + (i * frame.StateLength(state)), axes[..count]);
        }
    }

    public static void WriteState(Frame frame, KernelPlan plan, int state, int[] declaredAxes, in TensorView view, int heads, Segment segment, Unit unit, float* rows)
    {
        if (view.IsNull)
        {
            return;
        }

        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[MaximumAxes];
        int count = StateAxes(axes, frame, plan, state, declaredAxes, view, heads, unit);
        for (int i = 0; i < segment.Sequences; i++)
        {
            TensorCopy.Write(Origin(view, heads, segment.Row + i, 0, unit), rows + (i * frame.StateLength(state)), axes[..count]);
        }
    }

    /// <summary>Whether a unit's part of a state looks the same to the caller and in a frame.</summary>
    public static bool IsDirectState(Frame frame, KernelPlan plan, int state, int[] declaredAxes, in TensorView view, int heads, Segment segment, Unit unit)
    {
        // Engines write whole rows: those of a last block with fewer heads than the others would reach beyond the caller's.
        if (view.IsNull || (plan.HeadsAsLanes && unit.Count != frame.PaddedHeads) || (segment.Sequences > 1 && view.BatchStride != frame.StateLength(state)))
        {
            return false;
        }

        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[MaximumAxes];
        int count = StateAxes(axes, frame, plan, state, declaredAxes, view, heads, unit);
        return count > 0 && axes[0].View == axes[0].Row && IsDirect(axes[..count]);
    }

    /// <summary>The axes of two states of the same named axes, in the order of the second: the first stands for a view.</summary>
    public static int BetweenStates(Span<TensorCopy.Axis> axes, Frame frame, KernelPlan plan, int first, int second)
    {
        Span<nint> from = stackalloc nint[MaximumAxes], to = stackalloc nint[MaximumAxes];
        int[] firstAxes = plan.StateAxes[first], secondAxes = plan.StateAxes[second];
        RowStrides(from, frame, firstAxes, plan.HeadsAsLanes);
        RowStrides(to, frame, secondAxes, plan.HeadsAsLanes);
        int count = 0;
        for (int i = 0; i < secondAxes.Length; i++)
        {
            // The one column of a memory without value axes is none of the state's axes.
            if (secondAxes[i] >= 0)
            {
                axes[count++] = new(frame.Size(secondAxes[i]), from[Array.IndexOf(firstAxes, secondAxes[i])], to[i]);
            }
        }

        if (plan.HeadsAsLanes)
        {
            axes[count++] = new(frame.PaddedHeads, 1, 1);
        }

        return count;
    }

    public static void ClearTail(float* row, int used)
    {
        for (int i = used; i < Simd.Pad(used); i++)
        {
            row[i] = 0;
        }
    }

    private static int StateAxes(Span<TensorCopy.Axis> axes, Frame frame, KernelPlan plan, int state, int[] declaredAxes, in TensorView view, int heads, Unit unit) =>
        Axes(axes, frame, plan, plan.StateAxes[state], hasHead: true, declaredAxes, view, heads, unit, 0, 0);

    /// <summary>The axes of a slot, as the view and the frame see them.</summary>
    private static int Axes(
        Span<TensorCopy.Axis> axes, Frame frame, KernelPlan plan, int[] slotAxes, bool hasHead, int[] declaredAxes, in TensorView view, int heads, Unit unit, int tokens, nint row)
    {
        bool lanes = plan.HeadsAsLanes && hasHead;
        int count = 0;
        if (tokens > 0)
        {
            axes[count++] = new(tokens, view.TimeStride, row);
        }

        int first = count;
        foreach (int axis in slotAxes)
        {
            axes[count++] = new(frame.Size(axis), axis < 0 ? 0 : view.AxisStride(Array.IndexOf(declaredAxes, axis)), 0);
        }

        if (lanes)
        {
            // Within a unit the heads of a grouped view are one and the same.
            axes[count++] = new(unit.Count, view.Heads == heads ? view.HeadStride : 0, 0);
        }

        nint stride = 1;
        for (int i = count - 1; i >= first; i--)
        {
            axes[i] = axes[i] with { Row = stride };
            bool innermost = i == count - 1;
            stride *= innermost ? lanes ? frame.PaddedHeads : Simd.Pad(axes[i].Size) : axes[i].Size;
        }

        return count;
    }

    /// <summary>Floats from one index of each of a row's axes to the next.</summary>
    private static void RowStrides(Span<nint> strides, Frame frame, int[] axes, bool lanes)
    {
        nint stride = lanes ? frame.PaddedHeads : 1;
        for (int i = axes.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= i == axes.Length - 1 && !lanes ? Simd.Pad(frame.Size(axes[i])) : frame.Size(axes[i]);
        }
    }

    private static bool IsDirect(ReadOnlySpan<TensorCopy.Axis> axes)
    {
        for (int i = 1; i < axes.Length; i++)
        {
            if (axes[i].View != axes[i].Row)
            {
                return false;
            }
        }

        return axes[^1].Size % Simd.Lanes == 0;
    }
}
