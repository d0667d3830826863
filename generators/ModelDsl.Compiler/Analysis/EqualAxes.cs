using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Axes that a step calls by each other's names, or lays around each other, have the same size.</summary>
public static class EqualAxes
{
    /// <summary>The first axis that has the size of this one, or null if this is the first.</summary>
    public static int? Of(StepGraph graph, string axis)
    {
        List<string> names = graph.Axes.Select(a => a.Name).ToList();
        int[] first = Enumerable.Range(0, names.Count).ToArray();
        for (int round = 0; round < names.Count; round++)
        {
            foreach (Node node in graph.Nodes.Where(n => n.Op is Op.Rename or Op.Circulate))
            {
                int a = names.IndexOf(node.Axis!), b = names.IndexOf(node.NewAxis!);
                first[a] = first[b] = Math.Min(first[a], first[b]);
            }
        }

        int index = names.IndexOf(axis);
        return first[index] == index ? null : first[index];
    }
}
