using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Whether a node of the source graph is linear (affine) in some states; if not, where it ceases to be.</summary>
public static class Linearity
{
    /// <summary>The first node on the way to <paramref name="node"/> that is not linear in the states, or -1.</summary>
    public static int Obstacle(StepGraph graph, Strata strata, int node, IReadOnlyList<int> states)
    {
        var seen = new HashSet<int>();
        return Find(node);

        int Find(int id)
        {
            if (!seen.Add(id) || !strata.DependsOnAny(id, states))
            {
                return -1;
            }

            // A softmax is named as such, and not one of its parts.
            foreach (int argument in Softmax.Operands(graph.Nodes, id))
            {
                int found = Find(argument);
                if (found >= 0)
                {
                    return found;
                }
            }

            return IsLinear(graph.Nodes[id]) ? -1 : id;
        }

        bool Uses(int id) => strata.DependsOnAny(id, states);

        bool IsLinear(Node n) => n.Op switch
        {
            Op.State => true,
            Op.Multiply => !Uses(n.Arguments[0]) || !Uses(n.Arguments[1]),
            Op.Divide => !Uses(n.Arguments[1]),
            Op.Where => !Uses(n.Arguments[0]),
            _ => IsAdditive(n.Op),
        };
    }

    /// <summary>Whether an operation is linear in all of its arguments together.</summary>
    public static bool IsAdditive(Op op) =>
        op is Op.Negate or Op.Add or Op.Subtract or Op.Sum or Op.Element or Op.Place or Op.Rename or Op.QuarterTurn or Op.Shift or Op.Circulate;
}
