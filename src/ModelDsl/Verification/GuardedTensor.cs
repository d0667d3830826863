using System.Buffers;

namespace ModelDsl;

/// <summary>
/// A tensor in memory that is poisoned around its elements: a read beside it gives NaN, a write beside it is found. Scattered, its
/// layout is one that no dense tensor has: head before time, the named axes in reverse, gaps between rows.
/// </summary>
internal sealed class GuardedTensor : IDisposable
{
    private const int Margin = 32;

    // A NaN that no arithmetic makes.
    private static readonly float s_poison = BitConverter.Int32BitsToSingle(0x7FC5_1A7E);

    private readonly float[] _memory;
    private readonly int[] _positions;
    private readonly MemoryHandle _pin;

    /// <param name="shape">[batch, time, head, axes...], less what <paramref name="rank"/> says is missing.</param>
    /// <param name="rank">Which of batch, time and head the tensor has.</param>
    /// <param name="scattered">Whether the layout is scattered.</param>
    public unsafe GuardedTensor(int[] shape, (bool Batch, bool Time, bool Head) rank, bool scattered)
    {
        Shape = shape;
        int leading = (rank.Batch ? 1 : 0) + (rank.Time ? 1 : 0) + (rank.Head ? 1 : 0);
        int time = rank.Time ? (rank.Batch ? 1 : 0) : -1, head = rank.Head ? leading - 1 : -1;

        // From the innermost to the outermost.
        int[] order = scattered
            ? [.. Enumerable.Range(leading, shape.Length - leading), .. new[] { time, head, rank.Batch ? 0 : -1 }.Where(a => a >= 0)]
            : [.. Enumerable.Range(0, shape.Length).Reverse()];
        var strides = new int[shape.Length];
        int stride = 1;
        foreach (int axis in order)
        {
            strides[axis] = stride;
            stride *= shape[axis];
            stride += scattered && axis != order[^1] ? 3 : 0;
        }

        _memory = new float[stride + (2 * Margin)];
        Array.Fill(_memory, s_poison);
        _positions = Positions(shape, strides);
        _pin = _memory.AsMemory().Pin();
        View = new TensorView(
            (nint)((float*)_pin.Pointer + Margin),
            rank.Head ? shape[head] : 1,
            rank.Batch ? strides[0] : 0,
            rank.Time ? strides[time] : 0,
            rank.Head ? strides[head] : 0,
            Axis(0),
            Axis(1),
            Axis(2));

        nint Axis(int i) => leading + i < strides.Length ? strides[leading + i] : 0;
    }

    public int[] Shape { get; }

    public TensorView View { get; }

    public void Dispose() => _pin.Dispose();

    /// <summary>The view of the tokens from one on.</summary>
    public unsafe TensorView From(int token) => View with { Data = (nint)((float*)View.Data + (token * View.TimeStride)) };

    public GuardedTensor With(ReadOnlySpan<float> values)
    {
        for (int i = 0; i < _positions.Length; i++)
        {
            _memory[_positions[i]] = values[i];
        }

        return this;
    }

    /// <summary>The elements, row-major.</summary>
    public float[] Read() => [.. _positions.Select(p => _memory[p])];

    /// <summary>Whether nothing was written beside the elements.</summary>
    public bool IsIntact()
    {
        var own = new bool[_memory.Length];
        foreach (int position in _positions)
        {
            own[position] = true;
        }

        for (int i = 0; i < _memory.Length; i++)
        {
            if (!own[i] && BitConverter.SingleToInt32Bits(_memory[i]) != BitConverter.SingleToInt32Bits(s_poison))
            {
                return false;
            }
        }

        return true;
    }

    private static int[] Positions(int[] shape, int[] strides)
    {
        int[] positions = [Margin];
        for (int axis = 0; axis < shape.Length; axis++)
        {
            var next = new int[positions.Length * shape[axis]];
            for (int i = 0; i < next.Length; i++)
            {
                next[i] = positions[i / shape[axis]] + (i % shape[axis] * strides[axis]);
            }

            positions = next;
        }

        return positions;
    }
}
