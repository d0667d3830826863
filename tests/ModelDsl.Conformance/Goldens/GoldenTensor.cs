using System.Runtime.InteropServices;

namespace ModelDsl.Conformance.Goldens;

/// <summary>A float32 tensor in memory that does not move: kernels see it through strided views, so that no layout needs a copy.</summary>
public sealed class GoldenTensor
{
    private GoldenTensor(string name, int[] shape, float[] data)
    {
        Name = name;
        Shape = shape;
        Data = data;
    }

    /// <summary>Its name in the file.</summary>
    public string Name { get; }

    /// <summary>Its shape, row-major.</summary>
    public int[] Shape { get; }

    /// <summary>Its elements, pinned.</summary>
    public float[] Data { get; }

    /// <summary>The address of the first element.</summary>
    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(Data, 0);

    /// <summary>A tensor of the given elements.</summary>
    public static GoldenTensor Of(string name, int[] shape, ReadOnlySpan<float> data)
    {
        float[] pinned = GC.AllocateUninitializedArray<float>(Math.Max(data.Length, 1), pinned: true);
        data.CopyTo(pinned);
        return new GoldenTensor(name, shape, pinned);
    }

    /// <summary>A tensor of NaN, to be overwritten: an element that a kernel leaves out shows in the comparison.</summary>
    public GoldenTensor Poisoned()
    {
        float[] pinned = GC.AllocateUninitializedArray<float>(Data.Length, pinned: true);
        pinned.AsSpan().Fill(float.NaN);
        return new GoldenTensor(Name, Shape, pinned);
    }

    /// <summary>The shape as text.</summary>
    public override string ToString() => $"{Name}[{string.Join(", ", Shape)}]";
}
