using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>What a tape keeps on the device: the states at the boundaries of chunks.</summary>
internal sealed class KeptStates(GpuRecurrenceKernel kernel, SequenceShape shape, GpuLaunchPlan plan, MemoryBuffer1D<float, Stride1D.Dense> states) : IDisposable
{
    private MemoryBuffer1D<float, Stride1D.Dense>? _states = states;

    /// <summary>The states, if they are those of a call like this one; otherwise null.</summary>
    public ArrayView<float>? For(GpuCall call, long length) =>
        _states is { IsDisposed: false } kept && kept.Accelerator == kernel.Device.Accelerator && call.Kernel == kernel && call.Plan == plan && SameSizes(call.Shape)
            ? kept.View.AsContiguous().SubView(0, length)
            : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (kernel.Device.Gate)
        {
            if (_states is { IsDisposed: false } kept && kept.Accelerator == kernel.Device.Accelerator && !kernel.Device.IsDisposed && !kernel.Device.IsLost)
            {
                kernel.Device.Memory.Return(kept);
            }

            _states = null;
        }
    }

    private bool SameSizes(SequenceShape other) =>
        (other.Batch, other.Time, other.Heads) == (shape.Batch, shape.Time, shape.Heads) && other.AxisSizes.AsSpan().SequenceEqual(shape.AxisSizes);
}
