using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>The numbers that make sense for an input, as far as its use in the step tells.</summary>
public static class Domains
{
    /// <summary>The name of a member of ModelDsl.Domain, or null.</summary>
    public static string? Of(StepGraph graph, int input)
    {
        int leaf = graph.Nodes.ToList().FindIndex(n => n.Op == Op.Input && n.Index == input);
        if (leaf < 0)
        {
            return null;
        }

        foreach (Node node in graph.Nodes)
        {
            switch (node.Op)
            {
                case Op.Exp when IsDecay(graph, node.Arguments[0], leaf): return "LogDecay";
                case Op.Log or Op.Sqrt or Op.Rsqrt when node.Arguments[0] == leaf: return "Positive";
                case Op.Divide when node.Arguments[1] == leaf: return "Positive";
            }
        }

        return null;
    }

    /// <summary>Exp(g), or Exp(step * A) with a parameter A.</summary>
    private static bool IsDecay(StepGraph graph, int exponent, int leaf)
    {
        Node node = graph.Nodes[exponent];
        bool isParameter = graph.Inputs[graph.Nodes[leaf].Index].SharedAcrossTime;
        return exponent == leaf || (isParameter && node.Op == Op.Multiply && node.Arguments.Contains(leaf));
    }
}
