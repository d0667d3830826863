using System.Text;

namespace ModelDsl.Conformance.Reporting;

/// <summary>Which architecture has which modes, as the README shows it.</summary>
public static class ModesTable
{
    /// <summary>What begins the table in the README.</summary>
    public const string Begin = "<!-- modes:begin -->";

    /// <summary>What ends it.</summary>
    public const string End = "<!-- modes:end -->";

    private static readonly Mode[] Columns = [Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan, Mode.Quadratic];

    /// <summary>The table with its markers, one row per spec that goldens cover.</summary>
    public static string Text()
    {
        StringBuilder text = new();
        text.Append(Begin).Append('\n');
        text.Append("| spec | structure | recurrent | chunkwise | parallel scan | quadratic | checked against |\n");
        text.Append("| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var spec in Architectures.All.GroupBy(a => a.Cases[0].Recurrence.Description.Name).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            RecurrenceDescription description = spec.First().Cases[0].Recurrence.Description;
            IEnumerable<string> cells =
            [
                $"[`{description.Name}`](src/ModelDsl.Layers/{description.Name}.cs)",
                description.StructureClass,
                .. Columns.Select(mode => description.IsLegal(mode) ? "yes" : "-"),
                string.Join(", ", spec.Select(a => $"`{a.Name}`")),
            ];
            text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
        }

        return text.Append(End).Append('\n').ToString();
    }
}
