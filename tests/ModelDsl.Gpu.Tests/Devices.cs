using ModelDsl.Kernels.Gpu;

// Tests count what one device does.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ModelDsl.Gpu.Tests;

/// <summary>The devices of this machine, opened once.</summary>
internal static class Devices
{
    private static readonly Dictionary<GpuKind, Lazy<GpuDevice>> s_open =
        Enum.GetValues<GpuKind>().ToDictionary(kind => kind, kind => new Lazy<GpuDevice>(() => GpuDevice.Open(kind)));

    /// <summary>A device, or the test is skipped with the reason.</summary>
    public static GpuDevice Get(GpuKind kind)
    {
        Require(kind);
        return s_open[kind].Value;
    }

    /// <summary>Skips a test where a kind has no device that can be used.</summary>
    public static void Require(GpuKind kind)
    {
        GpuFinding[] findings = [.. GpuDevice.List().Where(finding => finding.Kind == kind)];
        Skip.IfNot(findings.Any(finding => finding.IsUsable), string.Join("; ", findings.Select(finding => finding.ToString())));
    }
}
