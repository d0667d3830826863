namespace ModelDsl.Kernels.Gpu;

/// <summary>A device is missing, or something went wrong on it. The message says what was tried, why it failed, and what to try instead.</summary>
public sealed class GpuException : Exception
{
    /// <summary>With a message.</summary>
    public GpuException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what the driver or ILGPU threw.</summary>
    public GpuException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
