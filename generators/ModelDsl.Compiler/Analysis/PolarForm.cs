using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>A complex number as modulus and phase, where a step gives it so: a real factor times (cos(phase), sin(phase)), as <c>Polar</c> and <c>Exp</c> make it.</summary>
internal static class PolarForm
{
    /// <summary>The nodes of the modulus, of whatever sign, and of the phase's cosine and sine; null if it is given in another way.</summary>
    public static (int Modulus, int Cosine, int Sine)? Of(GraphBuilder graph, int re, int im)
    {
        Node a = graph[re], b = graph[im];
        if (Signed(graph, re) is { IsNegative: true } negative)
        {
            return Of(graph, negative.Node, graph.Negate(im)) is { } opposite ? opposite with { Modulus = graph.Negate(opposite.Modulus) } : null;
        }

        if (Signed(graph, im) is { IsNegative: true } signed)
        {
            return Of(graph, re, signed.Node) is { } conjugate ? conjugate with { Sine = graph.Negate(conjugate.Sine) } : null;
        }

        if (a.Op == Op.Cos && b.Op == Op.Sin && a.Arguments[0] == b.Arguments[0])
        {
            return (graph.Constant(1), re, im);
        }

        if (a.Op == Op.Divide && b.Op == Op.Divide && a.Arguments[1] == b.Arguments[1])
        {
            return Of(graph, a.Arguments[0], b.Arguments[0]) is { } dividend ? dividend with { Modulus = graph.Divide(dividend.Modulus, a.Arguments[1]) } : null;
        }

        // A factor of both parts, on whichever side.
        for (int i = 0; i < 4 && a.Op == Op.Multiply && b.Op == Op.Multiply; i++)
        {
            int left = i & 1, right = i >> 1;
            if (a.Arguments[left] == b.Arguments[right] && Of(graph, a.Arguments[1 - left], b.Arguments[1 - right]) is { } rest)
            {
                return rest with { Modulus = graph.Multiply(rest.Modulus, a.Arguments[left]) };
            }
        }

        return null;
    }

    /// <summary>A node without the negations of its factors, and whether their number is odd: -(a b) and (-a) b are one then.</summary>
    public static (bool IsNegative, int Node) Signed(GraphBuilder graph, int node)
    {
        Node n = graph[node];
        if (n.Op == Op.Negate)
        {
            (bool isNegative, int inner) = Signed(graph, n.Arguments[0]);
            return (!isNegative, inner);
        }

        if (n.Op is not (Op.Multiply or Op.Divide))
        {
            return (false, node);
        }

        (bool left, int x) = Signed(graph, n.Arguments[0]);
        (bool right, int y) = Signed(graph, n.Arguments[1]);
        return (left != right, x == n.Arguments[0] && y == n.Arguments[1] ? node : graph.Binary(n.Op, x, y));
    }
}
