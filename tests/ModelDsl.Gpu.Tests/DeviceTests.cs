using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Gpu.Tests;

/// <summary>What is said of devices, found or missing.</summary>
public class DeviceTests
{
    [Fact]
    public void Every_kind_is_listed_with_a_device_or_what_to_install()
    {
        IReadOnlyList<GpuFinding> found = GpuDevice.List();
        foreach (GpuKind kind in Enum.GetValues<GpuKind>())
        {
            GpuFinding[] findings = [.. found.Where(finding => finding.Kind == kind)];
            Assert.NotEmpty(findings);
            Assert.All(findings, finding => Assert.True(finding.IsUsable ? finding.Name.Length > 0 : finding.Refused!.Length > 0, finding.ToString()));
        }

        Assert.Contains(found, finding => finding is { Kind: GpuKind.Emulator, IsUsable: true });
    }

    [SkippableFact]
    public void A_missing_kind_is_told_with_what_to_install()
    {
        Skip.If(GpuDevice.List().Any(finding => finding is { Kind: GpuKind.Cuda, IsUsable: true }), "This machine has a CUDA device.");
        string message = Assert.Throws<GpuException>(() => GpuDevice.Open(GpuKind.Cuda)).Message;
        Assert.Contains("No device of kind Cuda can be used", message);
        Assert.Contains("NVIDIA driver", message);
    }

    [Fact]
    public void A_name_that_no_device_has_is_told_with_those_there_are()
    {
        string message = Assert.Throws<GpuException>(() => GpuDevice.Open(GpuKind.Emulator, "Voodoo")).Message;
        Assert.Contains("with 'Voodoo' in its name", message);
        Assert.Contains("CPUAccelerator", message);
    }

    [SkippableFact]
    public void The_best_device_is_never_the_emulator()
    {
        if (GpuDevice.List().Any(finding => finding.IsUsable && finding.Kind != GpuKind.Emulator))
        {
            using GpuDevice best = GpuDevice.OpenBest();
            Assert.NotEqual(GpuKind.Emulator, best.Kind);
        }
        else
        {
            Assert.Contains("There is no GPU to run on. Found: Cuda", Assert.Throws<GpuException>(GpuDevice.OpenBest).Message);
        }
    }

    [Fact]
    public void A_device_that_was_disposed_refuses_calls()
    {
        GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        Ema.EmaKernel kernel = new(device, headsAsLanes: false);
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => new Ema.EmaCase(new SequenceShape(1, 2, 1, [2])).Forward(kernel, default));
        device.Dispose();
    }
}
