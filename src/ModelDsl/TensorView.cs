using System.Globalization;
using System.Text;

namespace ModelDsl;

/// <summary>
/// A strided view of float32 memory that the view does not own. Inputs and outputs are [batch, time, head, axes...],
/// states [batch, head, axes...] (time stride unused). A stride of zero repeats: that is how shared inputs are seen.
/// Strides are in elements.
/// </summary>
/// <param name="Data">The first element, or null.</param>
/// <param name="Heads">How many heads the view holds. It divides the heads of the sequence (grouped heads: repeated in order).</param>
/// <param name="BatchStride">Elements from one sequence of the batch to the next.</param>
/// <param name="TimeStride">Elements from one token to the next.</param>
/// <param name="HeadStride">Elements from one of the view's heads to the next.</param>
/// <param name="Axis0">Elements from one index of the tensor's first named axis to the next.</param>
/// <param name="Axis1">The same for its second named axis.</param>
/// <param name="Axis2">The same for its third named axis.</param>
public readonly unsafe record struct TensorView(
    nint Data, int Heads, nint BatchStride, nint TimeStride, nint HeadStride, nint Axis0 = 0, nint Axis1 = 0, nint Axis2 = 0)
{
    /// <summary>Whether the view stands for an absent tensor.</summary>
    public bool IsNull => Data == 0;

    /// <summary>The first element.</summary>
    public float* Pointer => (float*)Data;

    /// <summary>The stride of the tensor's named axis at a position (0 to 2).</summary>
    public nint AxisStride(int position) => position switch
    {
        0 => Axis0,
        1 => Axis1,
        2 => Axis2,
        _ => throw new ArgumentOutOfRangeException(nameof(position), position, "A tensor has at most three named axes."),
    };

    /// <summary>Written by hand to leave out the pointer: the native compiler fails on printing one.</summary>
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Heads = {Heads}, Strides = [{BatchStride}, {TimeStride}, {HeadStride}, {Axis0}, {Axis1}, {Axis2}]");
        return true;
    }
}

/// <summary>The sizes of one call.</summary>
/// <param name="Batch">Sequences, at least 1; 1 if sequences are packed.</param>
/// <param name="Time">Tokens per sequence, at least 1.</param>
/// <param name="Heads">Heads, at least 1.</param>
/// <param name="AxisSizes">The size of each named axis, in the order of <see cref="RecurrenceDescription.Axes"/>. Not to be changed after construction.</param>
public readonly record struct SequenceShape(int Batch, int Time, int Heads, int[] AxisSizes)
{
    /// <summary>Where packed sequences begin and end, or null: each row of the batch is then one sequence.</summary>
    public SequenceOffsets? Offsets { get; init; }

    /// <summary>Sequences, packed or not: the rows of states.</summary>
    public int Sequences => Offsets?.Count ?? Batch;

    /// <summary>Where a sequence's tokens lie.</summary>
    /// <param name="row">Its row in states.</param>
    internal (int Batch, int Start, int Length) Sequence(int row) => Offsets is { } offsets ? (0, offsets.Start(row), offsets.Length(row)) : (row, 0, Time);

    /// <summary>The sizes of a call of packed sequences.</summary>
    /// <param name="offsets">Where they begin and end.</param>
    /// <param name="heads">Heads, at least 1.</param>
    /// <param name="axisSizes">The size of each named axis.</param>
    public static SequenceShape Packed(SequenceOffsets offsets, int heads, int[] axisSizes)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        return new(1, offsets.Tokens, heads, axisSizes) { Offsets = offsets };
    }

    /// <summary>Refuses sizes below 1, and offsets that do not cover a batch of one: what every kernel takes for granted.</summary>
    /// <exception cref="ArgumentException">A size or the offsets are wrong.</exception>
    public void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Time, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        if (Offsets is not null && (Batch != 1 || Offsets.Tokens != Time))
        {
            throw PackedWrongly();
        }
    }

    // Apart from the check, which is made for every token of a decoder and allocates nothing.
    private ArgumentException PackedWrongly() => Batch != 1
        ? new($"The batch is {Batch}, but packed sequences lie one after another in a batch of 1.")
        : new($"The offsets {Offsets} end at token {Offsets!.Tokens}, but {Time}, the time of the call, was expected.");
}
