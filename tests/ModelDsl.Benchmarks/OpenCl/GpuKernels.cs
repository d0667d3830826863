using System.Reflection;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Benchmarks.OpenCl;

/// <summary>The generated kernels for GPUs of the recurrences that are timed.</summary>
internal static class GpuKernels
{
    /// <summary>The kernel of a recurrence on a device, by the name of its spec.</summary>
    public static GpuRecurrenceKernel On(GpuDevice device, string recurrence)
    {
        Type spec = new[] { typeof(Layers.SimpleGatedLinearAttention).Assembly, typeof(GpuKernels).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Single(type => type.Name == recurrence && type.IsAssignableTo(typeof(IGpuRecurrence)));
        return (GpuRecurrenceKernel)typeof(GpuKernels).GetMethod(nameof(Create), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(spec).Invoke(null, [device])!;
    }

    // A static member of an interface is reached through a type parameter.
    private static GpuRecurrenceKernel Create<T>(GpuDevice device)
        where T : IGpuRecurrence => T.On(device);
}
