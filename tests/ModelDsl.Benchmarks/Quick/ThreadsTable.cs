using ModelDsl.Benchmarks.Operations;
using ModelDsl.Benchmarks.Torch;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>Two threads against one, and against torch with two, by the wall clock: means little where other programs use the processors.</summary>
internal sealed class ThreadsTable(TextWriter output, QuickOptions options)
{
    private readonly MarkdownTable _table = new(
        output, "2 threads against 1 (wall time)", "operation", "pass", "1 thread", "2 threads", "speed-up", "goal", "best torch on 2 threads", "vs best torch", "allocated on 2 threads");

    /// <summary>Times and prints one operation in its Auto mode.</summary>
    public void Add(Operation operation)
    {
        foreach (bool withGradient in (bool[])[false, true])
        {
            Contender one = With(operation, withGradient, 1), two = With(operation, withGradient, 2);
            Contender[] peers = [.. operation.Forms.Where(f => !f.IsLoop).Select(f => Peer(operation, f, withGradient))];
            Interleaved.Run([one, two], 2 * options.Rounds, options.Budget / 2);

            // Apart: torch's threads stay awake for milliseconds after a call, on the processor that ours would use.
            Interleaved.Run(peers, 2 * options.Rounds, options.Budget / 2);
            Contender best = peers.MinBy(p => p.Wall.Minimum)!;
            long before = GC.GetTotalAllocatedBytes(precise: true);
            two.Run();
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            _table.Row(
                operation.Name,
                withGradient ? "forward and backward" : "forward",
                MarkdownTable.Time(one.Wall),
                MarkdownTable.Time(two.Wall),
                MarkdownTable.Ratio(one.Wall, two.Wall),
                Targets.TwoThreads.Judge(one.Wall.Minimum / two.Wall.Minimum),
                $"{best.Name}: {MarkdownTable.Time(best.Wall)}",
                MarkdownTable.Ratio(best.Wall, two.Wall),
                $"{allocated} B");
        }
    }

    private static Contender With(Operation operation, bool withGradient, int threads)
    {
        var run = new RunOptions(Mode.Auto, Threads: threads);
        return new($"{threads}", withGradient ? () => operation.Call.ForwardBackward(run) : () => operation.Call.Forward(run), isOurs: true);
    }

    private static Contender Peer(Operation operation, TorchForm form, bool withGradient) => new(form.Name, () =>
    {
        set_num_threads(2);
        try
        {
            if (withGradient)
            {
                operation.RunTorchWithGradient(form);
            }
            else
            {
                operation.RunTorch(form);
            }
        }
        finally
        {
            set_num_threads(1);
        }
    });
}
