using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>The logarithm of a sum of exponentials, in the ways in which it is written.</summary>
internal static class LogSum
{
    /// <summary>The numbers whose exponentials are summed; null if a node is no such logarithm.</summary>
    public static IReadOnlyList<int>? Terms(GraphBuilder graph, int id)
    {
        Node node = graph[id];
        return node.Op switch
        {
            Op.LogAddExp => [.. node.Arguments],
            Op.Softplus => [node.Arguments[0], graph.Constant(0)],
            Op.Log => Exponents(graph, node.Arguments[0]),
            Op.Add => Relative(graph, node.Arguments[0], node.Arguments[1]) ?? Relative(graph, node.Arguments[1], node.Arguments[0]),
            _ => null,
        };
    }

    /// <summary>exp(x) + exp(y) + ...</summary>
    private static List<int>? Exponents(GraphBuilder graph, int id)
    {
        Node node = graph[id];
        return node.Op switch
        {
            Op.Exp => [node.Arguments[0]],
            Op.Constant when node.Value > 0 => [graph.Constant(Math.Log(node.Value))],
            Op.Add when Exponents(graph, node.Arguments[0]) is { } left && Exponents(graph, node.Arguments[1]) is { } right => [.. left, .. right],
            _ => null,
        };
    }

    /// <summary>
    /// <code>
    /// t + log(exp(x - t) + exp(y - t)) --> x, y        whatever t is
    /// max(x, y) + softplus(-|x - y|)   --> x, y
    /// </code>
    /// </summary>
    private static IReadOnlyList<int>? Relative(GraphBuilder graph, int t, int logarithm)
    {
        Node node = graph[logarithm];
        if (node.Op == Op.Log && Exponents(graph, node.Arguments[0]) is { } exponents)
        {
            bool areRelative = exponents.All(e => graph[e] is { Op: Op.Subtract } difference && difference.Arguments[1] == t);
            return areRelative ? [.. exponents.Select(e => graph[e].Arguments[0])] : null;
        }

        EquatableArray<int> pair = graph[t].Arguments;
        bool isLarger = node.Op == Op.Softplus && graph[t].Op == Op.Max
            && graph[node.Arguments[0]] is { Op: Op.Negate } negative && graph[negative.Arguments[0]] is { Op: Op.Abs } distance
            && graph[distance.Arguments[0]] is { Op: Op.Subtract } between && between.Arguments.All(pair.Contains);
        return isLarger ? [.. pair] : null;
    }
}
