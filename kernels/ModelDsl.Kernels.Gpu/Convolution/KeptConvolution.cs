using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>What a tape keeps of a convolution on the device: signals, impulse responses and reads, one behind the other.</summary>
internal sealed class KeptConvolution(GpuDevice device, SequenceShape shape, MemoryBuffer1D<float, Stride1D.Dense> memory) : IDisposable
{
    private readonly Accelerator _accelerator = device.Accelerator;
    private MemoryBuffer1D<float, Stride1D.Dense>? _memory = memory;

    /// <summary>Floats of tensors of some lengths, one behind the other.</summary>
    public static long Length(nint[] lengths) => lengths.Sum(Padded);

    /// <summary>Where each of them begins.</summary>
    public static long[] Starts(long first, nint[] lengths)
    {
        var starts = new long[lengths.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            starts[i] = first;
            first += Padded(lengths[i]);
        }

        return starts;
    }

    /// <summary>The memory, if it is of a call of this shape on this device; otherwise null.</summary>
    public MemoryBuffer1D<float, Stride1D.Dense>? For(GpuDevice other, SequenceShape sizes) =>
        _memory is { IsDisposed: false } && other == device && device.Accelerator == _accelerator
        && (sizes.Batch, sizes.Time, sizes.Heads) == (shape.Batch, shape.Time, shape.Heads) && sizes.AxisSizes.AsSpan().SequenceEqual(shape.AxisSizes)
            ? _memory
            : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (device.Gate)
        {
            if (_memory is { IsDisposed: false } kept && device.Accelerator == _accelerator && !device.IsDisposed && !device.IsLost)
            {
                device.Memory.Return(kept);
            }

            _memory = null;
        }
    }

    private static long Padded(nint length) => (length + KernelShape.Padding + (KernelShape.Padding - 1)) / KernelShape.Padding * KernelShape.Padding;
}
