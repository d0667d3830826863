namespace ModelDsl;

/// <summary>The shapes that the tensors of a recurrence have in a call of given sizes.</summary>
public static class SequenceShapes
{
    /// <summary>[batch, time, head, axes...], less what the input is shared across.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="index">The input's index.</param>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="heads">The heads that the input holds if it has a head axis; those of the call by default.</param>
    public static int[] InputShape(this RecurrenceDescription description, int index, SequenceShape shape, int? heads = null)
    {
        InputDescription input = description.Inputs[index];
        var sizes = new List<int>(6);
        if (!input.Shared.HasFlag(Across.Time))
        {
            sizes.AddRange([shape.Batch, shape.Time]);
        }

        if (!input.Shared.HasFlag(Across.Heads))
        {
            sizes.Add(heads ?? shape.Heads);
        }

        return [.. sizes, .. input.Axes.Select(a => shape.AxisSizes[a])];
    }

    /// <summary>[batch, head, axes...]; [segment, head, axes...] if sequences are packed.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="index">The state's index.</param>
    /// <param name="shape">The sizes of the call.</param>
    public static int[] StateShape(this RecurrenceDescription description, int index, SequenceShape shape) =>
        [shape.Sequences, shape.Heads, .. description.States[index].Axes.Select(a => shape.AxisSizes[a])];

    /// <summary>[batch, time, head, axes...].</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="index">The output's index.</param>
    /// <param name="shape">The sizes of the call.</param>
    public static int[] OutputShape(this RecurrenceDescription description, int index, SequenceShape shape) =>
        [shape.Batch, shape.Time, shape.Heads, .. description.Outputs[index].Axes.Select(a => shape.AxisSizes[a])];

    /// <summary>Refuses sizes that no call of the recurrence can have.</summary>
    internal static void Check(this RecurrenceDescription description, SequenceShape shape)
    {
        if (shape.AxisSizes is null || shape.AxisSizes.Length != description.Axes.Count)
        {
            throw new ArgumentException(
                $"{description.Name} has the axes [{string.Join(", ", description.Axes.Select(a => a.Name))}], but {shape.AxisSizes?.Length ?? 0} sizes were given.", nameof(shape));
        }

        Check("batch", shape.Batch, null);
        Check("time", shape.Time, null);
        Check("heads", shape.Heads, null);
        for (int i = 0; i < shape.AxisSizes.Length; i++)
        {
            Check($"axis {description.Axes[i].Name}", shape.AxisSizes[i], description.Axes[i].FixedSize);
        }

        shape.ThrowIfInvalid();

        void Check(string name, int size, int? expected)
        {
            if (size < 1 || size != (expected ?? size))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(shape), size, $"The size of {name} of {description.Name} is {size}, but {(expected is { } fixedSize ? $"{fixedSize}, as it is fixed," : "at least 1")} was expected.");
            }
        }
    }

    /// <summary>What the axes of an input's tensor are called, as in "[batch, time, head, Key]".</summary>
    internal static string[] InputLabels(RecurrenceDescription description, InputDescription input) =>
    [
        .. input.Shared.HasFlag(Across.Time) ? Array.Empty<string>() : ["batch", "time"],
        .. input.Shared.HasFlag(Across.Heads) ? Array.Empty<string>() : ["head"],
        .. input.Axes.Select(a => description.Axes[a].Name),
    ];

    internal static string[] StateLabels(RecurrenceDescription description, TensorDescription state, bool isPacked = false) =>
        [isPacked ? "segment" : "batch", "head", .. state.Axes.Select(a => description.Axes[a].Name)];

    internal static string[] OutputLabels(RecurrenceDescription description, TensorDescription output) =>
        ["batch", "time", "head", .. output.Axes.Select(a => description.Axes[a].Name)];
}
