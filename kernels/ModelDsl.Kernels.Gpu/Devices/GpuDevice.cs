using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// A device that kernels run on: its memory, reused from call to call, and the code that was compiled for it. Calls on one device run one
/// after the other, from whatever threads they come.
/// </summary>
public sealed class GpuDevice : IDisposable
{
    private Context _context;
    private bool _disposed;

    private GpuDevice(GpuKind kind, Context context, Device device)
    {
        _context = context;
        Kind = kind;
        Name = device.Name;
        bool emulated = kind == GpuKind.Emulator;
        Limits = new GpuLimits(
            DeviceFinder.IsCpu(device),
            emulated,
            emulated ? DeviceFinder.EmulatorThreads : device.MaxNumThreadsPerGroup,

            // The emulator has no bound of its own: it is held to that of a GPU, so that the same choices are made.
            DeviceFinder.IsCpu(device) ? device.MaxSharedMemoryPerGroup / sizeof(float) : GpuLimits.SharedFloatsOf(emulated ? GpuLimits.SharedBytes : device.MaxSharedMemoryPerGroup),
            device.NumMultiprocessors,
            device.MemorySize);
        DeviceFinder.Prepare(device);
        Accelerator = device.CreateAccelerator(context);
        Memory = new DeviceMemory(this);
        Kernels = new KernelCache(this);
    }

    /// <summary>The kind.</summary>
    public GpuKind Kind { get; }

    /// <summary>The name that its driver gives it.</summary>
    public string Name { get; }

    /// <summary>What of it decides the shape of kernels.</summary>
    public GpuLimits Limits { get; }

    /// <summary>How many kernels have been launched.</summary>
    public long Launches => Kernels.Launches;

    /// <summary>How many kernels have been compiled: entry points, times the shapes that they were compiled for.</summary>
    public int Compilations => Kernels.Compilations;

    /// <summary>The time that launches took which had to compile first.</summary>
    public TimeSpan CompileTime => Kernels.CompileTime;

    /// <summary>Whether <see cref="KernelTime"/> is measured: every launch then waits for what was launched before, and for its own end.</summary>
    public bool MeasuresKernels { get; set; }

    /// <summary>The time from launches to their ends, without transfers, while <see cref="MeasuresKernels"/> was set; launches that compile are left out.</summary>
    public TimeSpan KernelTime => Kernels.KernelTime;

    /// <summary>Whether the device has stopped answering. It has to be disposed and opened again.</summary>
    public bool IsLost { get; private set; }

    internal Accelerator Accelerator { get; private set; }

    internal DeviceMemory Memory { get; }

    internal KernelCache Kernels { get; }

    /// <summary>Held by whoever uses the device.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Called before everything that is asked of the device. Tests make it throw.</summary>
    internal Action<GpuOperation>? Before { get; set; }

    /// <summary>All devices, and why one cannot be used or a kind has none.</summary>
    public static IReadOnlyList<GpuFinding> List() => DeviceFinder.Find(GpuKind.Cuda, GpuKind.OpenCL, GpuKind.Emulator);

    /// <summary>Opens a device.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="name">Part of the device's name, where there are several of a kind.</param>
    /// <exception cref="GpuException">There is none that can be used; the message says why.</exception>
    public static GpuDevice Open(GpuKind kind, string? name = null)
    {
        Context? context = null;
        try
        {
            context = DeviceFinder.Open(kind);
            foreach (Device device in DeviceFinder.DevicesOf(context, kind))
            {
                if (DeviceFinder.Refusal(device) is null && (name is null || device.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                {
                    var opened = new GpuDevice(kind, context, device);
                    context = null;
                    return opened;
                }
            }
        }
        catch (Exception exception) when (exception is not ArgumentException)
        {
            throw new GpuException(Nothing(kind, name, $"Opening it failed with {exception.GetType().Name}: {exception.Message}."), exception);
        }
        finally
        {
            context?.Dispose();
        }

        throw new GpuException(Nothing(kind, name, ""));
    }

    /// <summary>Opens the best device there is: a CUDA device, else an OpenCL one, GPUs before CPUs. The emulator is only opened by name.</summary>
    /// <exception cref="GpuException">There is none; the message says what was found.</exception>
    public static GpuDevice OpenBest()
    {
        foreach (GpuFinding finding in DeviceFinder.Find(GpuKind.Cuda, GpuKind.OpenCL))
        {
            if (finding.IsUsable)
            {
                return Open(finding.Kind, finding.Name);
            }
        }

        throw new GpuException(
            $"There is no GPU to run on. {Found(List())} CPU kernels need no device (Spec.Kernel); GpuDevice.Open(GpuKind.Emulator) runs small sequences for tests.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Memory.Drop();
            try
            {
                Accelerator.Dispose();
                _context.Dispose();
            }
            catch (Exception) when (IsLost)
            {
                // A lost device cannot let go of anything; the process goes on.
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} device '{Name}'";

    /// <summary>Does something on the device, whose failure becomes a <see cref="GpuException"/>.</summary>
    /// <param name="operation">What.</param>
    /// <param name="what">What it is done for, for the message.</param>
    /// <param name="action">Does it.</param>
    internal void Do(GpuOperation operation, GpuWork what, Action action)
    {
        try
        {
            Before?.Invoke(operation);
            action();
        }
        catch (Exception exception) when (exception is not GpuException)
        {
            throw Failed(operation, what, exception);
        }
    }

    /// <summary>Refuses a device that is gone.</summary>
    internal void ThrowIfGone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsLost)
        {
            throw new GpuException($"The {this} has stopped answering: dispose it and open it again (GpuDevice.Open). CPU kernels still work.");
        }
    }

    internal bool IsDisposed => _disposed;

    private static string Nothing(GpuKind kind, string? name, string failure)
    {
        string asked = name is null ? $"{kind}" : $"{kind} with '{name}' in its name";
        return $"No device of kind {asked} can be used. {failure}{(failure.Length > 0 ? " " : "")}{Found(DeviceFinder.Find(kind))}";
    }

    private static string Found(IEnumerable<GpuFinding> findings) => $"Found: {string.Join("; ", findings)}.";

    private GpuException Failed(GpuOperation operation, GpuWork what, Exception exception)
    {
        // Between the parts of a convolution some results are with the caller already.
        string callers = Memory.Resident > 0 ? "What the caller gave to be written may be written in part" : "The caller's tensors are as they were";

        // Whatever is left half done is let go, so that the next call starts afresh.
        Memory.Drop();
        IsLost = (operation == GpuOperation.Compile && !Reopens()) || !Answers();
        string after = IsLost
            ? "The device no longer answers: dispose it and open it again (GpuDevice.Open)."
            : "The device can still be used.";
        return new GpuException(
            $"{what}: {operation.Describe()} failed on the {this}: {exception.GetType().Name}: {exception.Message} {operation.Advice()} {after} {callers}, and CPU kernels still work.",
            exception);
    }

    /// <summary>
    /// Whether a fresh context of ILGPU can be had for the device. One in which a compilation has failed may fail in all that follow: it is not used again.
    /// </summary>
    private bool Reopens()
    {
        Kernels.Forget();
        try
        {
            Context context = DeviceFinder.Open(Kind);
            Device device = DeviceFinder.DevicesOf(context, Kind).First(device => device.Name == Name && DeviceFinder.Refusal(device) is null);
            DeviceFinder.Prepare(device);
            Accelerator fresh = device.CreateAccelerator(context);
            (Context oldContext, Accelerator old) = (_context, Accelerator);
            (_context, Accelerator) = (context, fresh);
            old.Dispose();
            oldContext.Dispose();
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Whether a number survives the way to the device and back.</summary>
    private bool Answers()
    {
        try
        {
            Before?.Invoke(GpuOperation.Probe);
            int[] numbers = [(int)Stopwatch.GetTimestamp(), 1];
            using MemoryBuffer1D<int, Stride1D.Dense> buffer = Accelerator.Allocate1D(numbers);
            Accelerator.Synchronize();
            return buffer.GetAsArray1D().AsSpan().SequenceEqual(numbers);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
