using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>The nodes that a spec's states and outputs need, renumbered. Inputs and states stay even where nothing reads them.</summary>
internal sealed class LiveNodes
{
    private readonly Dictionary<int, int> _newIds = [];

    private LiveNodes(IReadOnlyList<int> kept, IReadOnlyList<Node> nodes)
    {
        Kept = kept;
        for (int i = 0; i < kept.Count; i++)
        {
            _newIds.Add(kept[i], i);
        }

        Nodes = nodes.Select(n => n with { Arguments = n.Arguments.Select(NewId).ToEquatableArray() }).ToArray();
    }

    /// <summary>The old number of each node.</summary>
    public IReadOnlyList<int> Kept { get; }

    public IReadOnlyList<Node> Nodes { get; }

    public int NewId(int oldId) => _newIds[oldId];

    public static LiveNodes Of(GraphBuilder graph, IEnumerable<int> roots)
    {
        bool[] live = new bool[graph.Nodes.Count];
        foreach (int root in roots)
        {
            live[root] = true;
        }

        // Arguments come before the nodes that use them.
        for (int id = live.Length - 1; id >= 0; id--)
        {
            live[id] |= graph[id].Op is Op.Input or Op.State;
            if (live[id])
            {
                foreach (int argument in graph[id].Arguments)
                {
                    live[argument] = true;
                }
            }
        }

        int[] kept = Enumerable.Range(0, live.Length).Where(id => live[id]).ToArray();
        return new LiveNodes(kept, kept.Select(id => graph[id]).ToArray());
    }
}
