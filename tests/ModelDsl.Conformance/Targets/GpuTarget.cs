using System.Reflection;
using ModelDsl.Conformance.Mapping;
using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Conformance.Targets;

/// <summary>The generated kernels for GPUs, on a device of this machine.</summary>
/// <param name="name">The target's name.</param>
/// <param name="kind">The kind of device.</param>
/// <param name="largest">The most elements that the tensors of a case may have together.</param>
public sealed class GpuTarget(string name, GpuKind kind, int largest = int.MaxValue) : ITarget
{
    /// <summary>The most elements of a case on the emulator, where every thread of a group is a thread of the process.</summary>
    public const int SmallFile = 13_000;

    private readonly Dictionary<Type, GpuRecurrenceKernel> _kernels = [];
    private GpuDevice? _device;
    private string? _missing;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public IEnumerable<Mode> Modes(RecurrenceHandle recurrence) => GpuRecurrenceKernel.DescriptionOf(recurrence.Description).LegalModes;

    /// <inheritdoc/>
    public string? WhyNot(BoundCase golden)
    {
        int elements = golden.Inputs.Sum(input => input.Bound.Tensor.Data.Length);
        return elements > largest
            ? $"its inputs have {elements} elements; on this target at most {largest} are run"
            : Device is null ? _missing : null;
    }

    /// <inheritdoc/>
    public RunResult Run(BoundCase golden, Mode mode, int chunkSize) => KernelRun.Run(golden.Recurrence.On(KernelOf), golden, golden.Options(mode, chunkSize));

    private GpuDevice? Device
    {
        get
        {
            try
            {
                return _device ??= _missing is null ? GpuDevice.Open(kind) : null;
            }
            catch (GpuException exception)
            {
                _missing = exception.Message;
                return null;
            }
        }
    }

    private GpuRecurrenceKernel KernelOf(RecurrenceHandle recurrence)
    {
        Type spec = recurrence.Spec ?? throw new InvalidOperationException($"The handle of {recurrence.Description.Name} does not name its spec.");
        if (!typeof(IGpuRecurrence).IsAssignableFrom(spec))
        {
            throw new InvalidOperationException($"{spec} has no kernel for GPUs.");
        }

        if (!_kernels.TryGetValue(spec, out GpuRecurrenceKernel? kernel))
        {
            MethodInfo on = GetType().GetMethod(nameof(On), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(spec);
            kernel = on.CreateDelegate<Func<GpuDevice, GpuRecurrenceKernel>>()(Device!);
            _kernels.Add(spec, kernel);
        }

        return kernel;
    }

    private static GpuRecurrenceKernel On<T>(GpuDevice device)
        where T : IGpuRecurrence => T.On(device);
}
