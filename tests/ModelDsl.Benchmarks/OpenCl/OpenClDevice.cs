using System.Text;
using Silk.NET.OpenCL;

namespace ModelDsl.Benchmarks.OpenCl;

/// <summary>The first OpenCL device, for kernels written by hand.</summary>
internal sealed unsafe class OpenClDevice : IDisposable
{
    private readonly CL _api;
    private readonly nint _device;
    private readonly nint _context;
    private readonly nint _queue;

    private OpenClDevice(CL api, nint device)
    {
        _api = api;
        _device = device;
        int status;
        _context = api.CreateContext(null, 1, in device, null, null, &status);
        Check(status, "clCreateContext");
        _queue = api.CreateCommandQueue(_context, device, (CommandQueueProperties)0, &status);
        Check(status, "clCreateCommandQueue");
    }

    /// <summary>The name that its driver gives it.</summary>
    public string Name
    {
        get
        {
            byte* text = stackalloc byte[256];
            Check(_api.GetDeviceInfo(_device, DeviceInfo.Name, 256, text, null), "clGetDeviceInfo");
            return new string((sbyte*)text);
        }
    }

    /// <summary>The device; null if there is none, with the reason.</summary>
    public static OpenClDevice? TryOpen(out string reason)
    {
        try
        {
            CL api = CL.GetApi();
            nint platform;
            uint count;
            if (api.GetPlatformIDs(1, &platform, &count) != 0 || count == 0)
            {
                reason = "OpenCL has no platform; Debian's pocl-opencl-icd brings one";
                return null;
            }

            nint device;
            if (api.GetDeviceIDs(platform, DeviceType.All, 1, &device, &count) != 0 || count == 0)
            {
                reason = "OpenCL's first platform has no device";
                return null;
            }

            reason = "";
            return new OpenClDevice(api, device);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DllNotFoundException or InvalidOperationException or EntryPointNotFoundException)
        {
            reason = $"OpenCL cannot be loaded: {fault.Message}";
            return null;
        }
    }

    /// <summary>Compiles a kernel.</summary>
    /// <param name="source">OpenCL C.</param>
    /// <param name="name">The kernel's name.</param>
    /// <param name="options">The compiler's.</param>
    public nint Compile(string source, string name, string options)
    {
        int status;
        byte[] text = Encoding.UTF8.GetBytes(source + '\0');
        nint program;
        fixed (byte* first = text)
        {
            byte* lines = first;
            program = _api.CreateProgramWithSource(_context, 1, &lines, null, &status);
        }

        Check(status, "clCreateProgramWithSource");
        nint device = _device;
        if (_api.BuildProgram(program, 1, in device, options, null, null) != 0)
        {
            nuint length;
            _api.GetProgramBuildInfo(program, _device, ProgramBuildInfo.BuildLog, 0, null, &length);
            byte[] log = new byte[length];
            fixed (byte* first = log)
            {
                _api.GetProgramBuildInfo(program, _device, ProgramBuildInfo.BuildLog, length, first, null);
            }

            throw new InvalidOperationException($"'{name}' does not compile: {Encoding.UTF8.GetString(log)}");
        }

        nint kernel = _api.CreateKernel(program, name, &status);
        Check(status, $"clCreateKernel of '{name}'");
        return kernel;
    }

    /// <summary>Memory on the device.</summary>
    public nint Allocate(nuint bytes)
    {
        int status;
        nint buffer = _api.CreateBuffer(_context, MemFlags.ReadWrite, bytes, null, &status);
        Check(status, "clCreateBuffer");
        return buffer;
    }

    /// <summary>Frees it.</summary>
    public void Free(nint buffer) => Check(_api.ReleaseMemObject(buffer), "clReleaseMemObject");

    /// <summary>From the host to the device.</summary>
    public void Write(nint buffer, ReadOnlySpan<byte> data)
    {
        fixed (byte* first = data)
        {
            Check(_api.EnqueueWriteBuffer(_queue, buffer, true, 0, (nuint)data.Length, first, 0, null, null), "clEnqueueWriteBuffer");
        }
    }

    /// <summary>From the device to the host.</summary>
    public void Read(nint buffer, Span<byte> data)
    {
        fixed (byte* first = data)
        {
            Check(_api.EnqueueReadBuffer(_queue, buffer, true, 0, (nuint)data.Length, first, 0, null, null), "clEnqueueReadBuffer");
        }
    }

    /// <summary>Binds a kernel's arguments: buffers, then numbers.</summary>
    public void Bind(nint kernel, ReadOnlySpan<nint> buffers, ReadOnlySpan<int> numbers)
    {
        uint index = 0;
        foreach (nint buffer in buffers)
        {
            nint value = buffer;
            Check(_api.SetKernelArg(kernel, index++, (nuint)sizeof(nint), &value), "clSetKernelArg");
        }

        foreach (int number in numbers)
        {
            int value = number;
            Check(_api.SetKernelArg(kernel, index++, sizeof(int), &value), "clSetKernelArg");
        }
    }

    /// <summary>Runs a kernel in groups of one work-item and waits for it.</summary>
    public void Run(nint kernel, int items)
    {
        nuint global = (nuint)items, local = 1;
        Check(_api.EnqueueNdrangeKernel(_queue, kernel, 1, null, &global, &local, 0, null, null), "clEnqueueNDRangeKernel");
        Check(_api.Finish(_queue), "clFinish");
    }

    public void Dispose()
    {
        _api.ReleaseCommandQueue(_queue);
        _api.ReleaseContext(_context);
        _api.Dispose();
    }

    private static void Check(int status, string what)
    {
        if (status != 0)
        {
            throw new InvalidOperationException($"{what} failed with OpenCL's status {status}.");
        }
    }
}
