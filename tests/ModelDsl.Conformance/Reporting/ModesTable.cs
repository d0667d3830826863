using System.Text;

namespace ModelDsl.Conformance.Reporting;

/// <summary>Which architecture has which modes, as the README shows it.</summary>
public static class ModesTable
{
    /// <summary>What begins the table in the README.</summary>
    public const string Begin = "<!-- modes:begin -->";

    /// <summary>What ends it.</summary>
    public const string End = "<!-- modes:end -->";

    private static readonly (Mode Mode, string Name)[] Columns =
    [
        (Mode.Recurrent, "recurrent"),
        (Mode.Chunkwise, "chunkwise"),
        (Mode.ParallelScan, "parallel scan"),
        (Mode.Quadratic, "quadratic"),
        (Mode.Convolution, "convolution"),
    ];

    /// <summary>The table with its markers, one row per spec that goldens cover, and under it the reason for every mode that is not legal.</summary>
    public static string Text()
    {
        StringBuilder text = new();
        text.Append(Begin).Append('\n');
        text.Append("| spec | structure | ").AppendJoin(" | ", Columns.Select(c => c.Name)).Append(" | checked against |\n");
        text.Append("| --- | --- | ").AppendJoin(" | ", Columns.Select(_ => "---")).Append(" | --- |\n");
        var specs = Architectures.All.GroupBy(a => a.Cases[0].Recurrence.Description.Name).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        foreach (var spec in specs)
        {
            RecurrenceDescription description = spec.First().Cases[0].Recurrence.Description;
            IEnumerable<string> cells =
            [
                $"[`{description.Name}`](src/ModelDsl.Layers/{description.Name}.cs)",
                description.StructureClass,
                .. Columns.Select(c => description.IsLegal(c.Mode) ? "yes" : "-"),
                string.Join(", ", spec.Select(a => $"`{a.Name}`")),
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        text.Append("\n<details><summary>Why a mode is not there, spec by spec</summary>\n\n");
        foreach (var spec in specs)
        {
            WriteReasons(text, spec.First().Cases[0].Recurrence.Description);
        }

        return text.Append("\n</details>\n").Append(End).Append('\n').ToString();
    }

    private static void WriteReasons(StringBuilder text, RecurrenceDescription description)
    {
        IEnumerable<string> reasons = Columns
            .Where(c => !description.IsLegal(c.Mode))
            .GroupBy(c => description.Modes.First(m => m.Mode == c.Mode).Reason)
            .Select(modes => $"{string.Join(", ", modes.Select(m => m.Name))}: {modes.Key}")
            .Concat(description.IsConvolution ? ["kernels for GPUs: there are no convolutions on devices yet"] : []);
        if (reasons.Any())
        {
            text.Append($"- `{description.Name}`: ").AppendJoin("; ", reasons).Append('\n');
        }
    }
}
