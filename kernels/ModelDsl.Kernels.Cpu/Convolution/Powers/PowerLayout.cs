namespace ModelDsl.Kernels.Cpu;

/// <summary>Where the coefficients of a group of states lie: one for each channel of the read and each element that is summed.</summary>
/// <param name="group">The group.</param>
/// <param name="coefficients">The layout of the coefficients.</param>
/// <param name="read">The read.</param>
internal sealed class PowerLayout(PowerGroup group, ConvolutionShape coefficients, TensorDescription read)
{
    private readonly SequenceShape _shape = coefficients.Shape;

    public PowerGroup Group { get; } = group;

    /// <summary>States of the group.</summary>
    public int Size => Group.Entry.Length;

    /// <summary>Elements that are summed.</summary>
    public int Elements => Group.Summed.Aggregate(1, (all, axis) => all * _shape.AxisSizes[axis]);

    /// <summary>The coefficients, as outputs of the coefficients' part: transition, entry, read.</summary>
    public int[] Coefficients { get; } = [.. group.Transition, .. group.Entry, .. group.Read];

    /// <summary>For each of <see cref="Coefficients"/> the place of each channel's first element, and for each element how far it is from there; null for zero.</summary>
    public (int[] Channels, int[] Elements)?[] Offsets() => [.. Coefficients.Select(c => c < 0 ? ((int[], int[])?)null : (OfChannels(c, coefficients, read), OfElements(c)))];

    /// <summary>For each channel of a read, the place of a coefficient.</summary>
    public static int[] OfChannels(int coefficient, ConvolutionShape coefficients, TensorDescription read) =>
        ConvolutionShape.ChannelMap(coefficients.Signals[coefficient].Axes, read.Axes, coefficients.Shape);

    private int[] OfElements(int coefficient) => ConvolutionShape.Offsets(coefficients.Signals[coefficient].Axes, Group.Summed, _shape);
}
