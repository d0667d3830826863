namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The convolution mode. The impulse responses are what the recurrence itself makes of an impulse, for one sequence; the initial state's
/// part is what it makes of no signal at all, and the final state is run for only where it is asked for:
/// <code>
/// reads = signals (*) responses + free response of the initial state
/// </code>
/// The gradient goes back the same way, part by part.
/// </summary>
internal sealed unsafe class ConvolutionDriver(CpuRecurrenceKernel kernel, ConvolutionPlan plan)
{
    public void Forward(Call call, RecurrenceTape? tape)
    {
        var shape = new ConvolutionShape(plan, call.Shape);
        ConvolutionMemory memory = Run(call, shape);
        try
        {
            plan.Readout.Kernel.Forward(
                call.Shape, Inputs(plan.Readout, call, Reads(shape, memory)), [], call.Outputs, [], Options(call, plan.Readout));
            if (call.FinalStates.Any(s => !s.IsNull))
            {
                plan.Response.Kernel.Forward(
                    call.Shape, Inputs(plan.Response, call, Signals(shape, memory)), call.InitialStates, new TensorView[shape.Reads.Count], call.FinalStates, Options(call, plan.Response));
            }
        }
        finally
        {
            if (tape is null)
            {
                memory.Dispose();
            }
            else
            {
                tape.Kept = memory;
            }
        }
    }

    public void Backward(Call call, RecurrenceTape? tape)
    {
        var shape = new ConvolutionShape(plan, call.Shape);
        ConvolutionMemory? computed = tape?.Kept is ConvolutionMemory kept && kept.Fits(call.Shape) ? null : Run(call, shape);
        ConvolutionMemory memory = computed ?? (ConvolutionMemory)tape!.Kept!;
        using var gradients = new ConvolutionMemory(shape);
        using var inputs = new GradientSum(call.InputGradients, [.. call.Inputs.Select((_, i) => InputShape(call, i))]);
        using var states = new GradientSum(call.InitialStateGradients, [.. kernel.Description.States.Select(s => StateShape(call, s))]);
        try
        {
            Backward(plan.Readout, call, inputs, Reads(shape, memory), [], call.OutputGradients, [], Reads(shape, gradients));
            shape.Backward(memory, gradients, call.Options.Threads);

            ResponseBackward(call, shape, inputs, states, memory, gradients);
            Backward(plan.Signals, call, inputs, [], [], Signals(shape, gradients), [], []);
            inputs.Finish();
            states.Finish();
        }
        finally
        {
            computed?.Dispose();
        }
    }

    /// <summary>Signals, impulse responses and reads.</summary>
    private ConvolutionMemory Run(Call call, ConvolutionShape shape)
    {
        var memory = new ConvolutionMemory(shape);
        plan.Signals.Kernel.Forward(call.Shape, Inputs(plan.Signals, call, []), [], Signals(shape, memory), [], Options(call, plan.Signals));
        using var impulse = new Impulse(call.Shape.Time);
        for (int signal = 0; signal < shape.Signals.Count; signal++)
        {
            plan.Response.Kernel.Forward(
                call.Shape with { Batch = 1 },
                Inputs(plan.Response, call, impulse.On(signal, shape)),
                NoStates,
                Kernels(shape, memory, signal),
                NoStates,
                Options(call, plan.Response));
        }

        foreach (ConvolutionGroup group in shape.Groups)
        {
            group.Forward(memory, call.Options.Threads);
        }

        if (call.InitialStates.Any(s => !s.IsNull))
        {
            AddFreeResponse(call, shape, memory, impulse);
        }

        return memory;
    }

    private void AddFreeResponse(Call call, ConvolutionShape shape, ConvolutionMemory memory, Impulse impulse)
    {
        using var free = new ConvolutionMemory(shape);
        plan.Response.Kernel.Forward(
            call.Shape, Inputs(plan.Response, call, impulse.On(-1, shape)), call.InitialStates, Reads(shape, free), NoStates, Options(call, plan.Response));
        for (int read = 0; read < shape.Reads.Count; read++)
        {
            float* from = free.Reads[read].Pointer, to = memory.Reads[read].Pointer;
            for (nint i = 0; i < shape.ReadLength(read); i++)
            {
                to[i] += from[i];
            }
        }
    }

    private void ResponseBackward(
        Call call, ConvolutionShape shape, GradientSum inputs, GradientSum states, ConvolutionMemory memory, ConvolutionMemory gradients)
    {
        using var impulse = new Impulse(call.Shape.Time);
        for (int signal = 0; signal < shape.Signals.Count && plan.Response.Inputs.Any(inputs.IsWanted); signal++)
        {
            Backward(plan.Response, call, inputs, impulse.On(signal, shape), NoStates, Kernels(shape, gradients, signal), NoStates, new TensorView[shape.Signals.Count], batch: 1);
        }

        if (call.InitialStates.Any(s => !s.IsNull) || Enumerable.Range(0, call.InitialStateGradients.Length).Any(states.IsWanted))
        {
            Backward(
                plan.Response, call, inputs, impulse.On(-1, shape), call.InitialStates, Reads(shape, gradients), NoStates, new TensorView[shape.Signals.Count], states: states);
        }

        if (call.FinalStateGradients.Any(s => !s.IsNull))
        {
            using var ofFinal = new ConvolutionMemory(shape);
            Backward(
                plan.Response, call, inputs, Signals(shape, memory), call.InitialStates, new TensorView[shape.Reads.Count], call.FinalStateGradients, Signals(shape, ofFinal), states: states);
            for (int signal = 0; signal < shape.Signals.Count; signal++)
            {
                float* from = ofFinal.Signals[signal].Pointer, to = gradients.Signals[signal].Pointer;
                for (nint i = 0; i < shape.SignalLength(signal); i++)
                {
                    to[i] += from[i];
                }
            }
        }
    }

    /// <summary>The backward pass of a part: adds to the gradients of the inputs, and overwrites those of the sequences that it was given.</summary>
    private static void Backward(
        ConvolutionPart part,
        Call call,
        GradientSum inputs,
        TensorView[] sequences,
        TensorView[] initialStates,
        TensorView[] outputGradients,
        TensorView[] finalStateGradients,
        TensorView[] sequenceGradients,
        int? batch = null,
        GradientSum? states = null)
    {
        TensorView[] initialStateGradients = [.. initialStates.Select((_, s) => states?.Next(s) ?? default)];
        part.Kernel.Backward(
            call.Shape with { Batch = batch ?? call.Shape.Batch },
            Inputs(part, call, sequences),
            initialStates,
            outputGradients,
            finalStateGradients.Length == initialStates.Length ? finalStateGradients : new TensorView[initialStates.Length],
            [.. part.Inputs.Select(inputs.Next), .. sequenceGradients],
            initialStateGradients,
            Options(call, part));
        inputs.Add();
        states?.Add();
    }

    private TensorView[] NoStates => new TensorView[kernel.Description.States.Count];

    /// <summary>A part that knows no mini-batches takes no size of them.</summary>
    private static RunOptions Options(Call call, ConvolutionPart part) => new(
        Threads: call.Options.Threads, FirstToken: call.Options.FirstToken, MiniBatch: part.Kernel.Description.MiniBatch > 0 ? call.MiniBatches.Size : 0);

    private static TensorView[] Inputs(ConvolutionPart part, Call call, TensorView[] sequences) => [.. part.Inputs.Select(i => call.Inputs[i]), .. sequences];

    private static TensorView[] Signals(ConvolutionShape shape, ConvolutionMemory memory) =>
        [.. memory.Signals.Select((buffer, i) => shape.SignalView(i, (nint)buffer.Pointer))];

    private static TensorView[] Reads(ConvolutionShape shape, ConvolutionMemory memory) =>
        [.. memory.Reads.Select((buffer, i) => shape.ReadView(i, (nint)buffer.Pointer))];

    /// <summary>For each read its response to a signal; null where the signal does not reach it.</summary>
    private static TensorView[] Kernels(ConvolutionShape shape, ConvolutionMemory memory, int signal)
    {
        var views = new TensorView[shape.Reads.Count];
        for (int t = 0; t < shape.Terms.Length; t++)
        {
            if (shape.Terms[t].Signal == signal)
            {
                views[shape.Terms[t].Read] = shape.ReadView(shape.Terms[t].Read, (nint)memory.Kernels[t].Pointer);
            }
        }

        return views;
    }

    private int[] InputShape(Call call, int input)
    {
        InputDescription description = kernel.Description.Inputs[input];
        bool hasTime = !description.Shared.HasFlag(Across.Time);
        return
        [
            hasTime ? call.Shape.Batch : 1,
            hasTime ? call.Shape.Time : 1,
            Math.Max(call.InputGradients[input].Heads, 1),
            .. description.Axes.Select(a => call.Shape.AxisSizes[a]),
        ];
    }

    private static int[] StateShape(Call call, TensorDescription state) =>
        [call.Shape.Batch, 1, call.Shape.Heads, .. state.Axes.Select(a => call.Shape.AxisSizes[a])];
}
