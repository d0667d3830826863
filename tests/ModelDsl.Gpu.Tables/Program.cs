using System.CommandLine;
using ModelDsl.Gpu.Tables;

Option<FileInfo> output = new("--output")
{
    Description = "The page whose tables are brought up to date.",
    DefaultValueFactory = _ => new FileInfo(Document.Path),
};
Option<string[]> names = new("--table")
{
    Description = $"Which tables: {string.Join(", ", Document.Tables.Keys)}; all by default.",
    DefaultValueFactory = _ => [.. Document.Tables.Keys],
    AllowMultipleArgumentsPerToken = true,
};
Option<bool> show = new("--print") { Description = "Print the tables instead." };

RootCommand command = new("Makes tables of what the kernels for GPUs ask of a device (from their PTX text) and of what they do (from the loop IR). Needs no GPU.")
{
    output, names, show,
};
command.SetAction(parsed =>
{
    foreach (string name in parsed.GetValue(names)!)
    {
        if (!Document.Tables.TryGetValue(name, out Func<string>? table))
        {
            Console.Error.WriteLine($"'{name}' is no table: expected {string.Join(", ", Document.Tables.Keys)}.");
            return 2;
        }

        if (parsed.GetValue(show))
        {
            Console.WriteLine(table());
            continue;
        }

        string path = parsed.GetValue(output)!.FullName;
        File.WriteAllText(path, Document.Replace(File.ReadAllText(path), name, table()));
        Console.WriteLine($"{name}: written to {path}");
    }

    return 0;
});

return command.Parse(args).Invoke();
