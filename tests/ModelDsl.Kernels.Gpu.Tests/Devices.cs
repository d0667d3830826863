namespace ModelDsl.Kernels.Gpu.Tests;

/// <summary>The devices that tests run on, opened once: the emulator, which is always there, and OpenCL, which may be missing.</summary>
public sealed class Devices : IDisposable
{
    private readonly Lazy<GpuDevice> _emulator = new(() => GpuDevice.Open(GpuKind.Emulator));
    private readonly Lazy<(GpuDevice? Device, string Reason)> _openCL = new(() =>
    {
        try
        {
            return (GpuDevice.Open(GpuKind.OpenCL), "");
        }
        catch (GpuException exception)
        {
            return (null, exception.Message);
        }
    });

    /// <summary>ILGPU's emulator.</summary>
    public GpuDevice Emulator => _emulator.Value;

    /// <summary>An OpenCL device; without one the test is skipped, with the reason.</summary>
    public GpuDevice OpenCL
    {
        get
        {
            Skip.If(_openCL.Value.Device is null, _openCL.Value.Reason);
            return _openCL.Value.Device!;
        }
    }

    public void Dispose()
    {
        if (_emulator.IsValueCreated)
        {
            _emulator.Value.Dispose();
        }

        if (_openCL.IsValueCreated)
        {
            _openCL.Value.Device?.Dispose();
        }
    }
}
