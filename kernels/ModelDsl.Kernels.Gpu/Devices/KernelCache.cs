using System.Diagnostics;
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The compiled code of a device. Every entry point is loaded once; ILGPU keeps one piece of code for each shape that it is launched with.
/// </summary>
internal sealed class KernelCache(GpuDevice device)
{
    private readonly Dictionary<MethodInfo, Delegate> _loaded = [];
    private readonly HashSet<(MethodInfo, object)> _compiled = [];

    public long Launches { get; private set; }

    public int Compilations { get; private set; }

    public TimeSpan CompileTime { get; private set; }

    public TimeSpan KernelTime { get; private set; }

    /// <summary>Lets go of all code: it belongs to a context that is not used again.</summary>
    public void Forget()
    {
        _loaded.Clear();
        _compiled.Clear();
    }

    /// <summary>Launches an entry point of a generated kernel; the first time with a shape it is compiled.</summary>
    public void Launch(
        GpuWork work, Action<KernelArguments, SpecializedValue<KernelShape>> entry, int groups, KernelArguments arguments, KernelShape shape) =>
        Launch(work, entry, groups, shape.Threads, arguments, shape);

    /// <summary>Launches any entry point; the first time with a shape it is compiled.</summary>
    public void Launch<TArguments, TShape>(
        GpuWork work, Action<TArguments, SpecializedValue<TShape>> entry, int groups, int threads, TArguments arguments, TShape shape)
        where TArguments : struct
        where TShape : unmanaged, IEquatable<TShape>
    {
        MethodInfo method = entry.Method;
        bool compiles = !_compiled.Contains((method, shape));
        long start = Stopwatch.GetTimestamp();
        device.Do(compiles ? GpuOperation.Compile : GpuOperation.Launch, work, () =>
        {
            if (!_loaded.TryGetValue(method, out Delegate? loaded))
            {
                loaded = device.Accelerator.LoadStreamKernel(entry);
                _loaded.Add(method, loaded);
            }

            var launch = (Action<KernelConfig, TArguments, SpecializedValue<TShape>>)loaded;

            if (!device.MeasuresKernels || compiles)
            {
                launch(new KernelConfig(groups, threads), arguments, SpecializedValue.New(shape));
                return;
            }

            device.Accelerator.Synchronize();
            long launched = Stopwatch.GetTimestamp();
            launch(new KernelConfig(groups, threads), arguments, SpecializedValue.New(shape));
            device.Accelerator.Synchronize();
            KernelTime += Stopwatch.GetElapsedTime(launched);
        });
        Launches++;
        if (compiles)
        {
            _compiled.Add((method, shape));
            Compilations++;
            CompileTime += Stopwatch.GetElapsedTime(start);
        }
    }
}
