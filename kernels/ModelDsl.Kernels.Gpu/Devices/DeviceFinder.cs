using System.Reflection;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Finds devices, and says why one is refused.</summary>
internal static class DeviceFinder
{
    /// <summary>Threads of a group on the emulator: enough to meet at barriers, few enough for threads of a process.</summary>
    public const int EmulatorThreads = 16;

    /// <summary>What there is, best first.</summary>
    public static List<GpuFinding> Find(params GpuKind[] kinds)
    {
        List<GpuFinding> found = [];
        foreach (GpuKind kind in kinds)
        {
            try
            {
                using Context context = Open(kind);
                GpuFinding[] devices = [.. DevicesOf(context, kind).Select(device => new GpuFinding(kind, device.Name, Refusal(device)))];
                found.AddRange(devices.Length > 0 ? devices : [new GpuFinding(kind, "no device", Missing(kind))]);
            }
            catch (Exception exception)
            {
                // A driver that fails says no more than that it cannot be used; the other kinds are still looked at.
                found.Add(new GpuFinding(kind, "no device", $"{exception.GetType().Name}: {exception.Message}; {Missing(kind)}"));
            }
        }

        return found;
    }

    /// <summary>A context with the devices of one kind.</summary>
    public static Context Open(GpuKind kind) => Context.Create(builder =>
    {
        // Device code is small functions on lanes: nothing of it may stay a call. On the emulator compiling takes longer than running: there they stay calls, and are not optimised.
        _ = kind == GpuKind.Emulator
            ? builder.Optimize(OptimizationLevel.O0).Inlining(InliningMode.Conservative)
            : builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        OpenCLVectors.Register(builder);
        _ = kind switch
        {
            GpuKind.Cuda => builder.Cuda(),
            GpuKind.OpenCL => builder.OpenCL(_ => true),
            GpuKind.Emulator => builder.CPU(new CPUDevice(EmulatorThreads / 4, 4, 1)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is no kind of device."),
        };
    });

    /// <summary>The devices of a kind, GPUs before CPUs.</summary>
    public static IEnumerable<Device> DevicesOf(Context context, GpuKind kind) =>
        context.Devices.Where(device => KindOf(device) == kind).OrderBy(device => IsCpu(device) ? 1 : 0);

    public static bool IsCpu(Device device) => device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU };

    /// <summary>Why kernels cannot run on a device; null if they can.</summary>
    public static string? Refusal(Device device) => device switch
    {
        CLDevice cl when !HasGenericAddresses(cl) =>
            $"it offers {cl.CVersion}, and kernels need pointers to any memory (OpenCL C 2.0 or 3.0 with the generic address space). A newer driver may have them",
        _ => null,
    };

    /// <summary>Makes a device ready for an accelerator.</summary>
    public static void Prepare(Device device)
    {
        if (device is CLDevice { Capabilities.GenericAddressSpace: false } cl)
        {
            // PoCL has generic addresses, but reports OpenCL C 1.2 to the query that ILGPU asks, which then refuses it.
            typeof(CLCapabilityContext)
                .GetProperty(nameof(CLCapabilityContext.GenericAddressSpace), BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!
                .SetValue(cl.Capabilities, true);
        }
    }

    private static GpuKind KindOf(Device device) => device.AcceleratorType switch
    {
        AcceleratorType.Cuda => GpuKind.Cuda,
        AcceleratorType.OpenCL => GpuKind.OpenCL,
        _ => GpuKind.Emulator,
    };

    private static bool HasGenericAddresses(CLDevice device) =>
        device.Capabilities.GenericAddressSpace || device.PlatformName.Contains("Portable Computing Language", StringComparison.Ordinal);

    /// <summary>What to install where a kind has no device.</summary>
    private static string Missing(GpuKind kind) => kind switch
    {
        GpuKind.Cuda when !HasLibrary("libcuda.so.1", "nvcuda.dll") => "there is no NVIDIA driver (libcuda.so.1): install one that fits the GPU",
        GpuKind.Cuda => "the NVIDIA driver shows no GPU to this process",
        GpuKind.OpenCL when !HasLibrary("libOpenCL.so", "OpenCL.dll") =>
            "there is no OpenCL loader (libOpenCL.so): install it (Debian: ocl-icd-opencl-dev), and a driver: the GPU's own, or pocl-opencl-icd for the CPU",
        GpuKind.OpenCL => "the OpenCL loader knows no driver: install the GPU's own, or pocl-opencl-icd for the CPU",
        _ => "ILGPU offers no emulator",
    };

    private static bool HasLibrary(string unix, string windows)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? windows : unix, out nint library))
        {
            return false;
        }

        NativeLibrary.Free(library);
        return true;
    }
}
