namespace ModelDsl;

/// <summary>
/// Runs packed sequences one after another, for kernels that know only whole ones. Packed equals separate to the bit, as it is the same; only the
/// gradients of inputs that do not depend on time are sums over segments.
/// </summary>
public static class PackedSequences
{
    /// <summary>Runs the segments of a call, each as a call of its own whose shape has no offsets: see <see cref="IRecurrenceKernel.Forward"/>.</summary>
    public static void Forward(
        IRecurrenceKernel kernel,
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        SequenceOffsets offsets = OffsetsOf(shape);
        SegmentTapes? tapes = tape is null ? null : new SegmentTapes(offsets);
        tape?.Keep(tapes);
        for (int s = 0; s < offsets.Count; s++)
        {
            if (offsets.Length(s) == 0)
            {
                CopyStates(kernel.Description, shape, s, initialStates, finalStates);
                continue;
            }

            kernel.Forward(
                Segment(shape, s),
                Tokens(inputs, offsets.Start(s)),
                Row(initialStates, s),
                Tokens(outputs, offsets.Start(s)),
                Row(finalStates, s),
                options,
                tapes?.Tapes[s]);
        }
    }

    /// <summary>The gradient of such a call, segment by segment: see <see cref="IRecurrenceKernel.Backward"/>.</summary>
    public static void Backward(
        IRecurrenceKernel kernel,
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
        SequenceOffsets offsets = OffsetsOf(shape);
        var tapes = tape?.Kept as SegmentTapes;
        tapes = tapes is not null && tapes.Offsets.Equals(offsets) ? tapes : null;
        using var scratch = new ScratchTensors();
        RecurrenceDescription description = kernel.Description;

        // Every segment overwrites the gradient of a parameter, so each has a tensor to do so, and they are added.
        var parts = new TensorView[inputGradients.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (IsParameter(description, i) && !inputGradients[i].IsNull)
            {
                TensorExtent extent = TensorExtent.OfInput(description, i, shape, inputGradients[i].Heads);
                parts[i] = scratch.Take(extent);
                extent.Clear(inputGradients[i]);
            }
        }

        for (int s = 0; s < offsets.Count; s++)
        {
            if (offsets.Length(s) == 0)
            {
                CopyStates(description, shape, s, finalStateGradients, initialStateGradients);
                continue;
            }

            TensorView[] gradients = Tokens(inputGradients, offsets.Start(s));
            for (int i = 0; i < parts.Length; i++)
            {
                gradients[i] = parts[i].IsNull ? gradients[i] : parts[i];
            }

            kernel.Backward(
                Segment(shape, s),
                Tokens(inputs, offsets.Start(s)),
                Row(initialStates, s),
                Tokens(outputGradients, offsets.Start(s)),
                Row(finalStateGradients, s),
                gradients,
                Row(initialStateGradients, s),
                options,
                tapes?.Tapes[s]);
            for (int i = 0; i < parts.Length; i++)
            {
                if (!parts[i].IsNull)
                {
                    TensorExtent.OfInput(description, i, shape, parts[i].Heads).Add(parts[i], inputGradients[i]);
                }
            }
        }
    }

    private static SequenceOffsets OffsetsOf(SequenceShape shape)
    {
        shape.ThrowIfInvalid();
        return shape.Offsets ?? throw new ArgumentException("The shape has no offsets: nothing is packed.", nameof(shape));
    }

    private static SequenceShape Segment(SequenceShape shape, int segment) =>
        shape with { Time = shape.Offsets!.Length(segment), Offsets = null };

    private static bool IsParameter(RecurrenceDescription description, int input) => description.Inputs[input].Shared.HasFlag(Across.Time);

    /// <summary>Views from a token on; of what is shared across time, the stride is zero and the view the same.</summary>
    private static unsafe TensorView[] Tokens(ReadOnlySpan<TensorView> views, int start)
    {
        var moved = new TensorView[views.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = views[i].IsNull ? default : views[i] with { Data = (nint)(views[i].Pointer + (start * views[i].TimeStride)) };
        }

        return moved;
    }

    /// <summary>Views of a row of states.</summary>
    private static unsafe TensorView[] Row(ReadOnlySpan<TensorView> views, int row)
    {
        var moved = new TensorView[views.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = views[i].IsNull ? default : views[i] with { Data = (nint)(views[i].Pointer + (row * views[i].BatchStride)) };
        }

        return moved;
    }

    /// <summary>What a segment without tokens does to states, and to their gradients.</summary>
    private static void CopyStates(RecurrenceDescription description, SequenceShape shape, int row, ReadOnlySpan<TensorView> from, ReadOnlySpan<TensorView> to)
    {
        TensorView[] source = Row(from, row), target = Row(to, row);
        for (int i = 0; i < target.Length; i++)
        {
            TensorExtent extent = TensorExtent.OfState(description, i, shape) with { Batch = 1 };
            if (!target[i].IsNull && source[i].IsNull)
            {
                extent.Clear(target[i]);
            }
            else if (!target[i].IsNull)
            {
                extent.Copy(source[i], target[i]);
            }
        }
    }

    private sealed class SegmentTapes(SequenceOffsets offsets) : IDisposable
    {
        public SequenceOffsets Offsets => offsets;

        public RecurrenceTape[] Tapes { get; } = [.. Enumerable.Range(0, offsets.Count).Select(_ => new RecurrenceTape())];

        public void Dispose()
        {
            foreach (RecurrenceTape tape in Tapes)
            {
                tape.Dispose();
            }
        }
    }
}
