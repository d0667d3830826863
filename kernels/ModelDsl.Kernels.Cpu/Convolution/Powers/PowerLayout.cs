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
    public static int[] OfChannels(int coefficient, ConvolutionShape coefficients, TensorDescription read)
    {
        SequenceShape shape = coefficients.Shape;
        int elements = read.Axes.Aggregate(1, (all, axis) => all * shape.AxisSizes[axis]);
        int[] inHead = Offsets(coefficients.Signals[coefficient].Axes, read.Axes, elements, shape);
        int head = coefficients.SignalChannels[coefficient] / shape.Heads;
        return [.. Enumerable.Range(0, shape.Heads * elements).Select(channel => (channel / elements * head) + inHead[channel % elements])];
    }

    private int[] OfElements(int coefficient) => Offsets(coefficients.Signals[coefficient].Axes, Group.Summed, Elements, _shape);

    /// <summary>For each combination of the indices of some axes, how far the element of a tensor is from its first one. Axes that it has not do not move it.</summary>
    private static int[] Offsets(IReadOnlyList<int> tensor, IReadOnlyList<int> axes, int count, SequenceShape shape)
    {
        var strides = new int[shape.AxisSizes.Length];
        int stride = 1;
        foreach (int axis in tensor.Reverse())
        {
            strides[axis] = stride;
            stride *= shape.AxisSizes[axis];
        }

        int[] innermostFirst = [.. axes.Reverse()];
        var offsets = new int[count];
        for (int i = 0; i < count; i++)
        {
            int rest = i;
            foreach (int axis in innermostFirst)
            {
                (rest, int at) = Math.DivRem(rest, shape.AxisSizes[axis]);
                offsets[i] += at * strides[axis];
            }
        }

        return offsets;
    }
}
