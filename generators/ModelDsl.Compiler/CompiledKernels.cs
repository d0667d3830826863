using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Emission;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler;

/// <summary>The parts of a layer with given kernels, each taken through the same stages as a spec.</summary>
internal sealed record CompiledKernels(
    CompiledPart Signals, CompiledPart? Kernels, CompiledPart? Transfers, CompiledPart Readout, string? DelayAxis, EquatableArray<GivenKernel> Terms)
{
    public static CompiledKernels Of(RecurrenceSpec spec)
    {
        var given = GivenKernels.Of(spec.Graph);
        return new CompiledKernels(
            CompiledPart.Of(spec, given.Signals),
            given.Kernels is null ? null : CompiledPart.Of(spec, given.Kernels),
            given.Transfers is null ? null : CompiledPart.Of(spec, given.Transfers),
            CompiledPart.Of(spec, given.Readout),
            given.DelayAxis,
            given.Terms);
    }

    /// <summary>All that there are.</summary>
    public IEnumerable<(CompiledPart Part, string What)> Parts =>
        new[] { (Signals, "What {0} convolves."), (Kernels, "The kernels of {0}: each token is a lag."), (Transfers, "The transfer functions of {0}: each token is a frequency."), (Readout, "What {0} makes of what it has convolved.") }
            .Where(p => p.Item1 is not null).Select(p => (p.Item1!, p.Item2));

    /// <summary>What the layer is, for people.</summary>
    public Description Describe(StepGraph source)
    {
        const string Reason = "it is given by its kernel, and nothing says what one token hands to the next";
        int convolution = Terms[0].Node;
        IEnumerable<ModeFinding> refused = new[] { ("Recurrent", 1), ("Chunkwise", 2), ("ParallelScan", 4), ("Quadratic", 8) }
            .Select(mode => new ModeFinding(mode.Item1, mode.Item2, false, Reason, "", convolution));
        string cost = string.Join(" + ", Terms.GroupBy(t => string.Join(" ", t.Axes.DefaultIfEmpty("1"))).Select(g => $"{20 * g.Count()} log2(T) ({g.Key})"));
        return new Description(
            Transfers is null ? "convolution with a kernel in closed form" : Kernels is null ? "convolution with a transfer function" : "convolution with kernels in closed form and transfer functions",
            NormalForm(source),
            refused.Append(new ModeFinding("Convolution", 16, true, "the kernel is given", cost + ", and the kernel once for all of a batch", -1)).ToEquatableArray(),
            HasDenseTransition: false);
    }

    /// <summary>The named values on the way, then the outputs.</summary>
    private static string NormalForm(StepGraph source)
    {
        var graph = new GraphBuilder(source.Axes.Select(a => a.Name));
        var nodes = new int[source.Nodes.Count];
        for (int id = 0; id < nodes.Length; id++)
        {
            Node node = source.Nodes[id];
            nodes[id] = node.Op == Op.Input ? graph.Input(node.Index, node.Axes, node.Name!) : graph.Rebuild(node, node.Arguments.Select(a => nodes[a]).ToArray());
            if (node.Name is { } name)
            {
                graph.SetName(nodes[id], name);
            }
        }

        var formula = new Formula(graph, id => graph[id].Name);
        IEnumerable<string> locals = nodes.Distinct().Where(id => graph[id] is { Name: not null, Arguments.Count: > 0 }).Select(id => $"{graph[id].Name} = {formula.Of(id)}");
        IEnumerable<string> outputs = source.Outputs.Select(o => $"{o.Name} = {formula.OfItem(nodes[o.Node], isKnown: graph[nodes[o.Node]].Name is not null)}");
        return string.Join("\n", locals.Concat(outputs));
    }
}
