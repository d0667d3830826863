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

        if (IsCondition(graph, leaf))
        {
            return "Flag";
        }

        // What an exponential of a kernel is made of may have any sign: exp(-rate * lag).
        foreach (Node node in graph.Nodes)
        {
            switch (node.Op)
            {
                case Op.Exp when !graph.IsConvolution && IsDecay(graph, node.Arguments[0], leaf): return "LogDecay";
                case Op.Log or Op.Sqrt or Op.Rsqrt when node.Arguments[0] == leaf: return "Positive";
                case Op.Divide when node.Arguments[1] == leaf: return "Positive";
            }
        }

        return null;
    }

    /// <summary>Where(reset, a, b), and nothing else.</summary>
    private static bool IsCondition(StepGraph graph, int leaf)
    {
        Node[] uses = graph.Nodes.Where(n => n.Arguments.Contains(leaf)).ToArray();
        return uses.Length > 0
            && uses.All(n => n.Op == Op.Where && n.Arguments[0] == leaf && n.Arguments[1] != leaf && n.Arguments[2] != leaf)
            && !graph.NextStates.Contains(leaf)
            && graph.Outputs.All(o => o.Node != leaf);
    }

    /// <summary>Exp(g), or Exp(step * A) with a parameter A.</summary>
    private static bool IsDecay(StepGraph graph, int exponent, int leaf)
    {
        Node node = graph.Nodes[exponent];
        bool isParameter = graph.Inputs[graph.Nodes[leaf].Index].SharedAcrossTime;
        return exponent == leaf || (isParameter && node.Op == Op.Multiply && node.Arguments.Contains(leaf));
    }
}
