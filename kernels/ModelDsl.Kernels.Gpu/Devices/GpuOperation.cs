namespace ModelDsl.Kernels.Gpu;

/// <summary>What can fail on a device.</summary>
internal enum GpuOperation
{
    Allocate,
    Upload,
    Compile,
    Launch,
    Finish,
    Download,
    Probe,
}

/// <summary>Words for messages.</summary>
internal static class GpuOperations
{
    public static string Describe(this GpuOperation operation) => operation switch
    {
        GpuOperation.Allocate => "allocating device memory",
        GpuOperation.Upload => "copying tensors to the device",
        GpuOperation.Compile => "compiling the kernel",
        GpuOperation.Launch => "launching the kernel",
        GpuOperation.Finish => "running the kernel",
        GpuOperation.Download => "copying results from the device",
        _ => "asking the device",
    };

    public static string Advice(this GpuOperation operation) => operation switch
    {
        GpuOperation.Allocate => "Try fewer sequences at once, a longer chunk (fewer states are kept), or dispose tapes that are no longer needed.",
        GpuOperation.Compile => "Try another mode or chunk size, or a newer driver.",
        GpuOperation.Launch or GpuOperation.Finish => "Try a smaller chunk, or fewer sequences at once.",
        _ => "Try again, or open the device anew.",
    };
}

/// <summary>What the device is asked for, for messages.</summary>
/// <param name="Recurrence">The recurrence.</param>
/// <param name="Entry">The kernel's entry point; null outside kernels.</param>
/// <param name="Plan">The mode, the chunk and the rest of the kernel's shape.</param>
/// <param name="Shape">The sizes of the call.</param>
internal sealed record GpuWork(RecurrenceDescription Recurrence, string? Entry, GpuLaunchPlan Plan, SequenceShape Shape)
{
    public override string ToString()
    {
        IEnumerable<string> axes = Recurrence.Axes.Select((axis, i) => $"{axis.Name} {Shape.AxisSizes[i]}");
        string sizes = string.Join(", ", [$"batch {Shape.Batch}", $"time {Shape.Time}", $"heads {Shape.Heads}", .. axes]);
        return $"{Recurrence.Name}{(Entry is null ? "" : $", kernel {Entry}")} ({sizes}; {Plan})";
    }
}
