using System.Globalization;

namespace ModelDsl;

/// <summary>
/// What a recurrence carries from one token to the next, as a value: named tensors [batch, head, axes...]. Running a recurrence never
/// changes the state that it was given.
/// </summary>
public class RecurrentState
{
    private readonly SequenceTensor[] _tensors;

    /// <summary>A state of the given tensors.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="tensors">One tensor per state, in the order of declaration, [batch, head, axes...]; not copied.</param>
    /// <exception cref="ArgumentException">A tensor is missing or has a wrong shape, or two disagree.</exception>
    public RecurrentState(RecurrenceDescription description, IReadOnlyList<SequenceTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(tensors);
        Description = description;
        _tensors = [.. tensors];
        var sizes = new AxisBinder(description);
        sizes.BindStates("state", _tensors);
        Batch = sizes.Batch ?? 1;
        Heads = sizes.StateHeads ?? 1;
    }

    /// <summary>The same state, seen as a type of its own: generated state types start here. No memory is copied.</summary>
    protected RecurrentState(RecurrentState state)
    {
        Description = state.Description;
        Position = state.Position;
        MiniBatch = state.MiniBatch;
        _tensors = state._tensors;
        Batch = state.Batch;
        Heads = state.Heads;
    }

    /// <summary>The same, of a recurrence that the type is for.</summary>
    /// <param name="state">The state.</param>
    /// <param name="expected">The recurrence that it must belong to.</param>
    /// <exception cref="ArgumentException">The state belongs to another recurrence.</exception>
    protected RecurrentState(RecurrentState state, RecurrenceDescription expected)
        : this(state)
    {
        if (state.Description.Name != expected.Name)
        {
            throw new ArgumentException($"The state belongs to {state.Description.Name}, but one of {expected.Name} was expected.", nameof(state));
        }
    }

    /// <summary>The recurrence that the state belongs to.</summary>
    public RecurrenceDescription Description { get; }

    /// <summary>
    /// Tokens that the state has seen: the position in its sequence of the token that follows, for recurrences that count tokens or mini-batches. A run hands it on with the
    /// final state, and starts from that of the initial state if <see cref="RunOptions.FirstToken"/> does not say otherwise. After packed sequences of different lengths it is 0: they
    /// stand at different places.
    /// </summary>
    public long Position { get; init; }

    /// <summary>
    /// Tokens per mini-batch of the run that the state comes from; 0 if it knew none, or is not known. A state inside a mini-batch can only go on in one that began at the same
    /// token: a run with another size that does not is refused.
    /// </summary>
    public int MiniBatch { get; init; }

    /// <summary>Sequences.</summary>
    public int Batch { get; }

    /// <summary>Heads.</summary>
    public int Heads { get; }

    /// <summary>The tensors, in the order of declaration, [batch, head, axes...].</summary>
    public IReadOnlyList<SequenceTensor> Tensors => _tensors;

    /// <summary>A state's tensor, [batch, head, axes...].</summary>
    /// <param name="name">The name of the state's field.</param>
    public SequenceTensor this[string name]
    {
        get
        {
            for (int i = 0; i < _tensors.Length; i++)
            {
                if (Description.States[i].Name == name)
                {
                    return _tensors[i];
                }
            }

            throw new ArgumentException(
                $"{Description.Name} has no state \"{name}\"; it has {string.Join(", ", Description.States.Select(s => $"\"{s.Name}\""))}.", nameof(name));
        }
    }

    /// <summary>The state of all zeros.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="batch">Sequences, at least 1.</param>
    /// <param name="heads">Heads, at least 1.</param>
    /// <param name="axisSizes">The size of each named axis, in the order of <see cref="RecurrenceDescription.Axes"/>.</param>
    public static RecurrentState Zero(RecurrenceDescription description, int batch, int heads, params int[] axisSizes)
    {
        var shape = new SequenceShape(batch, 1, heads, axisSizes);
        description.Check(shape);
        return new(description, [.. description.States.Select((_, i) => SequenceTensor.Zeros(description.StateShape(i, shape)))]);
    }

    /// <summary>A copy that shares no memory with this state.</summary>
    public RecurrentState Clone() => new(Description, [.. _tensors.Select(t => t.Clone())]) { Position = Position, MiniBatch = MiniBatch };

    /// <summary>The states of chosen sequences, in the given order and as often as given: what a beam search needs to reorder.</summary>
    /// <param name="rows">Indices into the batch.</param>
    public RecurrentState SelectRows(params ReadOnlySpan<int> rows)
    {
        if (rows.IsEmpty)
        {
            throw new ArgumentException("No rows were given, but at least one was expected.", nameof(rows));
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)Batch)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"The state of {Description.Name} has the rows 0 to {Batch - 1}.");
            }
        }

        var selected = new SequenceTensor[_tensors.Length];
        for (int i = 0; i < selected.Length; i++)
        {
            int[] shape = [rows.Length, .. _tensors[i].Shape.Skip(1)];
            selected[i] = SequenceTensor.Zeros(shape);
            int length = _tensors[i].Data.Length / Batch;
            for (int row = 0; row < rows.Length; row++)
            {
                Array.Copy(_tensors[i].Data, rows[row] * length, selected[i].Data, row * length, length);
            }
        }

        return new(Description, selected) { Position = Position, MiniBatch = MiniBatch };
    }

    /// <summary>Writes the state to a safetensors file, in one step.</summary>
    public void Save(string path) => Safetensors.Write(
        path,
        _tensors.Select((t, i) => KeyValuePair.Create(Description.States[i].Name, t)),
        [
            KeyValuePair.Create("recurrence", Description.Name),
            KeyValuePair.Create("position", Position.ToString(CultureInfo.InvariantCulture)),
            .. MiniBatch == 0 ? [] : new[] { KeyValuePair.Create("miniBatch", MiniBatch.ToString(CultureInfo.InvariantCulture)) },
        ]);

    /// <summary>Reads a state that <see cref="Save"/> wrote.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is corrupt, or holds the state of another recurrence.</exception>
    public static RecurrentState Load(RecurrenceDescription description, string path)
    {
        Safetensors file = Safetensors.Read(path);
        string owner = file.Metadata.GetValueOrDefault("recurrence", "an unknown recurrence");
        string[] expected = [.. description.States.Select(s => s.Name)];
        if (owner != description.Name || !file.Tensors.Keys.Order().SequenceEqual(expected.Order()))
        {
            throw new InvalidDataException(
                $"\"{path}\" holds the state of {owner} ({string.Join(", ", file.Tensors.Keys)}), but {description.Name} ({string.Join(", ", expected)}) was expected.");
        }

        try
        {
            // A file from before states had a position stands at the beginning.
            return new(description, [.. expected.Select(n => file.Tensors[n])]) { Position = Number("position"), MiniBatch = checked((int)Math.Min(Number("miniBatch"), int.MaxValue)) };

            long Number(string name) => long.TryParse(file.Metadata.GetValueOrDefault(name, "0"), CultureInfo.InvariantCulture, out long number) && number >= 0
                ? number
                : throw new ArgumentException($"\"{file.Metadata[name]}\" is no {name}.");
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"\"{path}\" does not hold a state of {description.Name}: {e.Message}", e);
        }
    }
}
