using System.Text;
using ModelDsl.Compiler.Emission;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>What the analysis decided, for people: the structure class, the normal form, the modes with reasons and costs.</summary>
/// <param name="HasDenseTransition">Whether elements of a state mix otherwise than through reads.</param>
public sealed record Description(string StructureClass, string NormalForm, EquatableArray<ModeFinding> Modes, bool HasDenseTransition)
{
    /// <param name="program">The step, taken apart.</param>
    /// <param name="split">Its cut for convolution, or null.</param>
    /// <param name="notTimeInvariant">Then why there is none.</param>
    public static Description Of(SequenceProgram program, ConvolutionSplit? split, Obstacle? notTimeInvariant)
    {
        string[] classes = program.Components.Where(c => c is not FormedComponent).Select(c => IsCopy(program, c) ? "stale reads" : Class(c)).Distinct().ToArray();
        return new Description(
            classes.Length == 0 ? "no state: parallel in time" : string.Join(", then ", classes),
            NormalFormOf(program),
            ModeFinding.Of(program, split, notTimeInvariant).ToEquatableArray(),
            program.Components.Any(c => c is LinearComponent));
    }

    /// <summary>Whether a component is the copy of a state that the runtime makes at the start of a mini-batch.</summary>
    private static bool IsCopy(SequenceProgram program, Component component) => program.Source.States[component.States[0]].StaleOf is not null;

    private static string Class(Component component) => component switch
    {
        MemoryComponent { HasFeedback: true } => "decay + feedback writes",
        MemoryComponent => "elementwise decay, rank-1 writes",
        ElementwiseComponent { Multiplier: null } => "shift",
        ElementwiseComponent => "elementwise decay, general input",
        CoupledComponent => "coupled elementwise states, general input",
        LinearComponent { Varying: null } => "dense, time-invariant",
        LinearComponent => "dense, token-dependent",
        _ => "nonlinear in the state",
    };

    private static string NormalFormOf(SequenceProgram program)
    {
        var formula = new Formula(program.Graph, _ => null);
        var text = new StringBuilder();
        foreach (Component component in program.Components)
        {
            if (IsCopy(program, component))
            {
                StateInfo copy = program.Source.States[component.States[0]];
                text.Append($"{copy.Name} = {program.Source.States[copy.StaleOf!.Value].Name} before the mini-batch\n");
            }

            switch (component)
            {
                case MemoryComponent memory:
                    string s = program.Source.States[memory.State].Name;
                    for (int i = 0; i < memory.Reads.Count; i++)
                    {
                        text.Append($"{ReadName(program, memory, i)} = {s}^T ({formula.Of(memory.Reads[i].Node)})\n");
                    }

                    if (IsCopy(program, memory))
                    {
                        break;
                    }

                    var terms = new List<string>();
                    string decay = string.Join(" * ", new[] { memory.KeyDecay, memory.ValueDecay }.Where(d => d is not null).Select(d => Factor(formula, program, d!.Node)));
                    if (memory.KeyDecay is not { } k || !program.Graph.IsConstant(k.Node, 0))
                    {
                        terms.Add(decay.Length == 0 ? s : $"{decay} * {s}");
                    }

                    terms.AddRange(memory.Writes.Select(w => $"({formula.Of(w.Key.Node)}) (x) ({Written(program, memory, w, formula)})"));
                    text.Append($"{s} <- {string.Join(" + ", terms)}\n");
                    break;
                case FormedComponent formed:
                    IEnumerable<string> scaledMemories = formed.Parts.Select(p => string.Join(
                        " * ",
                        new[] { p.KeyFactor, p.ValueFactor }.Where(f => f is not null).Select(f => Factor(formula, program, f!.Node)).Append(program.Source.States[p.State].Name)));
                    IEnumerable<string> products = formed.Terms.Select(t => $"({formula.Of(t.Key.Node)}) (x) ({formula.Of(t.Write.Node)})");
                    text.Append($"{program.Source.States[formed.State].Name} <- {string.Join(" + ", scaledMemories.Concat(products))}\n");
                    break;
                case ElementwiseComponent when IsCopy(program, component):
                    break;
                case ElementwiseComponent elementwise:
                    string h = program.Source.States[elementwise.State].Name;
                    string[] parts =
                    [
                        .. elementwise.Multiplier is { } m ? new[] { program.Graph.IsConstant(m.Node, 1) ? h : $"{Factor(formula, program, m.Node)} * {h}" } : [],
                        .. elementwise.Input is { } b ? new[] { formula.Of(b.Node) } : [],
                    ];
                    text.Append($"{h} <- {(parts.Length == 0 ? "0" : string.Join(" + ", parts))}\n");
                    break;
                case CoupledComponent coupled:
                    for (int i = 0; i < coupled.States.Count; i++)
                    {
                        IEnumerable<string> scaled = coupled.States.Select((column, j) => (Column: program.Source.States[column].Name, Operand: coupled.Multipliers[(i * coupled.States.Count) + j]))
                            .Where(p => p.Operand is not null)
                            .Select(p => program.Graph.IsConstant(p.Operand!.Node, 1) ? p.Column : $"{Factor(formula, program, p.Operand.Node)} * {p.Column}");
                        IEnumerable<string> added = coupled.Inputs[i] is { } addend ? [formula.Of(addend.Node)] : [];
                        text.Append($"{program.Source.States[coupled.States[i]].Name} <- {string.Join(" + ", scaled.Concat(added).DefaultIfEmpty("0"))}\n");
                    }

                    break;
                case SequentialComponent sequential:
                    for (int i = 0; i < sequential.States.Count; i++)
                    {
                        text.Append($"{program.Source.States[sequential.States[i]].Name} <- {formula.Of(sequential.Next[i])}\n");
                    }

                    break;
            }
        }

        for (int o = 0; o < program.Outputs.Count; o++)
        {
            text.Append($"{program.Source.Outputs[o].Name} = {formula.Of(program.Outputs[o])}\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Factor(Formula formula, SequenceProgram program, int node)
    {
        string text = formula.Of(node);
        return program.Graph[node].Op is Op.Add or Op.Subtract or Op.Negate or Op.Divide ? $"({text})" : text;
    }

    private static string Written(SequenceProgram program, MemoryComponent memory, MemoryWrite write, Formula formula)
    {
        IEnumerable<string> terms = (write.Value is { } v ? new[] { formula.Of(v.Node) } : [])
            .Concat(write.Feedback.Select((c, i) => (c, i)).Where(p => p.c is not null).Select(p => $"({formula.Of(p.c!.Node)}) * {ReadName(program, memory, p.i)}"));
        return string.Join(" + ", terms.DefaultIfEmpty("0"));
    }

    private static string ReadName(SequenceProgram program, MemoryComponent memory, int index) =>
        program.Givens.First(g => g.Kind == GivenKind.Read && g.Component == memory.State && g.Index == index).Name;
}
