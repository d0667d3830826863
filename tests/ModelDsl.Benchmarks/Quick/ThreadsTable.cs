using ModelDsl.Benchmarks.Operations;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>Two threads against one, by the wall clock: means little where other programs use the processors.</summary>
internal sealed class ThreadsTable(TextWriter output, QuickOptions options)
{
    private readonly MarkdownTable _table = new(
        output, "2 threads against 1 (wall time)", "operation", "pass", "1 thread", "2 threads", "speed-up", "goal", "allocated on 2 threads");

    /// <summary>Times and prints one operation in its Auto mode.</summary>
    public void Add(Operation operation)
    {
        foreach (bool withGradient in (bool[])[false, true])
        {
            Contender one = With(operation, withGradient, 1), two = With(operation, withGradient, 2);
            Interleaved.Run([one, two], 2 * options.Rounds, options.Budget / 2);
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
                $"{allocated} B");
        }
    }

    private static Contender With(Operation operation, bool withGradient, int threads)
    {
        var run = new RunOptions(Mode.Auto, Threads: threads);
        return new($"{threads}", withGradient ? () => operation.Call.ForwardBackward(run) : () => operation.Call.Forward(run), isOurs: true);
    }
}
