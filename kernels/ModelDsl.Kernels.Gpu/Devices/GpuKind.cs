namespace ModelDsl.Kernels.Gpu;

/// <summary>The kinds of devices that kernels run on.</summary>
public enum GpuKind
{
    /// <summary>An NVIDIA GPU, through its driver.</summary>
    Cuda,

    /// <summary>An OpenCL device: a GPU, or a CPU through an OpenCL driver such as PoCL.</summary>
    OpenCL,

    /// <summary>ILGPU's emulator: threads and barriers of a GPU as threads of this process. For tests of small sequences; it is slow.</summary>
    Emulator,
}
