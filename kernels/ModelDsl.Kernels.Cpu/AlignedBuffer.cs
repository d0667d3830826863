using System.Runtime.InteropServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>Native float32 scratch memory, aligned to 64 bytes, that grows as needed and is kept between calls.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>The alignment of every buffer, in bytes: one vector, one cache line.</summary>
    public const int Alignment = 64;

    private nint capacity;

    /// <summary>The first element; null before the first call of <see cref="Reserve"/>.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Floats that there is room for.</summary>
    internal nint Capacity => capacity;

    /// <summary>Frees the memory that was never disposed of.</summary>
    ~AlignedBuffer() => Release();

    /// <summary>Makes room for <paramref name="length"/> floats. What the buffer held is lost if it grows; new memory is not cleared.</summary>
    public float* Reserve(nint length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > capacity)
        {
            Release();
            Pointer = (float*)NativeMemory.AlignedAlloc(checked((nuint)length * sizeof(float)), Alignment);
            capacity = length;

            // Buffers that are dropped without being disposed of are to be collected before they pile up.
            GC.AddMemoryPressure((long)length * sizeof(float));
        }

        return Pointer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (Pointer is not null)
        {
            GC.RemoveMemoryPressure((long)capacity * sizeof(float));
        }

        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
        capacity = 0;
    }
}
