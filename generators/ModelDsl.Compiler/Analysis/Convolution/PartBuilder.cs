using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The graph of a part of a step: copies of nodes of the step, and sequences that another part computes, which become inputs behind the
/// step's own.
/// </summary>
internal sealed class PartBuilder(StepGraph source)
{
    private readonly Dictionary<int, int> _copies = [];
    private readonly List<InputInfo> _sequences = [];

    /// <summary>For leaves that stand for something else in the part, their nodes there, by operation and index.</summary>
    public Dictionary<(Op, int), int> Leaves { get; } = [];

    public GraphBuilder Graph { get; } = new(source.Axes.Select(a => a.Name));

    /// <summary>A node of the step without states, and all that it uses.</summary>
    public int Copy(int id)
    {
        if (!_copies.TryGetValue(id, out int copy))
        {
            Node node = source.Nodes[id];
            copy = Leaves.TryGetValue((node.Op, node.Index), out int leaf) ? leaf
                : node.Op == Op.Input
                ? Graph.Input(node.Index, node.Axes, node.Name!)
                : Graph.Rebuild(node, node.Arguments.Select(Copy).ToArray());
            Name(copy, node);
            _copies.Add(id, copy);
        }

        return copy;
    }

    /// <summary>Puts a node of the part in the place of one of the step.</summary>
    public void Replace(int id, int node) => _copies.Add(id, node);

    /// <summary>A sequence that another part computes: the node of a new input.</summary>
    public int AddSequence(EquatableArray<string> axes, string name, bool sharedAcrossTime = false, bool sharedAcrossHeads = false)
    {
        string unique = Identifier.Unique(name, source.Inputs.Select(s => s.Name).Concat(_sequences.Select(s => s.Name)).Contains);
        _sequences.Add(new InputInfo(unique, axes, sharedAcrossTime, sharedAcrossHeads));
        return Graph.Input(source.Inputs.Count + _sequences.Count - 1, axes, unique);
    }

    /// <summary>Names a node after the one of the step that it stands for.</summary>
    public void Name(int node, Node original)
    {
        if (original.Name is { } name)
        {
            Graph.SetName(node, name);
        }
    }

    /// <summary>The part, with the nodes and inputs that its results need; without states.</summary>
    public StepPart Finish(string name, IReadOnlyList<PartOutput> outputs) => Finish(name, outputs, [], []);

    /// <summary>The part, with the nodes and inputs that its results need.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="outputs">What it hands on.</param>
    /// <param name="states">Its states, as states of the step.</param>
    /// <param name="nextStates">For each of them, its node after the token.</param>
    public StepPart Finish(string name, IReadOnlyList<PartOutput> outputs, IReadOnlyList<int> states, IReadOnlyList<int> nextStates)
    {
        var live = new SortedSet<int>();
        foreach (int root in outputs.Select(o => o.Node).Concat(nextStates))
        {
            Visit(root);
        }

        Dictionary<int, int> newIds = live.Select((id, i) => (id, i)).ToDictionary(p => p.id, p => p.i);
        int[] inputs = live.Where(id => Graph[id].Op == Op.Input && Graph[id].Index < source.Inputs.Count).Select(id => Graph[id].Index).OrderBy(i => i).ToArray();
        return new StepPart(
            new StepGraph(
                name,
                source.Axes,
                inputs.Select(i => source.Inputs[i]).Concat(_sequences).ToEquatableArray(),
                states.Select(s => source.States[s]).ToEquatableArray(),
                live.Select(id => Renumbered(Graph[id])).ToEquatableArray(),
                nextStates.Select(n => newIds[n]).ToEquatableArray(),
                outputs.Select(o => new OutputInfo(o.Name, newIds[o.Node], o.Axes)).ToEquatableArray(),
                live.Any(id => Graph[id] is { Op: Op.TokenIndex, Index: 1 }) ? source.MiniBatch : 0),
            inputs.ToEquatableArray(),
            states.ToEquatableArray());

        void Visit(int id)
        {
            if (live.Add(id))
            {
                foreach (int argument in Graph[id].Arguments)
                {
                    Visit(argument);
                }
            }
        }

        Node Renumbered(Node node) => node with
        {
            Arguments = node.Arguments.Select(a => newIds[a]).ToEquatableArray(),
            Index = node.Op != Op.Input ? node.Index
                : node.Index < source.Inputs.Count ? Array.IndexOf(inputs, node.Index)
                : inputs.Length + node.Index - source.Inputs.Count,
        };
    }
}
