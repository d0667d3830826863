using System.Runtime.InteropServices;
using System.Text;

namespace ModelDsl.Kernels.Gpu.Cuda;

/// <summary>Loads and launches through the CUDA driver in a device's primary context: the one that libtorch, like everything on the CUDA runtime, uses.</summary>
public sealed unsafe class CudaDriverLauncher : ICudaLauncher
{
    private const int LogLength = 8192;

    // CUjit_option, and the markers of CU_LAUNCH_PARAM_*.
    private const int ErrorLogBuffer = 5, ErrorLogBufferSize = 6;
    private const nint ParametersEnd = 0, ParametersPointer = 1, ParametersSize = 2;

    private readonly List<nint> _modules = [];
    private readonly int _device;
    private readonly nint _context;
    private bool _disposed;

    /// <summary>Retains the primary context of a device.</summary>
    /// <param name="device">The device's number, as torch counts.</param>
    /// <exception cref="GpuException">There is no driver or no such device.</exception>
    public CudaDriverLauncher(int device = 0)
    {
        try
        {
            Check(Driver.Init(0), "starting the driver");
            Check(Driver.DeviceGet(out _device, device), $"finding device {device}");
            Check(Driver.PrimaryRetain(out _context, _device), "retaining the primary context");
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new GpuException($"There is no NVIDIA driver ({Driver.Library}) to launch kernels with: install one that fits the GPU. CPU kernels still work.", exception);
        }
    }

    /// <inheritdoc/>
    public nint Load(string ptx, string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(Driver.SetCurrent(_context), "entering the primary context");
        byte[] text = Encoding.ASCII.GetBytes(ptx + "\0"), log = new byte[LogLength];
        nint module;
        fixed (byte* image = text, messages = log)
        {
            int* options = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferSize };
            nint* values = stackalloc nint[] { (nint)messages, LogLength };
            int result = Driver.LoadData(out module, image, 2, options, values);
            if (result != 0)
            {
                throw new GpuException($"The driver does not assemble kernel '{name}' (CUDA error {result}): {Encoding.ASCII.GetString(log).TrimEnd('\0')}");
            }
        }

        _modules.Add(module);
        Check(Driver.GetFunction(out nint kernel, module, name), $"finding kernel '{name}' in its module");
        return kernel;
    }

    /// <inheritdoc/>
    public void Launch(nint kernel, int groups, int threads, ReadOnlySpan<byte> parameters, nint stream = 0)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(Driver.SetCurrent(_context), "entering the primary context");
        nuint length = (nuint)parameters.Length;
        fixed (byte* bytes = parameters)
        {
            nint* extra = stackalloc nint[] { ParametersPointer, (nint)bytes, ParametersSize, (nint)(&length), ParametersEnd };
            Check(Driver.Launch(kernel, (uint)groups, 1, 1, (uint)threads, 1, 1, 0, stream, null, extra), $"launching {groups} groups of {threads} threads");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        // Nothing is checked: whatever fails now, libtorch goes on with the context.
        _disposed = true;
        _ = Driver.SetCurrent(_context);
        _modules.ForEach(module => _ = Driver.Unload(module));
        _ = Driver.PrimaryRelease(_device);
    }

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new GpuException($"The CUDA driver failed in {what}: error {result} (see CUresult). The tensors are as they were, and CPU kernels still work.");
        }
    }

    /// <summary>The driver API.</summary>
    private static class Driver
    {
        public const string Library = "libcuda.so.1";

        [DllImport(Library, EntryPoint = "cuInit")]
        public static extern int Init(uint flags);

        [DllImport(Library, EntryPoint = "cuDeviceGet")]
        public static extern int DeviceGet(out int device, int ordinal);

        [DllImport(Library, EntryPoint = "cuDevicePrimaryCtxRetain")]
        public static extern int PrimaryRetain(out nint context, int device);

        [DllImport(Library, EntryPoint = "cuDevicePrimaryCtxRelease_v2")]
        public static extern int PrimaryRelease(int device);

        [DllImport(Library, EntryPoint = "cuCtxSetCurrent")]
        public static extern int SetCurrent(nint context);

        [DllImport(Library, EntryPoint = "cuModuleLoadDataEx")]
        public static extern int LoadData(out nint module, byte* image, uint options, int* names, nint* values);

        [DllImport(Library, EntryPoint = "cuModuleGetFunction", CharSet = CharSet.Ansi, BestFitMapping = false)]
        public static extern int GetFunction(out nint function, nint module, [MarshalAs(UnmanagedType.LPStr)] string name);

        [DllImport(Library, EntryPoint = "cuModuleUnload")]
        public static extern int Unload(nint module);

        [DllImport(Library, EntryPoint = "cuLaunchKernel")]
        public static extern int Launch(
            nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, nint* parameters, nint* extra);
    }
}
