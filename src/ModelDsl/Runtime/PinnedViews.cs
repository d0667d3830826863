using System.Buffers;

namespace ModelDsl;

/// <summary>Dense tensors as the views that kernels take, pinned until disposed.</summary>
internal sealed class PinnedViews : IDisposable
{
    private readonly List<MemoryHandle> _pins = [];

    /// <summary>Inputs: [batch, time, head, axes...] less what they are shared across.</summary>
    public TensorView[] OfInputs(RecurrenceDescription description, IReadOnlyList<SequenceTensor?> tensors) =>
        [.. tensors.Select((t, i) => View(t, !description.Inputs[i].Shared.HasFlag(Across.Time), true, !description.Inputs[i].Shared.HasFlag(Across.Heads)))];

    /// <summary>States: [batch, head, axes...].</summary>
    public TensorView[] OfStates(IReadOnlyList<SequenceTensor?> tensors) => [.. tensors.Select(t => View(t, true, false, true))];

    /// <summary>Outputs: [batch, time, head, axes...].</summary>
    public TensorView[] OfOutputs(IReadOnlyList<SequenceTensor?> tensors) => [.. tensors.Select(t => View(t, true, true, true))];

    public void Dispose()
    {
        foreach (MemoryHandle pin in _pins)
        {
            pin.Dispose();
        }
    }

    private unsafe TensorView View(SequenceTensor? tensor, bool hasBatch, bool hasTime, bool hasHeads)
    {
        if (tensor is null)
        {
            return default;
        }

        MemoryHandle pin = tensor.Data.AsMemory().Pin();
        _pins.Add(pin);

        // Strides of the row-major layout, taken from the last axis to the first.
        int[] shape = tensor.ShapeArray;
        var strides = new nint[shape.Length];
        nint stride = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }

        int at = 0;
        nint batch = hasBatch ? strides[at++] : 0;
        nint time = hasBatch && hasTime ? strides[at++] : 0;
        int heads = hasHeads ? shape[at] : 1;
        nint head = hasHeads ? strides[at++] : 0;
        return new TensorView((nint)pin.Pointer, heads, batch, time, head, Axis(0), Axis(1), Axis(2));

        nint Axis(int i) => at + i < strides.Length ? strides[at + i] : 0;
    }
}
