namespace ModelDsl.Kernels.Gpu;

/// <summary>Implemented by the generator for every spec of a project that refers to the GPU runtime.</summary>
public interface IGpuRecurrence
{
    /// <summary>The generated kernel on a device. Kernels of one device share its memory and its cache of compiled code.</summary>
    /// <param name="device">The device.</param>
    static abstract GpuRecurrenceKernel On(GpuDevice device);
}
