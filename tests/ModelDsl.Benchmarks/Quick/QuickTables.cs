using System.Globalization;
using System.Runtime.Intrinsics;
using ModelDsl.Benchmarks.Native;
using ModelDsl.Benchmarks.Operations;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>The quick mode: everything in one process, in alternation, as markdown.</summary>
internal static class QuickTables
{
    public static void Print(TextWriter output, QuickOptions options)
    {
        PrintConditions(output, options);
        if (!options.OnlyOpenCl && !options.OnlyThreads)
        {
            PrintCpu(output, options);
        }

        if (!options.OnlyOpenCl)
        {
            PrintThreads(output, options);
        }

        if (!options.OnlyThreads)
        {
            PrintOpenCl(output, options);
        }

        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Ended {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, load {Load()}."));
    }

    private static void PrintOpenCl(TextWriter output, QuickOptions options)
    {
        using OpenClTable? table = OpenClTable.TryCreate(output, options);
        foreach (string name in table is null ? [] : Names(options))
        {
            table!.Add(OperationList.Create(name));
        }
    }

    private static void PrintCpu(TextWriter output, QuickOptions options)
    {
        string[] names = Names(options);
        var forwardTimes = new Dictionary<string, Statistic>();
        var forward = new PrefillTable(output, options, withGradient: false);
        foreach (string name in names)
        {
            forwardTimes[name] = forward.Add(OperationList.Create(name));
        }

        var gradient = new PrefillTable(output, options, withGradient: true);
        var relative = new List<string>();
        foreach (string name in names)
        {
            Statistic time = gradient.Add(OperationList.Create(name));
            relative.Add($"{name} {MarkdownTable.Ratio(time, forwardTimes[name])}");
        }

        output.WriteLine();
        output.WriteLine($"Forward and backward against forward, best modes: {string.Join(", ", relative)}.");

        var decode = new DecodeTable(output, options);
        foreach ((string name, Func<DecodeStep> create) in DecodeList.All.Where(d => d.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase)))
        {
            decode.Add(create());
        }

        if ("convolution".Contains(options.Only, StringComparison.OrdinalIgnoreCase))
        {
            var convolutions = new ConvolutionTable(output, options);
            foreach ((int batch, int time, int channels) in ConvolutionTable.Sizes)
            {
                convolutions.Add(new LongConvolutionCall(batch, time, channels));
            }
        }

        if ("bandwidth".Contains(options.Only, StringComparison.OrdinalIgnoreCase))
        {
            new BandwidthTable(output, options).Add();
        }
    }

    private static void PrintThreads(TextWriter output, QuickOptions options)
    {
        var threads = new ThreadsTable(output, options);
        foreach (string name in Names(options))
        {
            threads.Add(OperationList.Create(name));
        }
    }

    private static string[] Names(QuickOptions options) =>
        [.. OperationList.Names.Where(n => n.Contains(options.Only, StringComparison.OrdinalIgnoreCase))];

    private static void PrintConditions(TextWriter output, QuickOptions options)
    {
        var probe = new Contender("probe", Probes.MultiplyAdd, isOurs: true);
        Interleaved.Run([probe], 30, 2);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC; {Environment.ProcessorCount} processors, load {Load()}; .NET {Environment.Version}; 512-bit vectors: {Vector512.IsHardwareAccelerated}; FMA peak of one thread {MarkdownTable.Short(Probes.MultiplyAddOperations / probe.Processor.Minimum / 1e9)} GF/s (median {MarkdownTable.Short(Probes.MultiplyAddOperations / probe.Processor.Median / 1e9)})."));
        output.WriteLine();
        output.WriteLine(
            $"Times are minimum (median) of up to {options.Rounds} samples, {(ThreadClock.IsProcessorTime ? "processor time of the thread" : "wall time")} unless said otherwise; "
            + "ratios are of minima (of medians). Goals are judged by minima. Errors: largest, relative to the tensor's largest value, against a loop in double precision.");
    }

    private static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";
}
