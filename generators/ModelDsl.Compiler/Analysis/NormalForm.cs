using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>A step in mathematical notation: a line for each read, each state and each output, and for what several of them share.</summary>
internal sealed class NormalForm
{
    private readonly SequenceProgram _program;
    private readonly SharedTerms _terms;
    private readonly List<string> _lines = [];

    private NormalForm(SequenceProgram program)
    {
        _program = program;
        StepGraph source = program.Source;
        _terms = new SharedTerms(
            program.Graph,
            program.Components.Where(c => !IsCopy(c)).SelectMany(Nodes).Concat(program.Outputs),
            NextOfSequential(program),
            source.Inputs.Select(i => i.Name).Concat(source.States.Select(s => s.Name)).Concat(program.Givens.Select(g => g.Name)).Concat(source.Outputs.Select(o => o.Name)));
    }

    public static string Of(SequenceProgram program)
    {
        var form = new NormalForm(program);
        foreach (Component component in program.Components)
        {
            form.Add(component);
        }

        for (int o = 0; o < program.Outputs.Count; o++)
        {
            form.Add($"{program.Source.Outputs[o].Name} = {form.Text(program.Outputs[o])}");
        }

        return string.Join("\n", form._lines);
    }

    private static IEnumerable<int> Nodes(Component component) =>
        component is SequentialComponent sequential ? sequential.Next : component.Operands.Select(o => o.Node);

    /// <summary>States that run token by token use each other's next values: those go by their names.</summary>
    private static IEnumerable<KeyValuePair<int, string>> NextOfSequential(SequenceProgram program) => program.Components.OfType<SequentialComponent>()
        .SelectMany(c => c.Next.Zip(c.States, (node, state) => new KeyValuePair<int, string>(node, program.Source.States[state].Name + "Next")))
        .Where(next => program.Graph[next.Key].Arguments.Count > 0);

    /// <summary>Whether a component is the copy of a state that the runtime makes at the start of a mini-batch.</summary>
    private bool IsCopy(Component component) => _program.Source.States[component.States[0]].StaleOf is not null;

    private void Add(string line) => _lines.Add(line);

    private void Add(Component component)
    {
        if (IsCopy(component))
        {
            StateInfo copy = _program.Source.States[component.States[0]];
            Add($"{copy.Name} = {StateName(copy.StaleOf!.Value)} before the mini-batch");
        }

        switch (component)
        {
            case MemoryComponent memory:
                for (int i = 0; i < memory.Reads.Count; i++)
                {
                    string sum = Sum(memory.States.Select((s, p) => memory.Reads[i].Parts[p] is { } key ? $"{StateName(s)}^T ({Text(key.Node)})" : "").Where(t => t.Length > 0).ToList());
                    Add($"{ReadName(memory, i)} = {sum}");
                }

                if (!IsCopy(memory))
                {
                    for (int p = 0; p < memory.States.Count; p++)
                    {
                        Add(memory.States[p], Terms(memory, p));
                    }
                }

                break;
            case FormedComponent formed:
                Add(formed.State, formed.Parts.Select(p => Scaled(StateName(p.State), p.KeyFactor, p.ValueFactor))
                    .Concat(formed.Terms.Select(t => $"({Text(t.Key.Node)}) (x) ({Text(t.Write.Node)})")));
                break;
            case ElementwiseComponent when IsCopy(component):
                break;
            case ElementwiseComponent elementwise:
                Add(elementwise.State, elementwise.Semiring.IsReal ? Terms([(elementwise.Multiplier, StateName(elementwise.State))], elementwise.Input) : [Over(elementwise)]);
                break;
            case CoupledComponent coupled:
                for (int i = 0; i < coupled.States.Count; i++)
                {
                    Add(coupled.States[i], Terms(coupled.States.Select((column, j) => (coupled.Multipliers[(i * coupled.States.Count) + j], StateName(column))), coupled.Inputs[i]));
                }

                break;
            case SequentialComponent sequential:
                for (int i = 0; i < sequential.States.Count; i++)
                {
                    _lines.AddRange(_terms.NewIn(sequential.Next[i]));
                    Add(sequential.States[i], [_terms.InFull(sequential.Next[i])]);
                }

                break;
        }
    }

    private void Add(int state, IEnumerable<string> terms)
    {
        // What terms share is defined before the line that they stand in.
        string sum = Sum(terms.ToList());
        Add($"{StateName(state)} <- {sum}");
    }

    /// <summary>A state's update over another semiring, whose products are sums.</summary>
    private string Over(ElementwiseComponent component)
    {
        string state = StateName(component.State), plus = component.Semiring.Plus.ToString();
        string added = component.Multiplier is { } m && !_program.Graph.IsConstant(m.Node, component.Semiring.One) ? Text(m.Node) : "";
        string scaled = added.Length == 0 ? state : added.StartsWith("-", StringComparison.Ordinal) ? Sum([state, added]) : Sum([added, state]);
        return _program.Graph.IsConstant(component.Input!.Node, component.Semiring.Zero) ? scaled : $"{char.ToLowerInvariant(plus[0])}{plus.Substring(1)}({scaled}, {Text(component.Input.Node)})";
    }

    private IEnumerable<string> Terms(MemoryComponent memory, int part)
    {
        Operand? keyDecay = memory.KeyDecays.Count == 0 ? null : memory.KeyDecays[memory.KeyDecays.Count == 1 ? 0 : part];
        if (memory.Turn is { } turn)
        {
            Operand own = turn.Cosine, other = turn.Sine;
            yield return Scaled(StateName(memory.States[0]), keyDecay, memory.ValueDecay, part == 0 ? own : other);
            string second = Scaled(StateName(memory.States[1]), keyDecay, memory.ValueDecay, part == 0 ? other : own);
            yield return part == 0 ? second.StartsWith("-", StringComparison.Ordinal) ? second.Substring(1) : "-" + second : second;
        }
        else if (keyDecay is not { } decay || !_program.Graph.IsConstant(decay.Node, 0))
        {
            yield return Scaled(StateName(memory.States[part]), keyDecay, memory.ValueDecay);
        }

        foreach (MemoryWrite write in memory.Writes.Where(w => w.Key.Parts[part] is not null))
        {
            yield return $"({Text(write.Key.Parts[part]!.Node)}) (x) ({Sum(Terms(write.Feedback.Select((c, i) => (c, ReadName(memory, i))), write.Value, valueFirst: true))})";
        }
    }

    /// <summary>Multiples of states or reads, those that there are, and what is added to them.</summary>
    private IEnumerable<string> Terms(IEnumerable<(Operand? Factor, string What)> multiples, Operand? addend, bool valueFirst = false)
    {
        IEnumerable<string> scaled = multiples.Where(m => m.Factor is not null).Select(m => Scaled(m.What, m.Factor));
        IEnumerable<string> added = addend is null ? [] : [Text(addend.Node)];
        return valueFirst ? added.Concat(scaled) : scaled.Concat(added);
    }

    private string Scaled(string what, params Operand?[] factors) => factors.Where(f => f is not null).Reverse().Aggregate(what, (text, f) => Scaled(text, f!.Node));

    private string Scaled(string what, int factor)
    {
        Node node = _program.Graph[factor];
        string text = Text(factor);
        return node.Op switch
        {
            Op.Constant when node.Value is 1 or -1 => node.Value > 0 ? what : "-" + what,
            Op.Negate => "-" + Scaled(what, node.Arguments[0]),
            Op.Add or Op.Subtract or Op.Divide or Op.Greater or Op.GreaterOrEqual or Op.Equal when text.IndexOf(' ') >= 0 => $"({text}) * {what}",
            Op.Sum or Op.Multiply when SumsOn(text) => $"({text}) * {what}",
            _ => $"{text} * {what}",
        };
    }

    /// <summary>Whether what is written after a formula would be read as summed over with it.</summary>
    private static bool SumsOn(string text)
    {
        int sum = text.LastIndexOf("sum_", StringComparison.Ordinal);
        return sum >= 0 && text.Substring(sum).Count(c => c == ')') == text.Substring(sum).Count(c => c == '(');
    }

    private static string Sum(IEnumerable<string> terms)
    {
        string sum = string.Concat(terms.Select(t => t.StartsWith("-", StringComparison.Ordinal) ? " - " + t.Substring(1) : " + " + t));
        return sum.Length == 0 ? "0" : sum.StartsWith(" + ", StringComparison.Ordinal) ? sum.Substring(3) : "-" + sum.Substring(3);
    }

    /// <summary>The formula of a node; what it shares with others is defined first.</summary>
    private string Text(int node)
    {
        _lines.AddRange(_terms.NewIn(node));
        return _terms.Of(node);
    }

    private string StateName(int state) => _program.Source.States[state].Name;

    private string ReadName(MemoryComponent memory, int index) =>
        _program.Givens.First(g => g.Kind == GivenKind.Read && g.Component == memory.State && g.Index == index).Name;
}
