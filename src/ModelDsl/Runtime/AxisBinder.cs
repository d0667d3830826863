namespace ModelDsl;

/// <summary>
/// Reads the sizes of a call off its tensors. The first tensor that has an axis says its size; one that disagrees, or whose shape does
/// not fit at all, is refused by name.
/// </summary>
internal sealed class AxisBinder
{
    private readonly RecurrenceDescription _description;
    private readonly Dictionary<string, (int Size, string Source)> _sizes = [];
    private readonly List<(int Heads, string Source, SequenceTensor Tensor)> _inputHeads = [];

    private readonly SequenceOffsets? _offsets;

    /// <param name="description">The recurrence.</param>
    /// <param name="offsets">Where packed sequences begin and end, or null.</param>
    public AxisBinder(RecurrenceDescription description, SequenceOffsets? offsets = null)
    {
        _description = description;
        _offsets = offsets;
        if (offsets is not null)
        {
            _sizes["batch"] = (1, "packed sequences lie one after another in a batch of one");
            _sizes["time"] = (offsets.Tokens, $"the offsets {offsets} end there");
            _sizes["segment"] = (offsets.Count, $"the offsets {offsets} make as many segments");
        }

        foreach (AxisDescription axis in description.Axes)
        {
            if (axis.FixedSize is { } size)
            {
                _sizes[axis.Name] = (size, $"the axis is fixed at {size}");
            }
        }
    }

    public int? Batch => SizeOf("batch");

    public int? StateHeads => SizeOf("head");

    /// <summary>The sizes, once all tensors are bound.</summary>
    public SequenceShape Shape
    {
        get
        {
            int heads = StateHeads ?? _inputHeads.Select(h => h.Heads).DefaultIfEmpty(1).Max();
            foreach ((int inputHeads, string source, SequenceTensor tensor) in _inputHeads)
            {
                if (heads % inputHeads != 0)
                {
                    throw new ArgumentException($"{source} has shape {tensor} and {inputHeads} heads, which do not divide the {heads} heads of the call.");
                }
            }

            var axes = new int[_description.Axes.Count];
            for (int i = 0; i < axes.Length; i++)
            {
                axes[i] = SizeOf(_description.Axes[i].Name) ?? SizeOfEqual(i) ?? throw new ArgumentException(
                    $"Nothing says the size of axis {_description.Axes[i].Name} of {_description.Name}: no input has it. Give an initial state, or fix it with [Axis(size)].");
            }

            for (int i = 0; i < axes.Length; i++)
            {
                if (_description.Axes[i].EqualTo is { } other && axes[i] != axes[other])
                {
                    throw new ArgumentException(
                        $"Axis {_description.Axes[i].Name} of {_description.Name} has size {axes[i]} and axis {_description.Axes[other].Name} has size {axes[other]}, but the spec renames one to the other: they must be equal.");
                }
            }

            return new SequenceShape(Required("batch"), Required("time"), heads, axes) { Offsets = _offsets };
        }
    }

    /// <summary>The size of an axis that must be equal to this one.</summary>
    private int? SizeOfEqual(int axis)
    {
        int root = _description.Axes[axis].EqualTo ?? axis;
        for (int i = 0; i < _description.Axes.Count; i++)
        {
            if ((i == root || _description.Axes[i].EqualTo == root) && SizeOf(_description.Axes[i].Name) is { } size)
            {
                return size;
            }
        }

        return null;
    }

    public void BindInputs(IReadOnlyList<SequenceTensor> tensors)
    {
        CheckCount("input", tensors.Count, _description.Inputs.Select(i => i.Name));
        for (int i = 0; i < tensors.Count; i++)
        {
            InputDescription input = _description.Inputs[i];
            Bind($"Input \"{input.Name}\" of {_description.Name}", tensors[i], SequenceShapes.InputLabels(_description, input), isInput: true);
        }
    }

    public void BindStates(string kind, IReadOnlyList<SequenceTensor> tensors)
    {
        CheckCount(kind, tensors.Count, _description.States.Select(s => s.Name));
        for (int i = 0; i < tensors.Count; i++)
        {
            TensorDescription state = _description.States[i];
            Bind($"{char.ToUpperInvariant(kind[0])}{kind[1..]} \"{state.Name}\" of {_description.Name}", tensors[i], SequenceShapes.StateLabels(_description, state, _offsets is not null), isInput: false);
        }
    }

    /// <summary>Refuses a tensor whose shape is not the one that the call's sizes ask for.</summary>
    public static void Check(string source, SequenceTensor tensor, int[] expected, string[] labels)
    {
        if (!tensor.ShapeArray.AsSpan().SequenceEqual(expected))
        {
            throw new ArgumentException($"{source} has shape {tensor}, but {SequenceTensor.TextOf(expected)} ([{string.Join(", ", labels)}]) was expected.");
        }
    }

    private int? SizeOf(string label) => _sizes.TryGetValue(label, out (int Size, string Source) found) ? found.Size : null;

    private int Required(string label) => SizeOf(label) ?? throw new ArgumentException(
        $"Nothing says the {label} size of the call: all inputs of {_description.Name} are shared across time.");

    private void CheckCount(string kind, int count, IEnumerable<string> names)
    {
        string[] expected = [.. names];
        if (count != expected.Length)
        {
            throw new ArgumentException($"{_description.Name} takes {expected.Length} tensors of kind {kind} ({string.Join(", ", expected)}), but {count} were given.");
        }
    }

    private void Bind(string source, SequenceTensor tensor, string[] labels, bool isInput)
    {
        if (tensor is null)
        {
            throw new ArgumentNullException(null, $"{source} is null.");
        }

        string expected = $"[{string.Join(", ", labels)}]";
        if (tensor.Shape.Count != labels.Length)
        {
            throw new ArgumentException($"{source} has shape {tensor}, but the {labels.Length} axes {expected} were expected.");
        }

        for (int i = 0; i < labels.Length; i++)
        {
            int size = tensor.Shape[i];
            if (size == 0)
            {
                throw new ArgumentException($"{source} has shape {tensor} and so no elements, but {expected} of at least 1 each was expected.");
            }

            if (isInput && labels[i] == "head")
            {
                _inputHeads.Add((size, source, tensor));
            }
            else if (!_sizes.TryGetValue(labels[i], out (int Size, string Source) known))
            {
                _sizes[labels[i]] = (size, $"{char.ToLowerInvariant(source[0])}{source[1..]} has shape {tensor}");
            }
            else if (known.Size != size)
            {
                throw new ArgumentException($"{source} has shape {tensor} ({expected}), where {labels[i]} is {size}, but {known.Size} was expected: {known.Source}.");
            }
        }
    }
}
