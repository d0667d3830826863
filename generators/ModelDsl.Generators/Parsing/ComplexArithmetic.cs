using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>
/// Complex arithmetic as nodes of the real graph. A part that is the constant 0 leaves no trace: a real number in a complex expression
/// costs no more than in a real one.
/// </summary>
internal sealed class ComplexArithmetic(GraphBuilder graph)
{
    public GraphBuilder Graph => graph;

    public ComplexValue OfReal(int re) => new(re, graph.Constant(0));

    public ComplexValue Negate(ComplexValue z) => new(graph.Negate(z.Re), graph.Negate(z.Im));

    public ComplexValue Conjugate(ComplexValue z) => z with { Im = graph.Negate(z.Im) };

    public ComplexValue Add(ComplexValue a, ComplexValue b) => new(graph.Add(a.Re, b.Re), graph.Add(a.Im, b.Im));

    public ComplexValue Subtract(ComplexValue a, ComplexValue b) => new(graph.Subtract(a.Re, b.Re), graph.Subtract(a.Im, b.Im));

    public ComplexValue Multiply(ComplexValue a, ComplexValue b) => new(
        graph.Subtract(Product(a.Re, b.Re), Product(a.Im, b.Im)),
        graph.Add(Product(a.Re, b.Im), Product(a.Im, b.Re)));

    // a conj(b) / |b|^2
    public ComplexValue Divide(ComplexValue a, ComplexValue b)
    {
        if (IsZero(b.Im))
        {
            return new ComplexValue(graph.Divide(a.Re, b.Re), Quotient(a.Im, b.Re));
        }

        ComplexValue product = Multiply(a, Conjugate(b));
        int norm = SquaredAbs(b);
        return new ComplexValue(Quotient(product.Re, norm), Quotient(product.Im, norm));
    }

    public ComplexValue Sum(ComplexValue z, string axis) => new(Sum(z.Re, axis), Sum(z.Im, axis));

    // modulus (cos(phase) + i sin(phase))
    public ComplexValue Polar(int modulus, int phase) => IsZero(phase)
        ? OfReal(modulus)
        : new ComplexValue(graph.Multiply(modulus, graph.Unary(Op.Cos, phase)), graph.Multiply(modulus, graph.Unary(Op.Sin, phase)));

    public ComplexValue Exp(ComplexValue z) => Polar(graph.Unary(Op.Exp, z.Re), z.Im);

    // exp(x + iy) - 1 = (exp(x) - 1) cos(y) - 2 sin(y/2)^2 + i exp(x) sin(y)
    public ComplexValue ExpMinusOne(ComplexValue z)
    {
        if (IsZero(z.Im))
        {
            return OfReal(ExpMinusOne(graph, z.Re));
        }

        int sine = graph.Unary(Op.Sin, graph.Multiply(graph.Constant(0.5), z.Im)), square = graph.Multiply(sine, sine);
        return new ComplexValue(
            graph.Subtract(Product(ExpMinusOne(graph, z.Re), graph.Unary(Op.Cos, z.Im)), graph.Multiply(graph.Constant(2), square)),
            graph.Multiply(graph.Unary(Op.Exp, z.Re), graph.Unary(Op.Sin, z.Im)));
    }

    // tanh(x/2) (exp(x) + 1)
    public static int ExpMinusOne(GraphBuilder graph, int x) => graph.IsConstant(x, 0) ? x : graph.Multiply(
        graph.Unary(Op.Tanh, graph.Multiply(graph.Constant(0.5), x)), graph.Add(graph.Unary(Op.Exp, x), graph.Constant(1)));

    public int SquaredAbs(ComplexValue z) => graph.Add(Product(z.Re, z.Re), Product(z.Im, z.Im));

    // Where z is 0, the root is of 1: its infinite slope does not meet the zero slope of the square.
    public int Abs(ComplexValue z)
    {
        if (IsZero(z.Im))
        {
            return graph.Unary(Op.Abs, z.Re);
        }

        int square = SquaredAbs(z), zero = graph.Constant(0), isPositive = graph.Binary(Op.Greater, square, zero);
        return graph.Where(isPositive, graph.Unary(Op.Sqrt, graph.Where(isPositive, square, graph.Constant(1))), zero);
    }

    public ComplexValue Where(int condition, ComplexValue a, ComplexValue b) =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    public ComplexValue Map(ComplexValue z, Func<int, int> part) => new(part(z.Re), part(z.Im));

    /// <summary>Both parts with all the axes that the value has: one may be a scalar.</summary>
    public ComplexValue Spread(ComplexValue z)
    {
        return new(SpreadPart(z.Re, z.Im), SpreadPart(z.Im, z.Re));

        int SpreadPart(int part, int other) => graph[other].Axes.All(graph[part].Axes.Contains)
            ? part
            : graph.Add(part, graph.Multiply(graph.Constant(0), other));
    }

    private int Where(int condition, int a, int b) => a == b ? a : graph.Where(condition, a, b);

    private int Sum(int part, string axis) => IsZero(part) ? part : graph.Reduce(Op.Sum, part, axis);

    private int Product(int x, int y) => IsZero(x) || IsZero(y) ? graph.Constant(0) : graph.Multiply(x, y);

    private int Quotient(int x, int y) => IsZero(x) ? x : graph.Divide(x, y);

    private bool IsZero(int node) => graph.IsConstant(node, 0);
}
