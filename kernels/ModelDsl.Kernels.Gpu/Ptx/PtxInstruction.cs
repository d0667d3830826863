using System.Text.RegularExpressions;

namespace ModelDsl.Kernels.Gpu.Ptx;

/// <summary>An instruction.</summary>
/// <param name="Guard">The predicate under which it is carried out ("%p1"); null if it always is.</param>
/// <param name="GuardIsNegated">Whether it is carried out where the predicate is false.</param>
/// <param name="Opcode">With its modifiers: "ld.shared.f32".</param>
/// <param name="Operands">As written; a vector of registers is one operand.</param>
public sealed partial record PtxInstruction(string? Guard, bool GuardIsNegated, string Opcode, IReadOnlyList<string> Operands)
{
    private static readonly HashSet<string> s_withoutResult = ["st", "bra", "brx", "ret", "exit", "bar", "barrier", "membar", "fence", "red", "trap", "prefetch"];

    /// <summary>The opcode without its modifiers.</summary>
    public string Operation { get; } = Opcode.Split('.')[0];

    /// <summary>The modifiers: state space, rounding, types.</summary>
    public IReadOnlyList<string> Modifiers { get; } = Opcode.Split('.')[1..];

    /// <summary>The label that it may branch to; null if it is no branch.</summary>
    public string? BranchTarget => Operation == "bra" ? Operands[0] : null;

    /// <summary>Whether it ends the thread.</summary>
    public bool IsExit => Operation is "ret" or "exit" or "trap";

    /// <summary>Whether the next instruction of the text may follow.</summary>
    public bool FallsThrough => Guard is not null || !(IsExit || Operation == "bra");

    /// <summary>The registers that it writes.</summary>
    public IReadOnlyList<string> Results { get; } = HasResult(Opcode, Operands) ? Names(Operands[0]) : [];

    /// <summary>The registers that it reads. A guarded instruction may leave its result as it was, and so reads that too.</summary>
    public IReadOnlyList<string> Sources { get; } =
    [
        .. HasResult(Opcode, Operands) && Guard is null ? [] : Operands.Take(1).SelectMany(Names),
        .. Operands.Skip(1).SelectMany(Names),
        .. Guard is null ? Array.Empty<string>() : [Guard],
    ];

    /// <summary>Reads an instruction without its semicolon.</summary>
    public static PtxInstruction Parse(string text)
    {
        Match match = Form().Match(text);
        return match.Success
            ? new PtxInstruction(
                match.Groups["guard"].Success ? match.Groups["guard"].Value : null,
                match.Groups["not"].Length > 0,
                match.Groups["opcode"].Value,
                Split(match.Groups["operands"].Value))
            : throw new FormatException($"'{text}' is no PTX instruction.");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{(Guard is null ? "" : $"@{(GuardIsNegated ? "!" : "")}{Guard} ")}{Opcode} {string.Join(", ", Operands)}".TrimEnd();

    private static bool HasResult(string opcode, IReadOnlyList<string> operands) =>
        operands.Count > 0 && !s_withoutResult.Contains(opcode.Split('.')[0]);

    // %tid.x and its like are no registers that are allocated.
    private static List<string> Names(string operand) =>
        Register().Matches(operand).Select(m => m.Value).Where(name => char.IsAsciiDigit(name[^1])).ToList();

    private static List<string> Split(string operands)
    {
        List<string> list = [];
        int depth = 0, start = 0;
        for (int i = 0; i <= operands.Length; i++)
        {
            if (i == operands.Length || (operands[i] == ',' && depth == 0))
            {
                if (operands[start..i].Trim() is { Length: > 0 } operand)
                {
                    list.Add(operand);
                }

                start = i + 1;
            }
            else
            {
                depth += operands[i] is '{' or '(' or '[' ? 1 : operands[i] is '}' or ')' or ']' ? -1 : 0;
            }
        }

        return list;
    }

    [GeneratedRegex(@"^(?:@(?<not>!?)(?<guard>%\w+)\s+)?(?<opcode>[a-z][\w.:]*)\s*(?<operands>.*)$", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex(@"%\w+(?![\w.])")]
    private static partial Regex Register();
}
