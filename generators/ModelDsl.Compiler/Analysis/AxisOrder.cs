using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The order of axes in memory, outermost first. An axis over which a state-dependent value is summed comes before the other axes of
/// that value, so that sums run over rows and the last axis fills vector lanes; an axis that is indexed by constants, or shifted, is a handful of rows too.
/// Otherwise the order of appearance holds.
/// </summary>
public static class AxisOrder
{
    public static IReadOnlyList<string> Of(StepGraph graph, Strata strata)
    {
        List<string> names = graph.Axes.Select(a => a.Name).ToList();
        var before = new HashSet<(string First, string Second)>();
        int[] states = Enumerable.Range(0, graph.States.Count).ToArray();
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            Node node = graph.Nodes[i];
            if (node.Op is Op.Element or Op.Shift || (node.Op == Op.Sum && strata.DependsOnAny(i, states)))
            {
                before.UnionWith(node.Axes.Select(axis => (node.Axis!, axis)));
            }
        }

        var order = new List<string>();
        while (names.Count > 0)
        {
            // In a cycle no order satisfies all: the order of appearance decides.
            string next = names.FirstOrDefault(n => !names.Any(other => other != n && before.Contains((other, n)))) ?? names[0];
            order.Add(next);
            names.Remove(next);
        }

        return order;
    }
}
