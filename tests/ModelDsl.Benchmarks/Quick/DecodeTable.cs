using System.Globalization;
using ModelDsl.Benchmarks.Operations;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>One token through 24 layers on one thread, against scaling the states in place (the limit of memory) and against torch.</summary>
internal sealed class DecodeTable(TextWriter output, QuickOptions options)
{
    private readonly MarkdownTable _table = new(
        output, $"Decode, T=1, {DecodeStep.Layers} layers, B=1, 1 thread", "operation", "time", "limit (states scaled in place)", "of limit", "goal", "torch", "vs torch", "allocated", "difference from torch");

    /// <summary>Checks, times and prints one recurrence.</summary>
    public void Add(DecodeStep step)
    {
        double error = step.Error();
        if (!(error <= Agreement.Tolerance))
        {
            throw new InvalidOperationException($"Decode of {step.Name} differs by {error:g2} from torch, but at most {Agreement.Tolerance:g2} was expected.");
        }

        var ours = new Contender("ours", step.Run, isOurs: true);
        var limit = new Contender("limit", step.Scale, isOurs: true);
        var torch = new Contender("torch", step.RunTorch);
        Interleaved.Run([ours, limit, torch], 3 * options.Rounds, options.Budget);
        double ratio = ours.Processor.Minimum / limit.Processor.Minimum;
        _table.Row(
            step.Name,
            MarkdownTable.Time(ours.Processor),
            MarkdownTable.Time(limit.Processor),
            MarkdownTable.Ratio(ours.Processor, limit.Processor),
            Targets.Decode(step.Name) is { } target ? target.Judge(ratio) : Exponentials(step, ours.Processor),
            MarkdownTable.Time(torch.Processor),
            MarkdownTable.Ratio(torch.Processor, ours.Processor),
            $"{PrefillTable.AllocatedBy(step.Run)} B",
            error.ToString("0e0", CultureInfo.InvariantCulture));
    }

    // One exponential for each element of the states is the limit there.
    private static string Exponentials(DecodeStep step, Statistic time)
    {
        double rate = step.States.numel() / time.Minimum / 1e9;
        return string.Create(CultureInfo.InvariantCulture, $"{(rate >= 6 ? "met" : "**short**")}: {rate:0.0} of >= 6 Gexp/s");
    }
}
