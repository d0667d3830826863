namespace ModelDsl;

/// <summary>
/// Puts kernels together by the names of their tensors: inputs of one name are one input, outputs of one name are added, and a state that is passed on
/// is the next part's initial state.
/// </summary>
/// <param name="name">What the whole is called.</param>
internal sealed class CompositionBuilder(string name)
{
    private readonly List<AxisDescription> _axes = [];
    private readonly List<InputDescription> _inputs = [];
    private readonly List<TensorDescription> _outputs = [];
    private readonly List<TensorDescription> _states = [];

    // Inputs are numbered first in a composition, but are not all known before the last part is: until then they count down from -1.
    private readonly List<Signal> _signals = [];
    private readonly Dictionary<string, int> _passed = [];
    private readonly List<StateValue> _stateValues = [];
    private readonly Dictionary<string, int> _passedStates = [];
    private readonly List<KernelPart> _parts = [];

    /// <summary>Adds a kernel.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="direction">How it runs over time.</param>
    /// <param name="outputs">What becomes of an output, by its name.</param>
    /// <param name="passesStates">Names of states whose final values are the next part's initial ones.</param>
    public CompositionBuilder Add(
        IRecurrenceKernel kernel, PartDirection direction = default, Func<string, OutputUse>? outputs = null, Func<string, bool>? passesStates = null)
    {
        RecurrenceDescription description = kernel.Description;
        int[] axes = [.. description.Axes.Select(axis => Axis(description, axis))];
        int[] inputs = [.. description.Inputs.Select(input => Input(description, input with { Axes = [.. input.Axes.Select(a => axes[a])] }))];
        int[] outputSignals = [.. description.Outputs.Select(output =>
            Output(description, output with { Axes = [.. output.Axes.Select(a => axes[a])] }, outputs?.Invoke(output.Name) ?? OutputUse.Added))];
        (int Initial, int Final)[] states = [.. description.States.Select(state =>
            State(description, state with { Axes = [.. state.Axes.Select(a => axes[a])] }, passesStates?.Invoke(state.Name) ?? false))];
        _parts.Add(new KernelPart(kernel, axes, inputs, outputSignals, [.. states.Select(s => s.Initial)], [.. states.Select(s => s.Final)], direction));
        return this;
    }

    /// <summary>The kernel that runs them all.</summary>
    public IRecurrenceKernel Build()
    {
        var description = new RecurrenceDescription(
            name,
            string.Join(", then ", Descriptions.Select(d => d.StructureClass).Distinct()),
            string.Join("\n", Descriptions.Select(d => d.NormalForm)),
            _axes,
            _inputs,
            _states,
            _outputs,
            [.. Descriptions.SelectMany(d => d.Modes.Select(m => m.Mode)).Distinct().Select(Mode)])
        {
            IsConvolution = Descriptions.Any(d => d.IsConvolution),
        };
        int[] Numbered(int[] signals, int none) => [.. signals.Select(s => s == none ? -1 : s < 0 ? -s - 1 : s + _inputs.Count)];
        return new CompositeKernel(new Composition(
            description,
            [.. _parts.Select(p => p with { Inputs = Numbered(p.Inputs, int.MinValue), Outputs = Numbered(p.Outputs, int.MinValue) })],
            [.. _inputs.Select(i => new Signal(i)), .. _signals],
            _stateValues));
    }

    private IEnumerable<RecurrenceDescription> Descriptions => _parts.Select(p => p.Kernel.Description);

    private ModeDescription Mode(Mode mode)
    {
        foreach (RecurrenceDescription part in Descriptions)
        {
            ModeDescription? found = part.Modes.FirstOrDefault(m => m.Mode == mode);
            if (found is not { IsLegal: true })
            {
                return new(mode, false, $"{part.Name} has no such mode: {found?.Reason ?? "it was not derived"}", "");
            }
        }

        return new(mode, true, "all parts have it", string.Join(" + ", Descriptions.Select(d => d.Modes.First(m => m.Mode == mode).CostPerToken)));
    }

    private int Axis(RecurrenceDescription part, AxisDescription axis)
    {
        int? equalTo = axis.EqualTo is { } other ? _axes.FindIndex(a => a.Name == part.Axes[other].Name) : null;
        int known = _axes.FindIndex(a => a.Name == axis.Name);
        if (known < 0)
        {
            _axes.Add(axis with { EqualTo = equalTo });
            return _axes.Count - 1;
        }

        if (axis.FixedSize is { } size && (_axes[known].FixedSize ?? size) != size)
        {
            throw Unfit(part, $"axis {axis.Name} has size {size}, but {_axes[known].FixedSize} in another part");
        }

        _axes[known] = _axes[known] with { FixedSize = _axes[known].FixedSize ?? axis.FixedSize, EqualTo = _axes[known].EqualTo ?? equalTo };
        return known;
    }

    private int Input(RecurrenceDescription part, InputDescription input)
    {
        if (_passed.TryGetValue(input.Name, out int passed))
        {
            Require(part, $"input \"{input.Name}\"", _signals[passed].Description.Axes, input.Axes);
            return input.Shared == Across.None ? passed : throw Unfit(part, $"input \"{input.Name}\" is shared, but another part's output has batch, time and head");
        }

        int known = _inputs.FindIndex(i => i.Name == input.Name);
        if (known < 0)
        {
            _inputs.Add(input);
            return -_inputs.Count;
        }

        Require(part, $"input \"{input.Name}\"", _inputs[known].Axes, input.Axes);
        if (_inputs[known].Shared != input.Shared)
        {
            throw Unfit(part, $"input \"{input.Name}\" is shared across {input.Shared}, but across {_inputs[known].Shared} in another part");
        }

        _inputs[known] = _inputs[known] with { Domain = _inputs[known].Domain ?? input.Domain };
        return -known - 1;
    }

    private int Output(RecurrenceDescription part, TensorDescription output, OutputUse use)
    {
        var tensor = new InputDescription(output.Name, output.Axes, Across.None);
        switch (use)
        {
            case OutputUse.Dropped:
                return int.MinValue;
            case OutputUse.Passed:
                _signals.Add(new Signal(tensor) { IsInternal = true });
                _passed.Add(output.Name, _signals.Count - 1);
                return _signals.Count - 1;
            default:
                int known = _signals.FindIndex(s => s.Output >= 0 && s.Description.Name == output.Name);
                if (known >= 0)
                {
                    Require(part, $"output \"{output.Name}\"", _signals[known].Description.Axes, output.Axes);
                    return known;
                }

                _outputs.Add(output);
                _signals.Add(new Signal(tensor, _outputs.Count - 1));
                return _signals.Count - 1;
        }
    }

    private (int Initial, int Final) State(RecurrenceDescription part, TensorDescription state, bool isPassed)
    {
        int index;
        if (_passedStates.Remove(state.Name, out int initial))
        {
            Require(part, $"state \"{state.Name}\"", _stateValues[initial].Description.Axes, state.Axes);
            index = _states.FindIndex(s => s.Name == state.Name);
        }
        else if (_states.Any(s => s.Name == state.Name))
        {
            throw Unfit(part, $"it has a state \"{state.Name}\", as another part has: give one of them another name with Renamed");
        }
        else
        {
            index = _states.Count;
            initial = _stateValues.Count;
            _states.Add(state);
            _stateValues.Add(new StateValue(state, index, -1));
        }

        _stateValues.Add(new StateValue(state, -1, isPassed ? -1 : index));
        if (isPassed)
        {
            _passedStates.Add(state.Name, _stateValues.Count - 1);
        }

        return (initial, _stateValues.Count - 1);
    }

    private void Require(RecurrenceDescription part, string what, IReadOnlyList<int> expected, IReadOnlyList<int> found)
    {
        if (!expected.SequenceEqual(found))
        {
            throw Unfit(part, $"{what} has the axes {Names(found)}, but {Names(expected)} in another part");
        }
    }

    private string Names(IEnumerable<int> axes) => $"[{string.Join(", ", axes.Select(a => _axes[a].Name))}]";

    private ArgumentException Unfit(RecurrenceDescription part, string reason) => new($"{part.Name} does not fit into {name}: {reason}.");
}

/// <summary>What becomes of a part's output.</summary>
internal enum OutputUse
{
    /// <summary>It is an output of the whole; those of one name are added.</summary>
    Added,

    /// <summary>Parts that come later read it, and nobody else does.</summary>
    Passed,

    /// <summary>Nobody asks for it.</summary>
    Dropped,
}
