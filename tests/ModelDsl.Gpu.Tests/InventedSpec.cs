using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>A spec that was compiled in memory, on a device.</summary>
internal static class InventedSpec
{
    /// <summary>Compares every mode that is legal on the device, with every gradient, with the spec's own definition.</summary>
    public static void Verify(CompiledSpecs specs, string name, GpuKind kind, VerificationOptions options)
    {
        // A device of its own: what ILGPU has compiled holds on to the assembly of the specs.
        using GpuDevice device = GpuDevice.Open(kind);
        RecurrenceHandle recurrence = specs.Recurrence(name);
        var kernel = (IRecurrenceKernel)specs.Type(name).GetMethod("On")!.Invoke(null, [device])!;
        var axes = recurrence.Description.Axes.Select(a => a.Name).ToHashSet();
        options = options with { AxisSizes = options.AxisSizes.Where(a => axes.Contains(a.Key)).ToDictionary() };
        VerificationReport report = ModeVerification.Verify(new RecurrenceHandle(kernel.Description, kernel, recurrence.Oracle), options);
        Assert.True(report.Passed, report.ToString());
    }
}
