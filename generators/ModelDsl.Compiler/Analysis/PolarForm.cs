using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A complex number as modulus and phase, where a step gives it so: products and quotients of <c>Polar</c> and <c>Exp</c>, of conjugates, of real factors and of complex constants.
/// Moduli are multiplied, as everything real that is a product over time, and phases are added, so that the turn has the modulus one whatever it is made of.
/// </summary>
internal static class PolarForm
{
    /// <summary>Cases of conditions (Where) that are told apart.</summary>
    private const int MaximumConditions = 3;

    /// <summary>
    /// The nodes of the modulus, of whatever sign, and of the phase's cosine and sine, of the complex number m (cos + i sin) that a matrix
    /// (m cos, -m sin; m sin, m cos) multiplies by; null if the matrix is no such number, or one that is given in another way.
    /// </summary>
    /// <param name="graph">The graph, which grows.</param>
    /// <param name="matrix">The matrix, row by row.</param>
    /// <param name="isComplex">Whether it is that of a complex number, however that is given.</param>
    public static (int Modulus, int Cosine, int Sine)? Of(GraphBuilder graph, int[] matrix, out bool isComplex) => Of(graph, matrix, [], out isComplex);

    private static (int Modulus, int Cosine, int Sine)? Of(GraphBuilder graph, int[] matrix, Dictionary<int, bool> conditions, out bool isComplex)
    {
        var reader = new PhaseReader(graph, conditions);
        PhasePolynomial?[] entries = [.. matrix.Select(reader.Read)];
        isComplex = entries.All(e => e is not null) && entries[0]!.Plus(entries[3]!, -1).IsZero && entries[1]!.Plus(entries[2]!, 1).IsZero;
        if (isComplex && entries[0]!.Plus(entries[2]!, System.Numerics.Complex.ImaginaryOne).Polar() is { } polar)
        {
            return polar;
        }

        // What differs from case to case may be a polar form in each of them.
        int condition = matrix.Max(reader.Condition);
        if (condition < 0 || conditions.Count == MaximumConditions)
        {
            return null;
        }

        (int Modulus, int Cosine, int Sine)? yes = Of(graph, matrix, new(conditions) { [condition] = true }, out bool isYesComplex);
        (int Modulus, int Cosine, int Sine)? no = Of(graph, matrix, new(conditions) { [condition] = false }, out bool isNoComplex);
        isComplex = isYesComplex && isNoComplex;
        if (yes is not { } one || no is not { } other)
        {
            return null;
        }

        // What is zero may turn by anything.
        (one.Cosine, one.Sine) = graph.IsConstant(one.Modulus, 0) ? (other.Cosine, other.Sine) : (one.Cosine, one.Sine);
        (other.Cosine, other.Sine) = graph.IsConstant(other.Modulus, 0) ? (one.Cosine, one.Sine) : (other.Cosine, other.Sine);
        int Choose(int a, int b) => a == b ? a : graph.Where(condition, a, b);
        return (Choose(one.Modulus, other.Modulus), Choose(one.Cosine, other.Cosine), Choose(one.Sine, other.Sine));
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
