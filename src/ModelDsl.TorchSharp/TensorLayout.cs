using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>Which dimension of a tensor is batch, time, head and which named axis.</summary>
internal sealed class TensorLayout
{
    private readonly Dimension _rows;
    private readonly bool _hasBatch, _hasTime, _hasHead;
    private readonly IReadOnlyList<int> _axes;

    private TensorLayout(Dimension rows, bool hasBatch, bool hasTime, bool hasHead, IReadOnlyList<int> axes) =>
        (_rows, _hasBatch, _hasTime, _hasHead, _axes) = (rows, hasBatch, hasTime, hasHead, axes);

    /// <summary>The number of dimensions.</summary>
    public int Rank => (_hasBatch ? 1 : 0) + (_hasTime ? 1 : 0) + (_hasHead ? 1 : 0) + _axes.Count;

    /// <summary>[batch, time, head, axes...], less what the input is shared across.</summary>
    public static TensorLayout OfInput(InputDescription input)
    {
        bool varies = !input.Shared.HasFlag(Across.Time);
        return new(Dimension.Batch, varies, varies, !input.Shared.HasFlag(Across.Heads), input.Axes);
    }

    /// <summary>[batch, time, head, axes...].</summary>
    public static TensorLayout OfOutput(TensorDescription output) => new(Dimension.Batch, true, true, true, output.Axes);

    /// <summary>[batch, head, axes...], or [segment, head, axes...] if sequences are packed.</summary>
    /// <param name="state">The state.</param>
    /// <param name="rows">What its rows are; those of the call's shape by default.</param>
    public static TensorLayout OfState(TensorDescription state, Dimension? rows = null) => new(rows ?? Dimension.Sequence, true, false, true, state.Axes);

    /// <summary>The dimensions in order.</summary>
    public IEnumerable<Dimension> Dimensions()
    {
        if (_hasBatch)
            yield return _rows;
        if (_hasTime)
            yield return Dimension.Time;
        if (_hasHead)
            yield return Dimension.Head;
        foreach (int axis in _axes)
            yield return Dimension.OfAxis(axis);
    }

    /// <summary>The sizes of a tensor that holds all heads.</summary>
    public long[] Sizes(SequenceShape shape) => [.. Dimensions().Select(d => (long)d.SizeIn(shape))];

    /// <summary>A tensor's memory through its own strides; the null view for a tensor that is absent.</summary>
    public TensorView View(Tensor? tensor)
    {
        if (tensor is null || tensor.IsInvalid)
            return default;
        long[] strides = tensor.stride(), sizes = tensor.shape;
        int next = 0;
        nint batch = _hasBatch ? (nint)strides[next++] : 0;
        nint time = _hasTime ? (nint)strides[next++] : 0;
        int heads = _hasHead ? (int)sizes[next] : 1;
        nint head = _hasHead ? (nint)strides[next++] : 0;
        nint Axis(int position) => position < _axes.Count ? (nint)strides[next + position] : 0;
        return new TensorView(Address(tensor), heads, batch, time, head, Axis(0), Axis(1), Axis(2));
    }

    /// <summary>A new tensor with a view's elements, all heads that the view holds.</summary>
    public Tensor CopyFrom(TensorView view, SequenceShape shape)
    {
        long[] sizes = [.. Dimensions().Select(d => d == Dimension.Head ? view.Heads : (long)d.SizeIn(shape))];
        var tensor = torch.empty(sizes, torch.float32);
        Copy(view, View(tensor), shape);
        return tensor;
    }

    /// <summary>Writes a tensor's elements to a view; nothing if the view is null.</summary>
    public void CopyTo(Tensor tensor, TensorView view, SequenceShape shape)
    {
        if (!view.IsNull)
            Copy(View(tensor), view, shape);
        GC.KeepAlive(tensor);
    }

    private unsafe void Copy(TensorView from, TensorView to, SequenceShape shape)
    {
        int Size(int position) => position < _axes.Count ? shape.AxisSizes[_axes[position]] : 1;
        for (int b = 0; b < (_hasBatch ? _rows.SizeIn(shape) : 1); b++)
        for (int t = 0; t < (_hasTime ? shape.Time : 1); t++)
        for (int h = 0; h < from.Heads; h++)
        for (int i = 0; i < Size(0); i++)
        for (int j = 0; j < Size(1); j++)
        for (int k = 0; k < Size(2); k++)
            to.Pointer[Offset(to, b, t, h, i, j, k)] = from.Pointer[Offset(from, b, t, h, i, j, k)];
    }

    private static nint Offset(TensorView view, int b, int t, int h, int i, int j, int k) =>
        b * view.BatchStride + t * view.TimeStride + h * view.HeadStride + i * view.Axis0 + j * view.Axis1 + k * view.Axis2;

    private static unsafe nint Address(Tensor tensor)
    {
        // The span is only a way to the first element, and TorchSharp gives it for contiguous tensors of up to 2 GB.
        if (tensor.numel() <= int.MaxValue / sizeof(float) && tensor.is_contiguous())
            return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
        using var _ = torch.no_grad();
        using var first = tensor.as_strided([1], [1], tensor.storage_offset());
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}

/// <summary>A dimension of a tensor: batch, time, head, sequences (rows of states), or a named axis by its index in the description.</summary>
internal readonly record struct Dimension(int Slot)
{
    public const int FirstAxis = 4;

    public static readonly Dimension Batch = new(0), Time = new(1), Head = new(2), Sequence = new(3);

    public static Dimension OfAxis(int index) => new(FirstAxis + index);

    public string NameIn(RecurrenceDescription description) => Slot switch
    {
        0 => "batch",
        1 => "time",
        2 => "head",
        3 => "segment",
        _ => description.Axes[Slot - FirstAxis].Name,
    };

    public int SizeIn(SequenceShape shape) => Slot switch
    {
        0 => shape.Batch,
        1 => shape.Time,
        2 => shape.Heads,
        3 => shape.Sequences,
        _ => shape.AxisSizes[Slot - FirstAxis],
    };
}
