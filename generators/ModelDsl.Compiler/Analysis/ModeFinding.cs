using System.Globalization;
using ModelDsl.Compiler.Costs;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>A mode, and whether and why it can be derived.</summary>
/// <param name="Flag">Its flag in ModelDsl.Mode.</param>
/// <param name="Cost">Floating-point operations per token and head, as a formula.</param>
/// <param name="Node">The node of the source graph that makes it illegal, or -1.</param>
public sealed record ModeFinding(string Mode, int Flag, bool IsLegal, string Reason, string Cost, int Node)
{
    /// <param name="program">The step, taken apart.</param>
    /// <param name="split">Its cut for convolution, or null.</param>
    /// <param name="notTimeInvariant">Then why there is none.</param>
    public static IEnumerable<ModeFinding> Of(SequenceProgram program, ConvolutionSplit? split, Obstacle? notTimeInvariant)
    {
        yield return new ModeFinding("Recurrent", 1, true, "a fold of the step", Sum(program, c => Recurrent(program, c)), -1);
        Obstacle? obstacle = program.Obstacles.FirstOrDefault();
        (Obstacle Chain, Obstacle Span)? stale = Stale(program.Source);
        string legal = "every component is linear in its own states" + Over(program);

        // What is not linear keeps no memory from its chunks if its own tokens cost little: they go one by one, as those of states that are carried element by element do.
        List<SequentialComponent> nonlinear = program.Components.OfType<SequentialComponent>().Where(c => !c.IsLinear).ToList();
        bool isBesideMemory = nonlinear.All(c => c.IsNarrow) && program.Components.OfType<MemoryComponent>().Any();
        string inChunks = nonlinear.Count == 0 ? legal : "memories are linear in their states; " + TokenByToken(program, nonlinear);

        // Where a chunk of states has no cheaper form than its tokens, modes that live on such a form are refused; a scan lives on summaries.
        Obstacle? dense = (isBesideMemory ? null : obstacle)
            ?? program.Components.OfType<LinearComponent>().Where(c => c.IsDense).Select(c => c.Why with { Reason = c.Why.Reason + Dense }).FirstOrDefault();
        Obstacle? chain = stale?.Chain ?? obstacle, span = stale?.Span ?? dense;
        yield return dense is null ? new ModeFinding("Chunkwise", 2, true, inChunks, Sum(program, c => Chunkwise(program, c)), -1) : Refused("Chunkwise", 2, dense);
        yield return chain is null ? new ModeFinding("ParallelScan", 4, true, legal, Sum(program, c => Scan(program, c)), -1) : Refused("ParallelScan", 4, chain);
        yield return span is null ? new ModeFinding("Quadratic", 8, true, inChunks, Sum(program, c => Chunkwise(program, c).Replace(" C (", " T (")), -1) : Refused("Quadratic", 8, span);
        yield return Convolution(program, split, stale?.Chain ?? notTimeInvariant);
    }

    /// <summary>States that are linear over other operations than plus and times.</summary>
    private static string Over(SequenceProgram program) => string.Concat(program.Components.OfType<ElementwiseComponent>().Where(c => !c.Semiring.IsReal)
        .Select(c => $", '{program.Source.States[c.State].Name}' over {c.Semiring.Words}"));

    private static string TokenByToken(SequenceProgram program, IReadOnlyList<SequentialComponent> components)
    {
        string[] names = [.. components.SelectMany(c => c.States).Select(s => $"'{program.Source.States[s].Name}'")];
        return $"{string.Join(" and ", names)} {(names.Length == 1 ? "goes" : "go")} token by token, which costs little";
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

    private static ModeFinding Convolution(SequenceProgram program, ConvolutionSplit? split, Obstacle? obstacle) => split is null
        ? Refused("Convolution", 16, obstacle!)
        : new ModeFinding("Convolution", 16, true, "the transition does not depend on the token" + Kept(split), string.Join(" + ", Transforms(split).Concat(KeptCosts(program, split))) + ", and the step once for all of a batch", -1);

    private static IEnumerable<string> Transforms(ConvolutionSplit split) => split.Terms.Select(t => split.Response.Graph.Outputs[t.Read]).GroupBy(r => Volume(r.Axes))
        .Select(g => $"{Int(20 * g.Count())} log2(T) ({g.Key})");

    private static string Kept(ConvolutionSplit split) => split.Kept is not { } kept ? ""
        : $"; {string.Join(" and ", split.Readout.Graph.States.Select(s => $"'{s.Name}'"))} {(split.Readout.Graph.States.Count == 1 ? "is" : "are")} carried behind the convolution, since {kept.Reason}";

    private static IEnumerable<string> KeptCosts(SequenceProgram program, ConvolutionSplit split) =>
        program.Components.Where(c => c.States.Any(split.Readout.States.Contains)).Select(c => Recurrent(program, c));

    private static string Sum(SequenceProgram program, Func<Component, string> cost) =>
        program.Components.Count == 0 ? "none for states" : string.Join(" + ", program.Components.Select(cost));

    private static string Volume(SequenceProgram program, Component component) => component is MemoryComponent m
        ? Keys(m) + string.Concat(m.ValueAxes.Select(a => " " + a))
        : string.Join(" + ", component.States.Select(state => Volume(program.Source.States[state].Axes)));

    private static string Volume(EquatableArray<string> axes) => string.Join(" ", axes.DefaultIfEmpty("1"));

    /// <summary>Two operations per element of the state for every read and write, and one for the decay.</summary>
    private static string Recurrent(SequenceProgram program, Component component) => component is MemoryComponent m
        ? $"{Int((2 * (m.Reads.Count + m.Writes.Count)) + (m.KeyDecays.Count == 0 ? 0 : 1) + (m.ValueDecay is null ? 0 : 1))} {Volume(program, m)}"
        : component is LinearComponent { IsDense: true } linear ? $"2 {Mixed(program, linear, 2)}"
        : Elementwise(program, component);

    /// <summary>A product and a sum per element, or what stands for them.</summary>
    private static string Elementwise(SequenceProgram program, Component component) =>
        $"{Int(component is ElementwiseComponent e ? OperationCosts.Of(e.Semiring.Times) + OperationCosts.Of(e.Semiring.Plus) : 2)} ({Volume(program, component)})";

    /// <summary>The number of elements that mix, to a power, and of the places where they do.</summary>
    private static string Mixed(SequenceProgram program, LinearComponent component, int power) =>
        $"({string.Join(" + ", component.States.Select(s => string.Join(" ", program.Source.States[s].Axes.Where(a => !component.Independent.Contains(a)).DefaultIfEmpty("1"))))})^{Int(power)}"
        + string.Concat(component.Independent.Select(a => " " + a));

    private static string Chunkwise(SequenceProgram program, Component component) => component is MemoryComponent m
        ? $"{Int(2 * (m.Reads.Count + m.Writes.Count))} {Volume(program, m)}" + (m.Writes.Count == 0 ? "" : $" + {Int(m.Reads.Count * m.Writes.Count)} C ({string.Join(" ", m.ValueAxes.DefaultIfEmpty("1"))} + {(m.KeyDecayPerKey ? "2 " : "")}{Keys(m)})")
        : Elementwise(program, component);

    private static string Scan(SequenceProgram program, Component component) => component is MemoryComponent { HasFeedback: true } m
        ? $"{Chunkwise(program, m)}, twice; 2 {(Keys(m) is var keys && keys.IndexOf(' ') < 0 ? keys : $"({keys})")}^2 ({(m.TransitionPerValue ? string.Join(" ", m.ValueAxes) : Keys(m))}) per chunk"
        : component is LinearComponent linear
        ? $"{Recurrent(program, linear)}, twice; {(linear.Varying is null ? "4 log2(C) / C" : "2")} {Mixed(program, linear, 3)} for the transition"
        : $"{Chunkwise(program, component)}, twice";

    private static string Keys(MemoryComponent m) => (m.States.Count == 1 ? "" : Int(m.States.Count) + " ") + string.Join(" ", m.KeyAxes);

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
