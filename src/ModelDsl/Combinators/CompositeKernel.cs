namespace ModelDsl;

/// <summary>Runs a composition: part after part, and backwards for gradients. Parts decide what runs in parallel.</summary>
internal sealed class CompositeKernel(Composition composition) : IRecurrenceKernel
{
    public RecurrenceDescription Description => composition.Description;

    public Mode Choose(SequenceShape shape, CallNeeds needs)
    {
        Mode[] choices = [.. composition.Parts.Select(part => part.Kernel.Choose(part.Shape(shape), composition.Needs(part, needs)))];
        return choices.FirstOrDefault(Description.IsLegal, Description.LegalModes.FirstOrDefault(Mode.Recurrent));
    }

    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        options = Resolve(shape, options, CallNeeds.OfForward(initialStates, finalStates, tape));
        var run = new CompositeRun(composition, shape, inputs.ToArray(), initialStates.ToArray(), options, tape is not null);
        try
        {
            run.Forward(outputs.ToArray(), finalStates.ToArray());
        }
        catch
        {
            run.Dispose();
            throw;
        }

        if (tape is null)
        {
            run.Dispose();
        }
        else
        {
            tape.Keep(run);
            tape.Mode = options.Mode;
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
        options = Resolve(shape, options.After(tape), CallNeeds.OfBackward(initialStates, finalStateGradients, initialStateGradients));
        CompositeRun? kept = tape?.Kept as CompositeRun;
        CompositeRun run = kept is not null && kept.Fits(composition, shape, options)
            ? kept
            : new CompositeRun(composition, shape, inputs.ToArray(), initialStates.ToArray(), options, withTapes: true);
        try
        {
            if (run != kept)
            {
                run.Forward(new TensorView[outputGradients.Length], new TensorView[finalStateGradients.Length]);
            }

            // The caller's tensors may lie elsewhere by now than at the forward call.
            run.Backward(
                inputs.ToArray(), initialStates.ToArray(), outputGradients.ToArray(), finalStateGradients.ToArray(), inputGradients.ToArray(), initialStateGradients.ToArray());
        }
        finally
        {
            if (run != kept)
            {
                run.Dispose();
            }
        }
    }

    private RunOptions Resolve(SequenceShape shape, RunOptions options, CallNeeds needs)
    {
        shape.ThrowIfInvalid();
        Mode mode = options.Mode == Mode.Auto ? Choose(shape, needs) : options.Mode;
        return Description.IsLegal(mode)
            ? options with { Mode = mode }
            : throw Description.Refusal(mode);
    }
}
