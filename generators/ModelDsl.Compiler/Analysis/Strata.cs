using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The order in which states are evaluated over a whole chunk. State B depends on state A if the next value of B uses a value of A;
/// the strongly connected components of that relation are the strata, earliest first.
/// </summary>
public sealed class Strata
{
    private readonly ulong[] _dependsOn;

    private Strata(ulong[] nodeDependsOn, IReadOnlyList<IReadOnlyList<int>> components)
    {
        _dependsOn = nodeDependsOn;
        Components = components;
    }

    /// <summary>State indices, grouped; a component uses only itself and earlier ones.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Components { get; }

    /// <summary>Whether a node uses the incoming value of a state.</summary>
    public bool DependsOn(int node, int state) => (_dependsOn[node] & (1UL << state)) != 0;

    /// <summary>Whether a node uses the incoming value of any of the states.</summary>
    public bool DependsOnAny(int node, IEnumerable<int> states) => states.Any(s => DependsOn(node, s));

    public static Strata Of(StepGraph graph)
    {
        var dependsOn = new ulong[graph.Nodes.Count];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            dependsOn[i] = node.Op == Op.State ? 1UL << node.Index : 0;
            foreach (int argument in node.Arguments)
            {
                dependsOn[i] |= dependsOn[argument];
            }
        }

        return new Strata(dependsOn, FindComponents(graph.NextStates.Select(n => dependsOn[n]).ToArray()));
    }

    /// <summary>Components by reachability: there are few states, so the closure is easier to read than Tarjan's algorithm.</summary>
    private static List<IReadOnlyList<int>> FindComponents(ulong[] uses)
    {
        int count = uses.Length;
        var reaches = (ulong[])uses.Clone();
        for (int via = 0; via < count; via++)
        {
            for (int from = 0; from < count; from++)
            {
                if ((reaches[from] & (1UL << via)) != 0)
                {
                    reaches[from] |= reaches[via];
                }
            }
        }

        bool Reaches(int from, int to) => (reaches[from] & (1UL << to)) != 0;
        var components = new List<IReadOnlyList<int>>();
        var done = new HashSet<int>();
        while (done.Count < count)
        {
            // The first state whose dependencies outside its own component are all done.
            for (int state = 0; state < count; state++)
            {
                if (done.Contains(state))
                {
                    continue;
                }

                int[] component = Enumerable.Range(0, count).Where(s => s == state || (Reaches(s, state) && Reaches(state, s))).ToArray();
                bool ready = Enumerable.Range(0, count).All(s => !Reaches(state, s) || done.Contains(s) || component.Contains(s));
                if (ready)
                {
                    components.Add(component);
                    done.UnionWith(component);
                    break;
                }
            }
        }

        return components;
    }
}
