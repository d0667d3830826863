using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>A mode, and whether and why it can be derived.</summary>
/// <param name="Flag">Its flag in ModelDsl.Mode.</param>
/// <param name="Cost">Floating-point operations per token and head, as a formula.</param>
/// <param name="Node">The node of the source graph that makes it illegal, or -1.</param>
public sealed record ModeFinding(string Mode, int Flag, bool IsLegal, string Reason, string Cost, int Node)
{
    public static IEnumerable<ModeFinding> Of(SequenceProgram program)
    {
        yield return new ModeFinding("Recurrent", 1, true, "a fold of the step", Sum(program, c => Recurrent(program, c)), -1);
        Obstacle? obstacle = program.Obstacles.FirstOrDefault();
        (Obstacle Chain, Obstacle Span)? stale = Stale(program.Source);
        string legal = "every component is linear in its own states";

        // Where a chunk of states has no cheaper form than its tokens, modes that live on such a form are refused; a scan lives on summaries.
        Obstacle? dense = obstacle ?? program.Components.OfType<LinearComponent>().Select(c => c.Why with { Reason = c.Why.Reason + Dense }).FirstOrDefault();
        yield return dense is null ? new ModeFinding("Chunkwise", 2, true, legal, Sum(program, c => Chunkwise(program, c)), -1) : Refused("Chunkwise", 2, dense);

        // What is read stale keeps chunks in order and short, whatever the form.
        Obstacle? chain = stale?.Chain ?? obstacle, span = stale?.Span ?? dense;
        yield return chain is null ? new ModeFinding("ParallelScan", 4, true, legal, Sum(program, c => Scan(program, c)), -1) : Refused("ParallelScan", 4, chain);
        yield return span is null ? new ModeFinding("Quadratic", 8, true, legal, Sum(program, c => Chunkwise(program, c).Replace(" C (", " T (")), -1) : Refused("Quadratic", 8, span);
        yield return Convolution(program, chain);
    }

    /// <summary>What a stale read keeps from chaining chunks other than one after the other, and from a chunk of any length; null where nothing is read so.</summary>
    private static (Obstacle Chain, Obstacle Span)? Stale(StepGraph source)
    {
        int copy = source.States.ToList().FindIndex(s => s.StaleOf is not null);
        if (copy < 0)
        {
            return null;
        }

        int leaf = source.Nodes.ToList().FindIndex(n => n.Op == Op.State && n.Index == copy);
        string state = source.States[source.States[copy].StaleOf!.Value].Name;
        string what = $"'{state}' is read as it stood at the start of the mini-batch, and ";
        return (new(copy, what + "that is not known until the mini-batches before it have run", leaf), new(copy, what + "no chunk can span more than that", leaf));
    }

    private const string Dense = ": its transition is dense, and a chunk of it has no form that is cheaper than its tokens one by one";

    private static ModeFinding Refused(string mode, int flag, Obstacle obstacle) => new(mode, flag, false, obstacle.Reason, "", obstacle.Node);

    private static ModeFinding Convolution(SequenceProgram program, Obstacle? obstacle)
    {
        if (obstacle is not null)
        {
            return Refused("Convolution", 16, obstacle);
        }

        foreach (Component component in program.Components)
        {
            string state = program.Source.States[component.States[0]].Name;
            if (component is LinearComponent { Varying: { } varying })
            {
                return new ModeFinding(
                    "Convolution", 16, false, $"the transition of '{state}' depends on the token, through '{varying}'", "", program.Source.NextStates[component.States[0]]);
            }

            (IEnumerable<Operand?> Operands, string What)[] fixedParts = component switch
            {
                MemoryComponent m =>
                [
                    (m.Writes.SelectMany(w => w.Feedback).Append(m.KeyDecay).Append(m.ValueDecay), $"the transition of '{state}' depends"),
                    (m.Reads.Concat(m.Writes.Select(w => w.Key)), $"the keys of '{state}' depend"),
                ],
                CoupledComponent c => [(c.Multipliers, $"the transition of '{state}' depends")],
                ElementwiseComponent e => [([e.Multiplier], $"the transition of '{state}' depends")],
                _ => [],
            };
            foreach ((IEnumerable<Operand?> operands, string what) in fixedParts)
            {
                if (operands.Where(o => o is not null).Select(o => VaryingInput(program, o!.Node)).FirstOrDefault(i => i is not null) is { } input)
                {
                    return new ModeFinding(
                        "Convolution", 16, false, $"{what} on the token, through '{input}'", "", program.Source.NextStates[component.States[0]]);
                }
            }
        }

        return new ModeFinding("Convolution", 16, false, "the transition does not depend on the token, but this version derives no impulse responses yet", "", -1);
    }

    /// <summary>The input, state or given through which a node depends on the token; null if it does not.</summary>
    public static string? VaryingInput(SequenceProgram program, int id)
    {
        Node node = program.Graph[id];
        return node.Op switch
        {
            Op.Input => program.Source.Inputs[node.Index].SharedAcrossTime ? null : program.Source.Inputs[node.Index].Name,
            Op.State => program.Source.States[node.Index].Name,
            Op.Given when program.Givens[node.Index].Kind == GivenKind.Direction => null,
            Op.Given => program.Givens[node.Index].Name,
            Op.TokenIndex => node.Name,
            _ => node.Arguments.Select(a => VaryingInput(program, a)).FirstOrDefault(n => n is not null),
        };
    }

    private static string Sum(SequenceProgram program, Func<Component, string> cost) =>
        program.Components.Count == 0 ? "none for states" : string.Join(" + ", program.Components.Select(cost));

    private static string Volume(SequenceProgram program, Component component) => component is MemoryComponent m
        ? string.Join(" ", new[] { m.KeyAxis }.Concat(m.ValueAxes))
        : string.Join(" + ", component.States.Select(state => string.Join(" ", program.Source.States[state].Axes.DefaultIfEmpty("1"))));

    /// <summary>Two operations per element of the state for every read and write, and one for the decay.</summary>
    private static string Recurrent(SequenceProgram program, Component component) => component is MemoryComponent m
        ? $"{Int((2 * (m.Reads.Count + m.Writes.Count)) + (m.KeyDecay is null ? 0 : 1) + (m.ValueDecay is null ? 0 : 1))} {Volume(program, m)}"
        : component is LinearComponent linear ? $"2 {Mixed(program, linear, 2)}"
        : $"2 ({Volume(program, component)})";

    /// <summary>The number of elements that mix, to a power, and of the places where they do.</summary>
    private static string Mixed(SequenceProgram program, LinearComponent component, int power) =>
        $"({string.Join(" + ", component.States.Select(s => string.Join(" ", program.Source.States[s].Axes.Where(a => !component.Independent.Contains(a)).DefaultIfEmpty("1"))))})^{Int(power)}"
        + string.Concat(component.Independent.Select(a => " " + a));

    private static string Chunkwise(SequenceProgram program, Component component) => component is MemoryComponent m
        ? $"{Int(2 * (m.Reads.Count + m.Writes.Count))} {Volume(program, m)}" + (m.Writes.Count == 0 ? "" : $" + {Int(m.Reads.Count * m.Writes.Count)} C ({string.Join(" ", m.ValueAxes.DefaultIfEmpty("1"))} + {(m.KeyDecayPerKey ? "2 " : "")}{m.KeyAxis})")
        : $"2 ({Volume(program, component)})";

    private static string Scan(SequenceProgram program, Component component) => component is MemoryComponent { HasFeedback: true } m
        ? $"{Chunkwise(program, m)}, twice; 2 {m.KeyAxis}^2 ({(m.TransitionPerValue ? string.Join(" ", m.ValueAxes) : m.KeyAxis)}) per chunk"
        : component is LinearComponent linear
        ? $"{Recurrent(program, linear)}, twice; {(linear.Varying is null ? "4 log2(C) / C" : "2")} {Mixed(program, linear, 3)} for the transition"
        : $"{Chunkwise(program, component)}, twice";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
