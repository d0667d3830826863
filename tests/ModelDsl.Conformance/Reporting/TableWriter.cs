namespace ModelDsl.Conformance.Reporting;

/// <summary>Prints rows as they come, in columns.</summary>
public sealed class TableWriter
{
    private static readonly int[] Widths = [28, 34, 7, 13, 8, 8, 9, 5];
    private readonly TextWriter _writer;

    /// <summary>Prints the heading.</summary>
    public TableWriter(TextWriter writer)
    {
        _writer = writer;
        Write("architecture", "file", "target", "mode", "outputs", "states", "gradients", "", "");
        writer.WriteLine(new string('-', Widths.Sum() + (2 * Widths.Length)));
    }

    /// <summary>Prints a row.</summary>
    public void Write(Row row) => Write(row.Cells);

    /// <summary>Prints, once for each architecture among the rows, the modes that it does not have.</summary>
    public void WriteIllegalModes(IEnumerable<Row> rows)
    {
        _writer.WriteLine();
        foreach (string name in rows.Where(r => r.Outcome != Outcome.Skipped).Select(r => r.Architecture).Distinct())
        {
            foreach (ModeDescription mode in FileNames.Find(name)!.Cases[0].Recurrence.Description.Modes.Where(m => !m.IsLegal))
            {
                _writer.WriteLine($"{name}: no {mode.Mode} mode: {mode.Reason}");
            }
        }

        _writer.WriteLine();
    }

    private void Write(params string[] cells) =>
        _writer.WriteLine(string.Concat(cells.Select((cell, i) => i < Widths.Length ? cell.PadRight(Widths[i]) + "  " : cell)).TrimEnd());
}
