namespace ModelDsl;

/// <summary>
/// A dense float32 tensor, row-major: inputs and outputs are [batch, time, head, axes...] less what an input is shared across, states
/// [batch, head, axes...]. A plain carrier: the caller owns <see cref="Data"/> and may write to it.
/// </summary>
public sealed class SequenceTensor
{
    private readonly int[] _shape;

    /// <summary>A tensor over the given elements.</summary>
    /// <param name="data">The elements, row-major; not copied.</param>
    /// <param name="shape">The size of each axis.</param>
    /// <exception cref="ArgumentException">The number of elements is not what the shape holds.</exception>
    public SequenceTensor(float[] data, params int[] shape)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(shape);
        long count = CountOf(shape);
        if (data.Length != count)
        {
            throw new ArgumentException($"{data.Length} elements were given for a tensor of shape {TextOf(shape)}, which holds {count}.", nameof(data));
        }

        Data = data;
        _shape = [.. shape];
    }

    /// <summary>The elements, row-major.</summary>
    public float[] Data { get; }

    /// <summary>The size of each axis.</summary>
    public IReadOnlyList<int> Shape => _shape;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">The size of each axis.</param>
    public static SequenceTensor Zeros(params int[] shape) => new(new float[checked((int)CountOf(shape))], shape);

    /// <summary>A copy that shares no memory with this tensor.</summary>
    public SequenceTensor Clone() => new([.. Data], _shape);

    /// <summary>The shape, e.g. "[2, 61, 3, 16]".</summary>
    public override string ToString() => TextOf(_shape);

    internal int[] ShapeArray => _shape;

    internal static string TextOf(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The indices of the element at a position of <see cref="Data"/>.</summary>
    internal int[] IndexOf(int position)
    {
        var index = new int[_shape.Length];
        for (int axis = _shape.Length - 1; axis >= 0; axis--)
        {
            index[axis] = position % _shape[axis];
            position /= _shape[axis];
        }

        return index;
    }

    private static long CountOf(int[] shape)
    {
        long count = 1;
        foreach (int size in shape)
        {
            if (size < 0)
            {
                throw new ArgumentException($"An axis has size {size} in {TextOf(shape)}: sizes are not negative.", nameof(shape));
            }

            count = checked(count * size);
        }

        return count;
    }
}
