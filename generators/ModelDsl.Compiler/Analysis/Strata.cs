using System.Numerics;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The order in which states are evaluated over a whole chunk. State B depends on state A if the next value of B uses a value of A;
/// the strongly connected components of that relation are the strata, earliest first. A memory that is read with a key made of A must come after A, too.
/// </summary>
public sealed class Strata
{
    private readonly BigInteger[] _dependsOn;

    private Strata(BigInteger[] nodeDependsOn, IReadOnlyList<IReadOnlyList<int>> components)
    {
        _dependsOn = nodeDependsOn;
        Components = components;
    }

    /// <summary>State indices, grouped; a component uses only itself and earlier ones.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Components { get; }

    /// <summary>Whether a node uses the incoming value of a state.</summary>
    public bool DependsOn(int node, int state) => (_dependsOn[node] & (BigInteger.One << state)) != 0;

    /// <summary>Whether a node uses the incoming value of any of the states.</summary>
    public bool DependsOnAny(int node, IEnumerable<int> states) => states.Any(s => DependsOn(node, s));

    /// <param name="graph">The step.</param>
    /// <param name="order">States that are to come after others, although their updates do not use them.</param>
    public static Strata Of(StepGraph graph, IReadOnlyCollection<(int State, int After)> order)
    {
        var dependsOn = new BigInteger[graph.Nodes.Count];
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            dependsOn[i] = node.Op == Op.State ? BigInteger.One << node.Index : BigInteger.Zero;
            foreach (int argument in node.Arguments)
            {
                dependsOn[i] |= dependsOn[argument];
            }
        }

        BigInteger[] uses = graph.NextStates.Select(n => dependsOn[n]).ToArray();
        foreach ((int state, int after) in order)
        {
            uses[state] |= BigInteger.One << after;
        }

        return new Strata(dependsOn, FindComponents(uses));
    }

    /// <summary>Components by reachability: there are few states, so the closure is easier to read than Tarjan's algorithm.</summary>
    private static List<IReadOnlyList<int>> FindComponents(BigInteger[] uses)
    {
        int count = uses.Length;
        var reaches = (BigInteger[])uses.Clone();
        for (int via = 0; via < count; via++)
        {
            for (int from = 0; from < count; from++)
            {
                if ((reaches[from] & (BigInteger.One << via)) != 0)
                {
                    reaches[from] |= reaches[via];
                }
            }
        }

        bool Reaches(int from, int to) => (reaches[from] & (BigInteger.One << to)) != 0;
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
