using System.Globalization;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>Prints a markdown table row by row, so that an interrupted run has shown what it had.</summary>
internal sealed class MarkdownTable
{
    private readonly TextWriter _output;

    public MarkdownTable(TextWriter output, string title, params string[] columns)
    {
        _output = output;
        output.WriteLine();
        output.WriteLine($"## {title}");
        output.WriteLine();
        Row(columns);
        Row([.. columns.Select(_ => "---")]);
    }

    public void Row(params string[] cells)
    {
        _output.WriteLine($"| {string.Join(" | ", cells)} |");
        _output.Flush();
    }

    /// <summary>A time in a unit that suits it: minimum, and the median in brackets.</summary>
    public static string Time(Statistic time)
    {
        (double scale, string unit) = time.Minimum < 1e-3 ? (1e6, "us") : (1e3, "ms");
        return string.Create(CultureInfo.InvariantCulture, $"{Short(time.Minimum * scale)} ({Short(time.Median * scale)}) {unit}");
    }

    /// <summary>A ratio of minima, and that of medians in brackets.</summary>
    public static string Ratio(Statistic slower, Statistic faster) =>
        string.Create(CultureInfo.InvariantCulture, $"{Short(slower.Minimum / faster.Minimum)}x ({Short(slower.Median / faster.Median)}x)");

    /// <summary>A number with about three digits.</summary>
    public static string Short(double value) => value.ToString(value < 10 ? "0.00" : value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
