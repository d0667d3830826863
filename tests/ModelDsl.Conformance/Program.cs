using System.CommandLine;
using ModelDsl;
using ModelDsl.Conformance;
using ModelDsl.Conformance.Reporting;
using ModelDsl.Conformance.Targets;

Argument<DirectoryInfo?> folder = new("folder")
{
    Description = "The folder of golden files (*.safetensors).",
    Arity = ArgumentArity.ZeroOrOne,
};
Option<string[]> targetNames = new("--target")
{
    Description = $"Targets, separated by commas: {string.Join(", ", KnownTargets.All.Select(t => t.Name))}.",
    DefaultValueFactory = _ => [string.Join(',', KnownTargets.Default.Select(t => t.Name))],
};
Option<string[]> modeNames = new("--modes") { Description = "Modes, separated by commas; all that are legal by default." };
Option<int[]> chunkSizes = new("--chunk")
{
    Description = "Tokens per chunk, 0 for the target's own choice; a mode with chunks is run with each, and the worst errors are shown.",
    DefaultValueFactory = _ => [0, 16],
    AllowMultipleArgumentsPerToken = true,
};
Option<bool> table = new("--table") { Description = "Print which architecture has which modes, as Markdown, and nothing else." };

RootCommand command = new("Runs every legal mode of every known architecture on every target against golden files.")
{
    folder, targetNames, modeNames, chunkSizes, table,
};
command.SetAction(parsed =>
{
    if (parsed.GetValue(table))
    {
        Console.Write(ModesTable.Text());
        return 0;
    }

    if (parsed.GetValue(folder) is not { Exists: true } goldens)
    {
        Console.Error.WriteLine($"A folder of golden files is expected, but got '{parsed.GetValue(folder)}'.");
        return 2;
    }

    List<ITarget> targets = [];
    foreach (string name in Split(parsed.GetValue(targetNames)))
    {
        if (KnownTargets.All.FirstOrDefault(t => t.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } target)
        {
            Console.Error.WriteLine($"'{name}' is no target: expected {string.Join(", ", KnownTargets.All.Select(t => t.Name))}.");
            return 2;
        }

        targets.Add(target);
    }

    List<Mode> modes = [];
    foreach (string name in Split(parsed.GetValue(modeNames)))
    {
        if (!Enum.TryParse(name, ignoreCase: true, out Mode mode) || !Enum.IsDefined(mode) || mode == Mode.Auto)
        {
            Console.Error.WriteLine($"'{name}' is no mode: expected {string.Join(", ", Enum.GetNames<Mode>().Where(n => n != nameof(Mode.Auto)))}.");
            return 2;
        }

        modes.Add(mode);
    }

    ConformanceRunner runner = new(targets, modes, parsed.GetValue(chunkSizes)!);
    List<Row> rows = [];
    TableWriter writer = new(Console.Out);
    foreach (string path in Directory.EnumerateFiles(goldens.FullName, "*.safetensors").Order(StringComparer.Ordinal))
    {
        foreach (Row row in runner.Run(path))
        {
            rows.Add(row);
            writer.Write(row);
        }
    }

    writer.WriteIllegalModes(rows);
    Console.WriteLine($"{Count(Outcome.Passed)} passed, {Count(Outcome.Failed)} failed, {Count(Outcome.Skipped)} skipped");
    return Count(Outcome.Failed) == 0 ? 0 : 1;

    int Count(Outcome outcome) => rows.Count(row => row.Outcome == outcome);
});

return command.Parse(args).Invoke();

static IEnumerable<string> Split(string[]? values) =>
    (values ?? []).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
