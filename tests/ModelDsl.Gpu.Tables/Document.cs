namespace ModelDsl.Gpu.Tables;

/// <summary>A page whose tables stand between markers: <c>&lt;!-- table: name --&gt;</c> and <c>&lt;!-- end --&gt;</c>.</summary>
internal static class Document
{
    public static string Path { get; } = System.IO.Path.Combine(ShippedSpecs.RepositoryRoot, "tests", "ModelDsl.Gpu.Tables", "README.md");

    /// <summary>All tables, by name.</summary>
    public static IReadOnlyDictionary<string, Func<string>> Tables { get; } = new Dictionary<string, Func<string>>
    {
        ["kernels"] = PtxTables.Kernels,
        ["work"] = CostTables.Work,
        ["intensity"] = CostTables.Intensity,
    };

    /// <summary>The table of a page.</summary>
    public static string Read(string page, string name) => page[Place(page, name)];

    /// <summary>The page with another table.</summary>
    public static string Replace(string page, string name, string table)
    {
        Range place = Place(page, name);
        return page[..place.Start] + table + page[place.End..];
    }

    private static Range Place(string page, string name)
    {
        string begin = $"<!-- table: {name} -->\n", end = "<!-- end -->";
        int from = page.IndexOf(begin, StringComparison.Ordinal);
        int to = from < 0 ? -1 : page.IndexOf(end, from, StringComparison.Ordinal);
        return to < 0
            ? throw new FormatException($"The page has no place for the table '{name}': expected '{begin.TrimEnd()}' and '{end}'.")
            : (from + begin.Length)..to;
    }
}
