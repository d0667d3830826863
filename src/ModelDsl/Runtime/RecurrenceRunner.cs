namespace ModelDsl;

/// <summary>What running a recurrence over a sequence gives.</summary>
/// <param name="Outputs">One tensor per output, [batch, time, head, axes...].</param>
/// <param name="FinalState">The state after the last token: the initial state of the tokens that follow.</param>
/// <param name="Mode">The mode that ran, also where <see cref="Mode.Auto"/> was asked for.</param>
public sealed record RecurrenceResult(IReadOnlyList<SequenceTensor> Outputs, RecurrentState FinalState, Mode Mode)
{
    /// <summary>The first output, [batch, time, head, axes...]; most recurrences have only this one.</summary>
    public SequenceTensor Output => Outputs[0];
}

/// <summary>The gradient of a scalar loss.</summary>
/// <param name="Inputs">One tensor per input, of the input's shape.</param>
/// <param name="InitialState">With respect to the initial state, also where it was not given (zero).</param>
/// <param name="Mode">The mode that ran, also where <see cref="Mode.Auto"/> was asked for.</param>
public sealed record RecurrenceGradients(IReadOnlyList<SequenceTensor> Inputs, RecurrentState InitialState, Mode Mode);

/// <summary>Runs a kernel over <see cref="SequenceTensor"/>s, after checking all that it takes for granted.</summary>
public static class RecurrenceRunner
{
    /// <summary>Runs a sequence.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="inputs">One tensor per input, [batch, time, head, axes...] less what it is shared across.</param>
    /// <param name="initialState">The state before the first token; null stands for zero.</param>
    /// <param name="options">Mode, chunk size, threads, checks.</param>
    /// <param name="offsets">Where packed sequences begin and end (in a batch of one; states then have a row per segment), or null.</param>
    /// <exception cref="ArgumentException">A tensor has a wrong shape, or (on request) holds a value that is not finite.</exception>
    /// <exception cref="NotSupportedException">The mode is not legal for the recurrence.</exception>
    public static RecurrenceResult Run(
        IRecurrenceKernel kernel, IReadOnlyList<SequenceTensor> inputs, RecurrentState? initialState = null, RunOptions options = default,
        SequenceOffsets? offsets = null)
    {
        RecurrenceDescription description = kernel.Description;
        SequenceShape shape = ShapeOf(description, inputs, initialState, offsets);
        options = Resolve(kernel, shape, inputs, initialState, options, new CallNeeds(InitialStates: initialState is not null, FinalStates: true));
        SequenceTensor[] outputs = [.. description.Outputs.Select((_, i) => SequenceTensor.Zeros(description.OutputShape(i, shape)))];
        SequenceTensor[] finalStates = NewStates(description, shape);
        using var views = new PinnedViews();
        kernel.Forward(
            shape,
            views.OfInputs(description, inputs),
            views.OfStates((IReadOnlyList<SequenceTensor?>?)initialState?.Tensors ?? new SequenceTensor?[description.States.Count]),
            views.OfOutputs(outputs),
            views.OfStates(finalStates),
            options);
        int miniBatch = MiniBatches.Of(description, options).Size;
        return new(outputs, new RecurrentState(description, finalStates) { Position = PositionAfter(shape, options), MiniBatch = miniBatch }, options.Mode);
    }

    /// <summary>The gradient of a scalar loss with respect to every input and the initial state.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="inputs">As in <see cref="Run"/>.</param>
    /// <param name="initialState">As in <see cref="Run"/>.</param>
    /// <param name="outputGradients">The loss's gradient with respect to each output, of the output's shape; null stands for zero.</param>
    /// <param name="finalStateGradient">The loss's gradient with respect to the final state; null stands for zero.</param>
    /// <param name="options">Mode, chunk size, threads, checks.</param>
    /// <param name="offsets">Where packed sequences begin and end (in a batch of one; states then have a row per segment), or null.</param>
    /// <exception cref="ArgumentException">A tensor has a wrong shape, or (on request) holds a value that is not finite.</exception>
    /// <exception cref="NotSupportedException">The mode is not legal for the recurrence.</exception>
    public static RecurrenceGradients Gradient(
        IRecurrenceKernel kernel,
        IReadOnlyList<SequenceTensor> inputs,
        RecurrentState? initialState,
        IReadOnlyList<SequenceTensor?> outputGradients,
        RecurrentState? finalStateGradient = null,
        RunOptions options = default,
        SequenceOffsets? offsets = null)
    {
        RecurrenceDescription description = kernel.Description;
        SequenceShape shape = ShapeOf(description, inputs, initialState, offsets);
        if (outputGradients.Count != description.Outputs.Count)
        {
            throw new ArgumentException(
                $"{description.Name} has {description.Outputs.Count} outputs ({string.Join(", ", description.Outputs.Select(o => o.Name))}), but {outputGradients.Count} gradients were given.",
                nameof(outputGradients));
        }

        for (int i = 0; i < outputGradients.Count; i++)
        {
            if (outputGradients[i] is { } gradient)
            {
                TensorDescription output = description.Outputs[i];
                AxisBinder.Check(
                    $"The gradient of output \"{output.Name}\" of {description.Name}", gradient, description.OutputShape(i, shape), SequenceShapes.OutputLabels(description, output));
            }
        }

        CheckState("The gradient of final state", finalStateGradient, description, shape);
        options = Resolve(
            kernel, shape, inputs, initialState, options, new CallNeeds(Gradient: true, InitialStates: true, FinalStateGradients: finalStateGradient is not null));
        SequenceTensor[] inputGradients = [.. inputs.Select(t => SequenceTensor.Zeros(t.ShapeArray))];
        SequenceTensor[] initialStateGradients = NewStates(description, shape);
        var none = new SequenceTensor?[description.States.Count];
        using var views = new PinnedViews();
        kernel.Backward(
            shape,
            views.OfInputs(description, inputs),
            views.OfStates((IReadOnlyList<SequenceTensor?>?)initialState?.Tensors ?? none),
            views.OfOutputs(outputGradients),
            views.OfStates((IReadOnlyList<SequenceTensor?>?)finalStateGradient?.Tensors ?? none),
            views.OfInputs(description, inputGradients),
            views.OfStates(initialStateGradients),
            options);
        return new(inputGradients, new RecurrentState(description, initialStateGradients) { Position = options.FirstToken }, options.Mode);
    }

    /// <summary>The sizes of a call, read off its tensors.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="inputs">One tensor per input, [batch, time, head, axes...] less what it is shared across.</param>
    /// <param name="initialState">The state before the first token, or null.</param>
    /// <param name="offsets">Where packed sequences begin and end, or null.</param>
    /// <exception cref="ArgumentException">A tensor is missing, is empty, has a wrong shape, or two disagree.</exception>
    public static SequenceShape ShapeOf(
        RecurrenceDescription description, IReadOnlyList<SequenceTensor> inputs, RecurrentState? initialState = null, SequenceOffsets? offsets = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var sizes = new AxisBinder(description, offsets);
        sizes.BindInputs(inputs);
        if (initialState is not null)
        {
            CheckOwner("The initial state", initialState, description);
            sizes.BindStates("initial state", initialState.Tensors);
        }

        return sizes.Shape;
    }

    /// <summary>Where the sequences of a call stand after it; 0 if they are packed and of different lengths, as no single number says it.</summary>
    private static long PositionAfter(SequenceShape shape, RunOptions options) => shape.Offsets is not { } offsets
        ? options.FirstToken + shape.Time
        : Enumerable.Range(0, offsets.Count).Select(offsets.Length).Distinct().ToArray() is [var length] ? options.FirstToken + length : 0;

    private static SequenceTensor[] NewStates(RecurrenceDescription description, SequenceShape shape) =>
        [.. description.States.Select((_, i) => SequenceTensor.Zeros(description.StateShape(i, shape)))];

    private static void CheckOwner(string what, RecurrentState state, RecurrenceDescription description)
    {
        if (state.Description.Name != description.Name)
        {
            throw new ArgumentException($"{what} is one of {state.Description.Name}, but one of {description.Name} was expected.");
        }
    }

    internal static void CheckState(string what, RecurrentState? state, RecurrenceDescription description, SequenceShape shape)
    {
        if (state is null)
        {
            return;
        }

        CheckOwner(what, state, description);
        for (int i = 0; i < description.States.Count; i++)
        {
            AxisBinder.Check(
                $"{what} \"{description.States[i].Name}\" of {description.Name}",
                state.Tensors[i],
                description.StateShape(i, shape),
                SequenceShapes.StateLabels(description, description.States[i], shape.Offsets is not null));
        }
    }

    /// <summary>The options with a mode that is one and legal, after the checks that they ask for.</summary>
    private static RunOptions Resolve(
        IRecurrenceKernel kernel, SequenceShape shape, IReadOnlyList<SequenceTensor> inputs, RecurrentState? initialState, RunOptions options, CallNeeds needs)
    {
        RecurrenceDescription description = kernel.Description;
        ArgumentOutOfRangeException.ThrowIfNegative(options.ChunkSize);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstToken);
        options = options with { FirstToken = options.FirstToken > 0 ? options.FirstToken : initialState?.Position ?? 0 };
        CheckMiniBatch(initialState, MiniBatches.Of(description, options), options.FirstToken);
        SequenceLengths.Of(description, options, shape.Offsets?.Longest ?? shape.Time);
        if (options.CheckFinite)
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                CheckFinite($"Input \"{description.Inputs[i].Name}\" of {description.Name}", inputs[i]);
            }

            for (int i = 0; i < description.States.Count && initialState is not null; i++)
            {
                CheckFinite($"Initial state \"{description.States[i].Name}\" of {description.Name}", initialState.Tensors[i]);
            }
        }

        for (int i = 0; i < inputs.Count && options.CheckDomains; i++)
        {
            CheckDomain(description, description.Inputs[i], inputs[i]);
        }

        Mode mode = options.Mode == Mode.Auto ? kernel.Choose(shape, needs) : options.Mode;
        if (!description.IsLegal(mode))
        {
            string reason = description.Modes.FirstOrDefault(m => m.Mode == mode)?.Reason ?? "it is not one mode";
            throw new NotSupportedException(
                $"{description.Name} cannot run in mode {mode}: {reason}. Its modes are {string.Join(", ", description.LegalModes)}.");
        }

        return options with { Mode = mode };
    }

    /// <summary>What Stale gives is part of the state: it must be from where the call's mini-batch began.</summary>
    internal static void CheckMiniBatch(RecurrentState? state, MiniBatches miniBatches, long position)
    {
        if (state is { MiniBatch: > 0 and var size } && miniBatches.Size > 0 && position % size != miniBatches.First)
        {
            throw new ArgumentException(
                $"The state of {state.Description.Name} stands {position % size} tokens after the start of a mini-batch of {size}, but a mini-batch of {miniBatches.Size} tokens would have begun {miniBatches.First} tokens before. Go on with {size}, or from a state at which both begin one.");
        }
    }

    private static void CheckDomain(RecurrenceDescription description, InputDescription input, SequenceTensor tensor)
    {
        if (input.Domain is { } domain && Array.FindIndex(tensor.Data, value => !domain.Contains(value)) is >= 0 and var at)
        {
            throw new ArgumentException(
                $"Input \"{input.Name}\" of {description.Name} holds {tensor.Data[at]} at {SequenceTensor.TextOf(tensor.IndexOf(at))}, but {domain.InWords()} was expected.");
        }
    }

    private static void CheckFinite(string what, SequenceTensor tensor)
    {
        float[] data = tensor.Data;
        for (int i = 0; i < data.Length; i++)
        {
            if (!float.IsFinite(data[i]))
            {
                throw new ArgumentException($"{what} holds {data[i]} at {SequenceTensor.TextOf(tensor.IndexOf(i))}, but finite numbers were expected.");
            }
        }
    }
}
