namespace ModelDsl;

/// <summary>
/// The convolution mode. The impulse responses are sums of powers (<see cref="PowerTerm"/>), or else what the recurrence itself makes of an impulse, for one sequence; the
/// initial state's part is what it makes of no signal at all, and the final state is run for only where it is asked for:
/// <code>
/// reads = signals (*) responses + free response of the initial state
/// </code>
/// States that are not convolved are the readout's. The gradient goes back the same way, part by part.
/// </summary>
/// <param name="description">What is computed.</param>
/// <param name="plan">Its parts, for the engine's target.</param>
/// <param name="engine">What convolves.</param>
internal sealed class ConvolutionDriver(RecurrenceDescription description, ConvolutionPlan plan, ConvolutionEngine engine)
{
    /// <summary>Runs a call in its direction.</summary>
    public void Run(ConvolutionCall call, RecurrenceTape? tape)
    {
        if (call.IsBackward)
        {
            Backward(call, tape);
        }
        else
        {
            Forward(call, tape);
        }
    }

    private void Forward(ConvolutionCall call, RecurrenceTape? tape)
    {
        var shape = new ConvolutionShape(plan, call.Shape);
        nint[]? outputs = AsTheyStand(plan.ReadOutputs, call.Outputs, shape.ReadView);
        ConvolutionMemory? memory = Run(call, shape, outputs);
        RecurrenceTape? readout = tape is null || plan.Readout.States.Length == 0 ? null : new RecurrenceTape();
        try
        {
            if (outputs is null)
            {
                Run(plan.Readout, call, shape.ReadViews(memory), plan.Readout.Own(call.InitialStates), call.Outputs, plan.Readout.Own(call.FinalStates), tape: readout);
            }

            TensorView[] finalStates = plan.Response.Own(call.FinalStates);
            if (AreAnyGiven(finalStates))
            {
                Run(plan.Response, call, shape.SignalViews(memory), plan.Response.Own(call.InitialStates), new TensorView[shape.Reads.Count], finalStates);
            }

            if (tape is not null)
            {
                tape.Keep(new KeptParts(engine.Keep(memory), readout));
                (memory, readout) = (null, null);
            }
        }
        finally
        {
            memory?.Dispose();
            readout?.Dispose();
        }
    }

    private void Backward(ConvolutionCall call, RecurrenceTape? tape)
    {
        var shape = new ConvolutionShape(plan, call.Shape);
        nint[]? outputGradients = AsTheyStand(plan.ReadOutputs, call.OutputGradients, shape.ReadView);
        var parts = tape?.Kept as KeptParts;
        ConvolutionMemory? kept = Recall(call, shape, parts?.Memory, withReads: outputGradients is null), computed = kept is null ? Run(call, shape, withReads: outputGradients is null) : null;
        ConvolutionMemory memory = kept ?? computed!;
        try
        {
            using var inputs = GradientSum.OfInputs(description, call.Shape, call.InputGradients);
            using var states = GradientSum.OfStates(description, call.Shape, call.InitialStateGradients);
            nint[]? inputGradients = InputGradients(call, shape, inputs, isReadout: outputGradients is null);
            using var gradients = new ConvolutionMemory(engine, shape, inputGradients, outputGradients);
            if (outputGradients is null)
            {
                Backward(
                    plan.Readout, call, inputs, shape.ReadViews(memory), plan.Readout.Own(call.InitialStates), call.OutputGradients, plan.Readout.Own(call.FinalStateGradients), shape.ReadViews(gradients),
                    states: states, tape: kept is null ? null : parts!.Readout);
            }

            shape.Differentiate(engine, memory, gradients);
            ResponseBackward(call, shape, inputs, states, memory, gradients);
            if (inputGradients is null)
            {
                Backward(plan.Signals, call, inputs, [], [], shape.SignalViews(gradients), [], []);
            }

            inputs.Finish();
            states.Finish();
        }
        finally
        {
            computed?.Dispose();
        }
    }

    /// <summary>Where the caller's tensors lie, if each of them is what passes between the parts and is laid out so: then nothing is copied. Else null.</summary>
    private nint[]? AsTheyStand(int[]? tensors, TensorView[] views, Func<int, nint, TensorView> layout)
    {
        if (tensors is null || !engine.IsInProcess)
        {
            return null;
        }

        TensorView[] theirs = [.. tensors.Select(t => views[t])];
        return theirs.Select((view, i) => !view.IsNull && view == layout(i, view.Data)).All(fits => fits) ? [.. theirs.Select(view => view.Data)] : null;
    }

    /// <summary>The same of the gradients of inputs that are signals, if nothing else adds to them.</summary>
    private nint[]? InputGradients(ConvolutionCall call, ConvolutionShape shape, GradientSum inputs, bool isReadout)
    {
        if (AreAnyGiven(call.FinalStateGradients) || (isReadout && plan.Readout.Inputs.Intersect(plan.SignalInputs ?? []).Any()))
        {
            return null;
        }

        nint[]? gradients = AsTheyStand(plan.SignalInputs, call.InputGradients, shape.SignalView);
        foreach (int input in gradients is null ? [] : plan.SignalInputs!)
        {
            inputs.Next(input);
        }

        return gradients;
    }

    /// <summary>What a tape has kept of this call, or null. Signals in the caller's memory are where they are now; reads that lie there are not to be had.</summary>
    private ConvolutionMemory? Recall(ConvolutionCall call, ConvolutionShape shape, object? memory, bool withReads)
    {
        if (engine.Recall(memory, shape) is not { } kept || (withReads && !kept.OwnsReads))
        {
            return null;
        }

        if (!kept.OwnsSignals)
        {
            if (AsTheyStand(plan.SignalInputs, call.Inputs, shape.SignalView) is not { } signals)
            {
                return null;
            }

            kept.Signals = signals;
        }

        return kept;
    }

    /// <summary>Signals, impulse responses and reads.</summary>
    /// <param name="call">The call.</param>
    /// <param name="shape">Its layout.</param>
    /// <param name="outputs">Where the reads go, if they are the outputs as they stand.</param>
    /// <param name="withReads">Whether the reads are asked for.</param>
    private ConvolutionMemory Run(ConvolutionCall call, ConvolutionShape shape, nint[]? outputs = null, bool withReads = true)
    {
        nint[]? inputs = AsTheyStand(plan.SignalInputs, call.Inputs, shape.SignalView);
        var memory = new ConvolutionMemory(engine, shape, inputs, outputs);
        if (inputs is null)
        {
            Run(plan.Signals, call, [], [], shape.SignalViews(memory), []);
        }

        using var impulse = new Impulse(call.Shape.Time);
        Respond(call, shape, memory, impulse);
        if (withReads)
        {
            Read(call, shape, memory, impulse);
        }

        return memory;
    }

    /// <summary>The responses to impulses: as sums of powers where they are such and the engine can sum them, else as what the recurrence makes of impulses.</summary>
    private void Respond(ConvolutionCall call, ConvolutionShape shape, ConvolutionMemory memory, Impulse impulse)
    {
        if (plan.Coefficients is { } part && engine is IPowerEngine powers)
        {
            ConvolutionShape coefficients = Coefficients(part, call);
            using var numbers = Coefficients(part, call, coefficients);
            powers.Respond(plan.Powers, coefficients, numbers, shape, memory);
            return;
        }

        for (int signal = 0; signal < shape.Signals.Count; signal++)
        {
            Run(plan.Response, call, impulse.On(signal, shape), NoStates, Kernels(shape, memory, signal), NoStates, OneSequence(call));
        }
    }

    /// <summary>The layout of what powers are made of: a sequence of one token.</summary>
    private static ConvolutionShape Coefficients(ConvolutionPart part, ConvolutionCall call) =>
        new(part.Kernel.Description.Outputs, [], [], OneSequence(call) with { Time = 1 });

    private ConvolutionMemory Coefficients(ConvolutionPart part, ConvolutionCall call, ConvolutionShape shape)
    {
        var memory = new ConvolutionMemory(engine, shape);
        Run(part, call, [], [], shape.SignalViews(memory), [], shape.Shape);
        return memory;
    }

    /// <summary>The reads: signals by responses, and what initial states make of no signal.</summary>
    private void Read(ConvolutionCall call, ConvolutionShape shape, ConvolutionMemory memory, Impulse impulse)
    {
        // No signal may reach a read.
        foreach (int read in Enumerable.Range(0, shape.Reads.Count).Where(read => !shape.Terms.Any(t => t.Read == read)))
        {
            engine.Clear(memory.Reads[read], shape.ReadLength(read));
        }

        shape.Convolve(engine, memory);
        TensorView[] initialStates = plan.Response.Own(call.InitialStates);
        if (AreAnyGiven(initialStates))
        {
            using var free = new ConvolutionMemory(engine, shape);
            Run(plan.Response, call, impulse.On(-1, shape), initialStates, shape.ReadViews(free), NoStates);
            for (int read = 0; read < shape.Reads.Count; read++)
            {
                engine.Add(free.Reads[read], memory.Reads[read], shape.ReadLength(read));
            }
        }
    }

    private void ResponseBackward(
        ConvolutionCall call, ConvolutionShape shape, GradientSum inputs, GradientSum states, ConvolutionMemory memory, ConvolutionMemory gradients)
    {
        using var impulse = new Impulse(call.Shape.Time);
        var noSignals = new TensorView[shape.Signals.Count];
        if (plan.Coefficients is { } part && engine is IPowerEngine powers)
        {
            PowersBackward(part, powers, call, shape, inputs, gradients);
        }
        else
        {
            for (int signal = 0; signal < shape.Signals.Count && plan.Response.Inputs.Any(inputs.IsWanted); signal++)
            {
                Backward(plan.Response, call, inputs, impulse.On(signal, shape), NoStates, Kernels(shape, gradients, signal), NoStates, noSignals, OneSequence(call));
            }
        }

        TensorView[] initialStates = plan.Response.Own(call.InitialStates), finalStateGradients = plan.Response.Own(call.FinalStateGradients);
        if (AreAnyGiven(initialStates) || plan.Response.States.Any(states.IsWanted))
        {
            Backward(plan.Response, call, inputs, impulse.On(-1, shape), initialStates, shape.ReadViews(gradients), NoStates, noSignals, states: states);
        }

        if (AreAnyGiven(finalStateGradients))
        {
            using var ofFinal = new ConvolutionMemory(engine, shape);
            Backward(
                plan.Response, call, inputs, shape.SignalViews(memory), initialStates, new TensorView[shape.Reads.Count], finalStateGradients, shape.SignalViews(ofFinal),
                states: states);
            for (int signal = 0; signal < shape.Signals.Count; signal++)
            {
                engine.Add(ofFinal.Signals[signal], gradients.Signals[signal], shape.SignalLength(signal));
            }
        }
    }

    private void PowersBackward(ConvolutionPart part, IPowerEngine powers, ConvolutionCall call, ConvolutionShape shape, GradientSum inputs, ConvolutionMemory gradients)
    {
        if (part.Inputs.Any(inputs.IsWanted))
        {
            ConvolutionShape coefficients = Coefficients(part, call);
            using var numbers = Coefficients(part, call, coefficients);
            using var ofNumbers = new ConvolutionMemory(engine, coefficients);
            powers.Differentiate(plan.Powers, coefficients, numbers, ofNumbers, shape, gradients);
            Backward(part, call, inputs, [], [], coefficients.SignalViews(ofNumbers), [], [], coefficients.Shape);
        }
    }

    private static bool AreAnyGiven(TensorView[] tensors) => tensors.Any(t => !t.IsNull);

    private void Run(
        ConvolutionPart part,
        ConvolutionCall call,
        TensorView[] sequences,
        TensorView[] initialStates,
        TensorView[] outputs,
        TensorView[] finalStates,
        SequenceShape? shape = null,
        RecurrenceTape? tape = null) =>
        part.Kernel.Forward(shape ?? call.Shape, Inputs(part, call, sequences), initialStates, outputs, finalStates, Options(part, call), tape);

    /// <summary>The backward pass of a part: adds to the gradients of the inputs, and overwrites those of the sequences that it was given.</summary>
    private void Backward(
        ConvolutionPart part,
        ConvolutionCall call,
        GradientSum inputs,
        TensorView[] sequences,
        TensorView[] initialStates,
        TensorView[] outputGradients,
        TensorView[] finalStateGradients,
        TensorView[] sequenceGradients,
        SequenceShape? shape = null,
        GradientSum? states = null,
        RecurrenceTape? tape = null)
    {
        TensorView[] initialStateGradients = [.. part.States.Select(s => states?.Next(s) ?? default)];
        part.Kernel.Backward(
            shape ?? call.Shape,
            Inputs(part, call, sequences),
            initialStates,
            outputGradients,
            finalStateGradients,
            [.. part.Inputs.Select(inputs.Next), .. sequenceGradients],
            initialStateGradients,
            Options(part, call),
            tape);
        inputs.Add();
        states?.Add();
    }

    /// <summary>On a device the gradients of what a part is given lie where only kernels reach, and parts of parts that add to one of them have no place to do so.</summary>
    private RunOptions Options(ConvolutionPart part, ConvolutionCall call) => part.Options(call.Options, convolves: engine.IsInProcess);

    private static SequenceShape OneSequence(ConvolutionCall call) => call.Shape with { Batch = 1 };

    private static TensorView[] Inputs(ConvolutionPart part, ConvolutionCall call, TensorView[] sequences) => [.. part.Inputs.Select(i => call.Inputs[i]), .. sequences];

    private TensorView[] NoStates => new TensorView[plan.Response.States.Length];

    /// <summary>For each read its response to a signal; null where the signal does not reach it.</summary>
    private static TensorView[] Kernels(ConvolutionShape shape, ConvolutionMemory memory, int signal)
    {
        var views = new TensorView[shape.Reads.Count];
        for (int t = 0; t < shape.Terms.Length; t++)
        {
            if (shape.Terms[t].Signal == signal)
            {
                views[shape.Terms[t].Read] = shape.ReadView(shape.Terms[t].Read, memory.Kernels[t]);
            }
        }

        return views;
    }
}
