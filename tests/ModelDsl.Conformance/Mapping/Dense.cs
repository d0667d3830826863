using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>The sizes of a tensor of a recurrence, [batch, time, head, axes...], 1 where it lacks one: for targets that want dense tensors in this order.</summary>
public sealed record Dense(int Batch, int Time, int Heads, int[] Axes)
{
    /// <summary>A golden tensor's elements in this order.</summary>
    public double[] Gather(BoundTensor bound) => [.. Positions(bound.Placement).Select(p => (double)bound.Tensor.Data[p])];

    /// <summary>Puts elements in this order where a golden tensor has them; where it has one for several (a gradient of what all sequences share), their sum.</summary>
    public void Scatter(IEnumerable<double> values, BoundTensor bound, GoldenTensor to)
    {
        Dictionary<int, double> sums = [];
        foreach ((int position, double value) in Positions(bound.Placement).Zip(values))
        {
            sums[position] = sums.GetValueOrDefault(position) + value;
        }

        foreach ((int position, double value) in sums)
        {
            to.Data[position] = (float)value;
        }
    }

    /// <summary>Where the elements lie in a golden tensor.</summary>
    private IEnumerable<int> Positions(Placement placement)
    {
        int[] sizes = [Batch, Time, Heads, .. Axes];
        int[] strides = [placement.Batch, placement.Time, placement.Head, .. placement.Axes];
        int[] index = new int[sizes.Length];
        int position = placement.Offset;
        while (true)
        {
            yield return position;

            int axis = sizes.Length - 1;
            while (axis >= 0 && ++index[axis] == sizes[axis])
            {
                position -= strides[axis] * (sizes[axis] - 1);
                index[axis--] = 0;
            }

            if (axis < 0)
            {
                yield break;
            }

            position += strides[axis];
        }
    }
}
