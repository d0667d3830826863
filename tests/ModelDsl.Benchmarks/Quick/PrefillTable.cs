using System.Globalization;
using ModelDsl.Benchmarks.Operations;
using ModelDsl.Benchmarks.Torch;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>Whole sequences on one thread, against torch: the forward pass, or forward and backward.</summary>
internal sealed class PrefillTable(TextWriter output, QuickOptions options, bool withGradient)
{
    private readonly MarkdownTable _table = new(
        output, withGradient ? "Forward and backward, 1 thread" : "Forward, 1 thread",
        "operation", "mode", "time", "work", "of FMA peak", "best torch", "vs best torch", "torch loop", "vs loop", "goal vs best torch", "allocated", "error (torch's)");

    /// <summary>Checks, times and prints one operation; gives the best time of ours.</summary>
    public Statistic Add(Operation operation)
    {
        Dictionary<string, double> errors = Agreement.Check(operation, withGradient);
        var probe = new Contender("probe", Probes.MultiplyAdd);
        Contender[] ours = [.. operation.Modes.Select(m => Ours(operation, m))];
        Contender[] loops = [.. operation.Forms.Where(f => f.IsLoop).Select(f => Peer(operation, f))];
        Contender[] others = [.. operation.Forms.Where(f => !f.IsLoop).Select(f => Peer(operation, f))];
        Interleaved.Run([probe, .. ours, .. loops, .. others], options.Rounds, options.Budget);

        double peak = Probes.MultiplyAddOperations / probe.Processor.Minimum;
        Contender loop = loops[0];
        Contender best = loops.Concat(others).MinBy(c => c.Processor.Minimum)!;
        Mode auto = operation.Call.AutoMode(withGradient);
        foreach (Contender mine in ours)
        {
            Statistic time = mine.Processor;
            double rate = operation.Work / time.Minimum;
            Target? target = withGradient ? Targets.Gradient(operation.Name) : Targets.Forward(operation.Name);
            _table.Row(
                operation.Name,
                mine.Name == auto.ToString() ? $"{mine.Name} (Auto)" : mine.Name,
                MarkdownTable.Time(time),
                withGradient ? "" : $"{MarkdownTable.Short(rate / 1e9)} {operation.Unit}",
                withGradient || operation.Unit.Contains("elem", StringComparison.Ordinal) ? "" : (rate / peak).ToString("0%", CultureInfo.InvariantCulture),
                $"{best.Name}: {MarkdownTable.Time(best.Processor)}",
                MarkdownTable.Ratio(best.Processor, time),
                MarkdownTable.Time(loop.Processor),
                MarkdownTable.Ratio(loop.Processor, time),
                target is { } t ? t.Judge(best.Processor.Minimum / time.Minimum) : "none",
                $"{AllocatedBy(mine.Run)} B",
                string.Create(CultureInfo.InvariantCulture, $"{errors[mine.Name]:0e0} ({errors[best.Name]:0e0})"));
        }

        return ours.MinBy(c => c.Processor.Minimum)!.Processor;
    }

    /// <summary>Bytes that one call allocates on the managed heap.</summary>
    public static long AllocatedBy(Action run)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        run();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private Contender Ours(Operation operation, Mode mode)
    {
        var run = new RunOptions(mode, Threads: 1);
        return new(mode.ToString(), withGradient ? () => operation.Call.ForwardBackward(run) : () => operation.Call.Forward(run), isOurs: true);
    }

    private Contender Peer(Operation operation, TorchForm form) =>
        new(form.Name, withGradient ? () => operation.RunTorchWithGradient(form) : () => operation.RunTorch(form));
}
