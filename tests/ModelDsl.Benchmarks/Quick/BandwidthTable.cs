using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelDsl.Benchmarks.Operations;
using ModelDsl.Benchmarks.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>The recurrence of a vector against a loop that moves the same numbers: y = a * c + x over the same memory, which no cache holds.</summary>
internal sealed unsafe class BandwidthTable(TextWriter output, QuickOptions options)
{
    private const int Time = 4096;
    private const int Channels = 2048;

    private readonly MarkdownTable _table = new(
        output, $"Scan of a vector state, T={Time}, {Channels} channels, 1 thread", "mode", "time", "limit (y = a * c + x)", "of bandwidth", "goal", "torch loop", "vs loop");

    /// <summary>Times and prints the scan.</summary>
    public void Add()
    {
        using DisposeScope scope = NewDisposeScope();
        var shape = new SequenceShape(1, Time, Channels, []);
        Tensor[] inputs = [RandomInputs.Normal([1, Time, Channels]), rand(1, Time, Channels)];
        var call = new KernelCall(VectorScan.Kernel, shape, inputs, empty(1, Time, Channels));
        Tensor triad = empty(1, Time, Channels);
        var limit = new Contender("limit", () => Probes.Triad(Data(inputs[1]), Data(inputs[0]), Data(triad), triad.numel()), isOurs: true);
        var loop = new Contender("torch", () => Loop(inputs));
        Contender[] ours = [.. new[] { Mode.Recurrent, Mode.ParallelScan }.Select(mode => new Contender(mode.ToString(), () => call.Forward(new RunOptions(mode, Threads: 1)), isOurs: true))];
        Interleaved.Run([limit, loop, .. ours], 2 * options.Rounds, options.Budget);
        foreach (Contender mine in ours)
        {
            double part = limit.Processor.Minimum / mine.Processor.Minimum;
            _table.Row(
                mine.Name,
                MarkdownTable.Time(mine.Processor),
                MarkdownTable.Time(limit.Processor),
                part.ToString("0%", System.Globalization.CultureInfo.InvariantCulture),
                mine.Name == nameof(Mode.Recurrent) ? Targets.Bandwidth.Judge(part) : "none",
                MarkdownTable.Time(loop.Processor),
                MarkdownTable.Ratio(loop.Processor, mine.Processor));
        }
    }

    private static void Loop(Tensor[] inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable mode = inference_mode(true);
        Tensor output = empty_like(inputs[0]);
        Tensor[] x = inputs[0].unbind(1), a = inputs[1].unbind(1), y = output.unbind(1);
        Tensor state = zeros_like(x[0]);
        for (int t = 0; t < x.Length; t++)
        {
            state.mul_(a[t]).add_(x[t]);
            y[t].copy_(state);
        }
    }

    private static float* Data(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
