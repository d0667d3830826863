using System.Runtime.InteropServices;

namespace ModelDsl;

/// <summary>Dense tensors that live for one call, where the garbage collector does not see them.</summary>
internal sealed unsafe class ScratchTensors : IDisposable
{
    private readonly List<nint> _memory = [];

    /// <summary>A tensor of the given sizes, its elements undefined.</summary>
    public TensorView Take(TensorExtent extent)
    {
        var data = (nint)NativeMemory.Alloc((nuint)extent.Count, sizeof(float));
        _memory.Add(data);
        nint axis1 = extent.Axis2, axis0 = axis1 * extent.Axis1, head = axis0 * extent.Axis0, time = head * extent.Heads, batch = time * extent.Time;
        return new TensorView(data, extent.Heads, batch, time, head, axis0, axis1, 1);
    }

    /// <summary>A tensor of zeros.</summary>
    public TensorView Zeros(TensorExtent extent)
    {
        TensorView view = Take(extent);
        extent.Clear(view);
        return view;
    }

    public void Dispose()
    {
        foreach (nint data in _memory)
        {
            NativeMemory.Free((void*)data);
        }

        _memory.Clear();
    }
}
