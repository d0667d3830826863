namespace ModelDsl;

/// <summary>
/// Kernels that run one after another as one: what each reads and writes. Signals are tensors with time (inputs, outputs, and what only passes between parts),
/// state values are states between runs (initial, final, and those that pass from one part to another).
/// </summary>
/// <param name="Description">What all of them together compute.</param>
/// <param name="Parts">The parts, in order of execution.</param>
/// <param name="Signals">The first ones are the inputs of <paramref name="Description"/>, in order.</param>
/// <param name="States">The state values.</param>
internal sealed record Composition(RecurrenceDescription Description, IReadOnlyList<KernelPart> Parts, IReadOnlyList<Signal> Signals, IReadOnlyList<StateValue> States)
{
    /// <summary>What a part is asked for if the whole is asked for something: also for states that pass from one part to another, there and back.</summary>
    public CallNeeds Needs(KernelPart part, CallNeeds whole)
    {
        bool entersFromPart = part.InitialStates.Any(s => States[s].Initial < 0), leavesToPart = part.FinalStates.Any(s => States[s].Final < 0);
        return whole with
        {
            InitialStates = whole.InitialStates || entersFromPart,
            FinalStates = whole.FinalStates || leavesToPart,
            FinalStateGradients = whole.FinalStateGradients || (whole.Gradient && leavesToPart),
        };
    }
}

/// <summary>A kernel in a composition.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Axes">For each of its axes, which of the composition's it is.</param>
/// <param name="Inputs">For each of its inputs, the signal.</param>
/// <param name="Outputs">For each of its outputs, the signal that it is added to; -1 if nobody asks for it.</param>
/// <param name="InitialStates">For each of its states, the value before its first token.</param>
/// <param name="FinalStates">For each of its states, the value after its last one.</param>
/// <param name="Direction">How it runs over time.</param>
internal sealed record KernelPart(
    IRecurrenceKernel Kernel, int[] Axes, int[] Inputs, int[] Outputs, int[] InitialStates, int[] FinalStates, PartDirection Direction)
{
    /// <summary>The sizes of its call.</summary>
    public SequenceShape Shape(SequenceShape whole)
    {
        SequenceShape shape = whole with { AxisSizes = [.. Axes.Select(a => whole.AxisSizes[a])] };
        if (Direction.Tokens is { } tokens)
        {
            shape = whole.Offsets is { } packed
                ? shape with { Offsets = packed.Truncated(tokens) }
                : shape with { Time = Math.Min(tokens, whole.Time) };
        }

        return Direction.IsReversed ? shape with { Offsets = shape.Offsets?.Reversed() } : shape;
    }

    /// <summary>A view of a tensor with time as the part sees it.</summary>
    public unsafe TensorView Tokens(TensorView view, SequenceShape whole) => Direction.IsReversed && !view.IsNull
        ? view with { Data = (nint)(view.Pointer + ((whole.Time - 1) * view.TimeStride)), TimeStride = -view.TimeStride }
        : view;

    /// <summary>A view of a state as the part sees it: of packed sequences, the last one comes first if time is reversed.</summary>
    public unsafe TensorView Rows(TensorView view, SequenceShape whole) => Direction.IsReversed && whole.Offsets is { } offsets && !view.IsNull
        ? view with { Data = (nint)(view.Pointer + ((offsets.Count - 1) * view.BatchStride)), BatchStride = -view.BatchStride }
        : view;
}

/// <summary>How a part runs over time.</summary>
/// <param name="IsReversed">From the last token to the first.</param>
/// <param name="Tokens">Only over so many first tokens of every sequence; null for all.</param>
internal readonly record struct PartDirection(bool IsReversed = false, int? Tokens = null);

/// <summary>A tensor with time (or a parameter) that parts read or write.</summary>
/// <param name="Description">Its axes among those of the composition, and what it is shared across.</param>
/// <param name="Output">Which output of the composition it is, or -1. An output is read by no part.</param>
internal sealed record Signal(InputDescription Description, int Output = -1)
{
    /// <summary>Whether it only passes from one part to another.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Its sizes in a call.</summary>
    public TensorExtent Extent(SequenceShape shape, int heads) => TensorExtent.OfInput(Description, shape, heads);
}

/// <summary>A state between runs.</summary>
/// <param name="Description">Its axes among those of the composition.</param>
/// <param name="Initial">Which state of the composition begins with it, or -1.</param>
/// <param name="Final">Which state of the composition ends with it, or -1.</param>
internal sealed record StateValue(TensorDescription Description, int Initial, int Final);
