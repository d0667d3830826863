using System.Diagnostics;
using System.Globalization;
using ModelDsl.Benchmarks.OpenCl;
using ModelDsl.Benchmarks.Operations;
using ModelDsl.Kernels.Gpu;
using TorchSharp;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>
/// Generated kernels for GPUs on an OpenCL device (PoCL, where there is no GPU), against kernels written by hand in OpenCL C and against the generated CPU kernel on two
/// threads, in one run and in random alternation, by the wall clock. "Kernel": the tensors are on the device; from the launch until it has finished. "Call": tensors sent, kernel, output fetched.
/// </summary>
internal sealed class OpenClTable : IDisposable
{
    private static readonly Target s_byHand = new(1.25, 1, LessIsBetter: true);
    private static readonly Target s_cpu = new(3.5, 3, LessIsBetter: true);

    private readonly OpenClDevice _device;
    private readonly GpuDevice _generated;
    private readonly QuickOptions _options;
    private readonly MarkdownTable _table;

    private OpenClTable(TextWriter output, QuickOptions options, OpenClDevice device, GpuDevice generated)
    {
        (_device, _generated, _options) = (device, generated, options);
        _table = new MarkdownTable(
            output, $"OpenCL on {device.Name}, forward (wall time)",
            "operation", "mode", "kernel", "by hand", "vs by hand", "goal", "CPU kernel, 2 threads", "vs CPU", "goal", "call", "call by hand", "first call", "second", "another T", "difference from CPU");
    }

    /// <summary>The table; null where there is no OpenCL device, which is said.</summary>
    public static OpenClTable? TryCreate(TextWriter output, QuickOptions options)
    {
        if (OpenClDevice.TryOpen(out string reason) is not { } device)
        {
            output.WriteLine($"\nNo OpenCL table: {reason}.");
            return null;
        }

        return new OpenClTable(output, options, device, GpuDevice.Open(GpuKind.OpenCL));
    }

    /// <summary>Checks, times and prints one operation, if there is a kernel by hand for it.</summary>
    public void Add(Operation operation)
    {
        using OpenClPeer? byHand = OpenClPeer.For(_device, operation);
        if (byHand is null)
        {
            return;
        }

        GpuRecurrenceKernel kernel = GpuKernels.On(_generated, operation.Kernel.Description.Name);
        KernelCall call = new(kernel, operation.Shape, operation.Inputs, operation.OutputGradient);
        RunOptions cpu = new(Mode.Auto, Threads: 2);
        operation.Call.Forward(cpu);
        byHand.Run();
        byHand.Fetch();
        RequireAgreement(operation, "by hand", byHand.Output);

        Mode[] modes = [.. operation.Modes];
        List<string[]> starts = [];
        List<double> errors = [];
        foreach (Mode mode in modes)
        {
            starts.Add(Starts(operation, kernel, call, mode));
            errors.Add(RequireAgreement(operation, mode.ToString(), call.Output));
        }

        Timing cpuTime = new(() => Wall(() => operation.Call.Forward(cpu))), handKernel = new(() => Wall(byHand.Run));
        Timing handCall = new(() => Wall(() => { byHand.Send(); byHand.Run(); byHand.Fetch(); }));
        Timing[] kernels = [.. modes.Select(mode => new Timing(() => KernelTime(call, mode)))];
        Timing[] calls = [.. modes.Select(mode => new Timing(() => Wall(() => call.Forward(new RunOptions(mode)))))];
        Timing.Run([cpuTime, handKernel, handCall, .. kernels, .. calls], 2 * _options.Rounds);

        for (int i = 0; i < modes.Length; i++)
        {
            Statistic time = kernels[i].Seconds;
            _table.Row(
                [
                    operation.Name,
                    modes[i] == kernel.Choose(operation.Shape, default) ? $"{modes[i]} (Auto)" : modes[i].ToString(),
                    MarkdownTable.Time(time),
                    MarkdownTable.Time(handKernel.Seconds),
                    MarkdownTable.Ratio(time, handKernel.Seconds),
                    s_byHand.Judge(time.Median / handKernel.Seconds.Median),
                    MarkdownTable.Time(cpuTime.Seconds),
                    MarkdownTable.Ratio(time, cpuTime.Seconds),
                    s_cpu.Judge(time.Median / cpuTime.Seconds.Median),
                    MarkdownTable.Time(calls[i].Seconds),
                    MarkdownTable.Time(handCall.Seconds),
                    .. starts[i],
                    errors[i].ToString("0e0", CultureInfo.InvariantCulture),
                ]);
        }
    }

    public void Dispose()
    {
        _generated.Dispose();
        _device.Dispose();
    }

    /// <summary>The first call, which compiles; the second; the first with another length, which is to find what was compiled.</summary>
    private string[] Starts(Operation operation, GpuRecurrenceKernel kernel, KernelCall call, Mode mode)
    {
        double first = Wall(() => call.Forward(new RunOptions(mode))), second = Wall(() => call.Forward(new RunOptions(mode)));
        SequenceShape longer = operation.Shape with { Time = operation.Shape.Time + 32 };
        torch.Tensor[] inputs = RandomInputs.For(kernel.Description, longer);
        KernelCall other = new(kernel, longer, inputs, RandomInputs.Normal([.. kernel.Description.OutputShape(0, longer).Select(n => (long)n)]));
        int compiled = _generated.Compilations;
        double another = Wall(() => other.Forward(new RunOptions(mode)));
        string found = _generated.Compilations == compiled ? "" : $", {_generated.Compilations - compiled} compiled";
        return [Milliseconds(first), Milliseconds(second), Milliseconds(another) + found];
    }

    private static string Milliseconds(double seconds) => $"{MarkdownTable.Short(seconds * 1e3)} ms";

    private static double RequireAgreement(Operation operation, string name, torch.Tensor found)
    {
        using torch.Tensor difference = found - operation.Call.Output, size = operation.Call.Output.abs().max(), largest = difference.abs().max() / size;
        double error = largest.item<float>();
        return error <= Agreement.Tolerance
            ? error
            : throw new InvalidOperationException(
                $"{operation.Name} on OpenCL: '{name}' differs by {error:g2} of the largest value from the CPU kernel, but at most {Agreement.Tolerance:g2} was expected.");
    }

    private static double Wall(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // What the device was busy with during a call.
    private double KernelTime(KernelCall call, Mode mode)
    {
        _generated.MeasuresKernels = true;
        TimeSpan before = _generated.KernelTime;
        call.Forward(new RunOptions(mode));
        _generated.MeasuresKernels = false;
        return (_generated.KernelTime - before).TotalSeconds;
    }
}

/// <summary>Something that says itself how long it took.</summary>
internal sealed class Timing(Func<double> sample)
{
    private readonly List<double> _seconds = [];

    public Statistic Seconds => new(_seconds);

    /// <summary>Adds samples to all, in random alternation, after a round that does not count.</summary>
    public static void Run(IReadOnlyList<Timing> timings, int rounds)
    {
        foreach (Timing timing in timings)
        {
            timing.Sample();
            timing._seconds.Clear();
        }

        var random = new Random(1);
        Timing[] order = [.. timings];
        for (int round = 0; round < rounds; round++)
        {
            random.Shuffle(order);
            foreach (Timing timing in order)
            {
                timing.Sample();
            }
        }
    }

    private void Sample() => _seconds.Add(sample());
}
