using System.Globalization;
using System.Text.RegularExpressions;

namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>A kernel of a PTX module, as far as reports need it.</summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Threads">The largest group that it may be launched with (.maxntid); 0 if the text does not say.</param>
/// <param name="SharedBytes">Static shared memory.</param>
/// <param name="LocalBytes">Local memory: what a thread keeps outside of registers.</param>
/// <param name="Registers">For each class of virtual registers ("%r", "%rd", "%f"...) its type (".b32"...).</param>
/// <param name="Instructions">In the order of the text.</param>
/// <param name="Labels">For each label the instruction that follows.</param>
public sealed partial record PtxKernel(
    string Name,
    int Threads,
    int SharedBytes,
    int LocalBytes,
    IReadOnlyDictionary<string, string> Registers,
    IReadOnlyList<PtxInstruction> Instructions,
    IReadOnlyDictionary<string, int> Labels)
{
    /// <summary>Reads the one kernel of a module.</summary>
    /// <exception cref="FormatException">The text has no kernel, or a branch to nowhere.</exception>
    public static PtxKernel Parse(string text)
    {
        text = Comment().Replace(text, "");
        Match entry = Entry().Match(text);
        if (!entry.Success)
        {
            throw new FormatException("The PTX text has no '.entry'.");
        }

        int body = text.IndexOf('{', entry.Index);
        string head = text[entry.Index..body];
        Dictionary<string, string> registers = [];
        List<PtxInstruction> instructions = [];
        Dictionary<string, int> labels = [];

        // Shared memory may be declared outside of the kernel.
        int shared = Bytes(text[..entry.Index], "shared"), local = 0;
        foreach (string statement in Statements(text, body))
        {
            string rest = statement;
            while (Label().Match(rest) is { Success: true } label)
            {
                labels[label.Groups[1].Value] = instructions.Count;
                rest = rest[label.Length..].TrimStart();
            }

            if (RegisterClass().Match(rest) is { Success: true } declared)
            {
                registers[declared.Groups[2].Value] = declared.Groups[1].Value;
            }
            else if (rest.StartsWith('.'))
            {
                shared += Bytes(rest, "shared");
                local += Bytes(rest, "local");
            }
            else if (rest.Length > 0)
            {
                instructions.Add(PtxInstruction.Parse(rest));
            }
        }

        Match threads = MaxThreads().Match(head);
        PtxKernel kernel = new(
            entry.Groups[1].Value,
            threads.Success ? Enumerable.Range(1, 3).Aggregate(1, (n, i) => n * (threads.Groups[i].Success ? Number(threads.Groups[i].Value) : 1)) : 0,
            shared,
            local,
            registers,
            instructions,
            labels);
        foreach (PtxInstruction branch in instructions.Where(i => i.BranchTarget is { } target && !labels.ContainsKey(target)))
        {
            throw new FormatException($"'{branch}' branches to '{branch.BranchTarget}', but the kernel has no such label.");
        }

        return kernel;
    }

    /// <summary>The type of a virtual register.</summary>
    public string TypeOf(string register) =>
        Registers.TryGetValue(register.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), out string? type)
            ? type
            : throw new FormatException($"The register '{register}' of '{Name}' is not declared.");

    // Up to the brace that closes the body; nested scopes are taken as part of it.
    private static IEnumerable<string> Statements(string text, int body)
    {
        int depth = 0, start = body;
        bool inVector = false;
        for (int i = body; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '{' && i > body && text[start..i].Trim() is { Length: > 0 } before && !before.EndsWith(':'))
            {
                inVector = true;
            }
            else if (c == '}' && inVector)
            {
                inVector = false;
            }
            else if (c is '{' or '}' or ';')
            {
                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                yield return text[start..i].Trim();
                start = i + 1;
                if (depth == 0)
                {
                    yield break;
                }
            }
        }
    }

    private static int Bytes(string declarations, string space) => Array().Matches(declarations)
        .Where(m => m.Groups["space"].Value == space)
        .Sum(m => Width(m.Groups["type"].Value) * (m.Groups["count"].Success ? Number(m.Groups["count"].Value) : 1));

    /// <summary>The bytes of a type such as ".b32".</summary>
    public static int Width(string type) => type.EndsWith("pred", StringComparison.Ordinal) ? 1 : Number(type.AsSpan().TrimStart(".bsuf").ToString()) / 8;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\.entry\s+([\w$]+)")]
    private static partial Regex Entry();

    [GeneratedRegex(@"^([\w$]+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\.reg\s+(\.\w+)\s+(%\w+?)<\d+>")]
    private static partial Regex RegisterClass();

    [GeneratedRegex(@"\.maxntid\s+(\d+)(?:\s*,\s*(\d+))?(?:\s*,\s*(\d+))?")]
    private static partial Regex MaxThreads();

    [GeneratedRegex(@"\.(?<space>shared|local)\s+(?:\.align\s+\d+\s+)?(?<type>\.[bsuf]\d+)\s+[\w$]+(?:\[(?<count>\d+)\])?")]
    private static partial Regex Array();
}
