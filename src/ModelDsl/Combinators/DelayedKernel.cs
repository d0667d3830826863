namespace ModelDsl;

/// <summary>A kernel whose outputs come one token late; the last one of a call is a state.</summary>
internal sealed class DelayedKernel : IRecurrenceKernel
{
    private readonly IRecurrenceKernel _kernel;
    private readonly int _states;

    public DelayedKernel(IRecurrenceKernel kernel)
    {
        _kernel = kernel;
        RecurrenceDescription description = kernel.Description;
        _states = description.States.Count;
        Description = description with
        {
            Name = $"Delayed({description.Name})",
            States = [.. description.States, .. description.Outputs.Select(o => o with { Name = $"last{char.ToUpperInvariant(o.Name[0])}{o.Name[1..]}" })],
        };
    }

    public RecurrenceDescription Description { get; }

    public Mode Choose(SequenceShape shape, CallNeeds needs) => _kernel.Choose(shape, needs);

    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        using var scratch = new ScratchTensors();
        var current = new TensorView[outputs.Length];
        for (int i = 0; i < current.Length; i++)
        {
            bool isWanted = !outputs[i].IsNull || !finalStates[_states + i].IsNull;
            current[i] = isWanted ? scratch.Take(TensorExtent.OfOutput(Description, i, shape)) : default;
        }

        _kernel.Forward(shape, inputs, initialStates[.._states], current, finalStates[.._states], options, tape);
        for (int i = 0; i < current.Length; i++)
        {
            TensorExtent token = TensorExtent.OfOutput(Description, i, shape) with { Batch = 1, Time = 1 };
            for (int row = 0; row < shape.Sequences; row++)
            {
                (int batch, int start, int length) = shape.Sequence(row);
                TensorView before = At(initialStates[_states + i], row), last = At(finalStates[_states + i], row);
                if (length == 0)
                {
                    Copy(token, before, last);
                    continue;
                }

                // The final state may be the same memory as the initial one: that is read first.
                Copy(token, before, At(outputs[i], batch, start));
                Copy(token with { Time = length - 1 }, At(current[i], batch, start), At(outputs[i], batch, start + 1));
                Copy(token, At(current[i], batch, start + length - 1), last);
            }
        }
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
        using var scratch = new ScratchTensors();
        var current = new TensorView[outputGradients.Length];
        for (int i = 0; i < current.Length; i++)
        {
            current[i] = scratch.Take(TensorExtent.OfOutput(Description, i, shape));
            TensorExtent token = TensorExtent.OfOutput(Description, i, shape) with { Batch = 1, Time = 1 };
            for (int row = 0; row < shape.Sequences; row++)
            {
                (int batch, int start, int length) = shape.Sequence(row);
                TensorView before = At(initialStateGradients[_states + i], row), last = At(finalStateGradients[_states + i], row);
                if (length == 0)
                {
                    Copy(token, last, before);
                    continue;
                }

                Copy(token, At(outputGradients[i], batch, start), before);
                Copy(token with { Time = length - 1 }, At(outputGradients[i], batch, start + 1), At(current[i], batch, start));
                Copy(token, last, At(current[i], batch, start + length - 1));
            }
        }

        _kernel.Backward(
            shape, inputs, initialStates[.._states], current, finalStateGradients[.._states], inputGradients, initialStateGradients[.._states], options, tape);
    }

    private static unsafe TensorView At(TensorView view, int row, int token = 0) =>
        view.IsNull ? view : view with { Data = (nint)(view.Pointer + (row * view.BatchStride) + (token * view.TimeStride)) };

    /// <summary>What is absent is zero to read and nothing to write.</summary>
    private static void Copy(TensorExtent extent, TensorView from, TensorView to)
    {
        if (!to.IsNull && from.IsNull)
        {
            extent.Clear(to);
        }
        else if (!to.IsNull)
        {
            extent.Copy(from, to);
        }
    }
}
