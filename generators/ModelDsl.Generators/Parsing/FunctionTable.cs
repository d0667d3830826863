using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>A call of a function of the DSL.</summary>
/// <param name="Graph">Where its nodes go.</param>
/// <param name="Arguments">The nodes of its arguments.</param>
/// <param name="Axes">The axes that it is about: those that it contracts, or the one that it normalises over. Empty for functions that work element by element.</param>
/// <param name="NewAxis">The axis that appears in the result, if any (Rename).</param>
/// <param name="Numbers">Arguments that are numbers and not tensors (an epsilon, an exponent), in order.</param>
internal sealed record FunctionCall(
    GraphBuilder Graph, IReadOnlyList<int> Arguments, IReadOnlyList<string> Axes, string NewAxis, IReadOnlyList<double> Numbers)
{
    public string Axis => Axes[0];

    public int X => Arguments[0];

    public int Y => Arguments[1];
}

/// <summary>What each function of ModelDsl.Functions is in terms of the graph's operations. Composite functions expand, so that the analysis knows few operations.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, Func<FunctionCall, int>> Table = new()
    {
        ["Exp"] = Unary(Op.Exp),
        ["ExpMinusOne"] = c => ComplexArithmetic.ExpMinusOne(c.Graph, c.X),
        ["Log"] = Unary(Op.Log),
        ["Sigmoid"] = Unary(Op.Sigmoid),
        ["LogSigmoid"] = Unary(Op.LogSigmoid),
        ["Softplus"] = Unary(Op.Softplus),
        ["Tanh"] = Unary(Op.Tanh),
        ["Sin"] = Unary(Op.Sin),
        ["Cos"] = Unary(Op.Cos),
        ["Sqrt"] = Unary(Op.Sqrt),
        ["Rsqrt"] = Unary(Op.Rsqrt),
        ["Abs"] = Unary(Op.Abs),
        ["Sign"] = Unary(Op.Sign),
        ["Detach"] = Unary(Op.Detach),

        // x^2
        ["Square"] = c => c.Graph.Multiply(c.X, c.X),

        // max(x, 0)
        ["Relu"] = c => c.Graph.Binary(Op.Max, c.X, c.Graph.Constant(0)),

        // x sigmoid(x)
        ["SiLU"] = c => c.Graph.Multiply(c.X, c.Graph.Unary(Op.Sigmoid, c.X)),

        // x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
        ["GeluTanh"] = GeluTanh,

        // x x ... x
        ["Power"] = c => Power(c.Graph, c.X, (int)c.Numbers[0]),

        ["Max"] = Binary(Op.Max),
        ["Min"] = Binary(Op.Min),
        ["LogAddExp"] = Binary(Op.LogAddExp),
        ["EqualTo"] = Binary(Op.Equal),
        ["Where"] = c => c.Graph.Where(c.X, c.Y, c.Arguments[2]),

        ["Dot"] = c => c.Graph.Dot(c.X, c.Y, c.Axis),
        ["Outer"] = Binary(Op.Multiply),
        ["Sum"] = c => c.Axes.Aggregate(c.X, (x, axis) => c.Graph.Reduce(Op.Sum, x, axis)),
        ["MaxOver"] = c => c.Axes.Aggregate(c.X, (x, axis) => c.Graph.Reduce(Op.MaxOver, x, axis)),
        ["Mean"] = c => c.Axes.Aggregate(c.X, (x, axis) => c.Graph.Divide(c.Graph.Reduce(Op.Sum, x, axis), c.Graph.Extent(axis))),

        // e / sum(e), e = exp(x - max(x)); the result does not depend on the maximum, so neither does its gradient
        ["Softmax"] = Softmax,

        // x / sqrt(sum(x^2) + eps)
        ["L2Normalize"] = c => c.Graph.Multiply(
            c.X,
            c.Graph.Unary(Op.Rsqrt, c.Graph.Add(c.Graph.Dot(c.X, c.X, c.Axis), c.Graph.Constant(c.Numbers[0])))),

        // x cos(angle) + (quarter turn of x) sin(angle)
        ["Rotate"] = c => c.Graph.Add(
            c.Graph.Multiply(c.X, c.Graph.Unary(Op.Cos, c.Y)),
            c.Graph.Multiply(c.Graph.QuarterTurn(c.X, c.Axis), c.Graph.Unary(Op.Sin, c.Y))),
        ["QuarterTurn"] = c => c.Graph.QuarterTurn(c.X, c.Axis),
        ["Shift"] = c => c.Graph.Shift(c.X, c.Axis, (int)c.Numbers[0]),

        // the history, one place on, and x at index 0
        ["Push"] = c => c.Graph.Add(c.Graph.Shift(c.X, c.Axis, 1), c.Graph.Place(c.Y, c.Axis, 0)),
        ["Rename"] = c => c.Graph.Rename(c.X, c.Axis, c.NewAxis),
        ["As"] = c => c.Graph.Rename(c.X, c.Axis, c.NewAxis),
        ["Circulant"] = c => c.Graph.Circulate(c.X, c.Axis, c.NewAxis, 1),
        ["Size"] = c => c.Graph.Extent(c.Axis),
    };

    public static bool Contains(string function) => Table.ContainsKey(function);

    /// <summary>The node that a call stands for.</summary>
    public static int Construct(string function, FunctionCall call) => Table[function](call);

    private static Func<FunctionCall, int> Unary(Op op) => c => c.Graph.Unary(op, c.X);

    private static Func<FunctionCall, int> Binary(Op op) => c => c.Graph.Binary(op, c.X, c.Y);

    private static int Power(GraphBuilder g, int x, int exponent)
    {
        if (exponent <= 0)
        {
            // Ones of x's shape.
            int one = g.Add(g.Constant(1), g.Multiply(x, g.Constant(0)));
            return exponent == 0 ? one : g.Divide(one, Power(g, x, checked(-exponent)));
        }

        return Enumerable.Repeat(x, exponent).Aggregate((power, factor) => g.Multiply(power, factor));
    }

    private static int Softmax(FunctionCall c)
    {
        int e = c.Graph.Unary(Op.Exp, c.Graph.Subtract(c.X, c.Graph.Unary(Op.Detach, c.Graph.Reduce(Op.MaxOver, c.X, c.Axis))));
        return c.Graph.Divide(e, c.Graph.Reduce(Op.Sum, e, c.Axis));
    }

    private static int GeluTanh(FunctionCall c)
    {
        GraphBuilder g = c.Graph;
        int cube = g.Multiply(g.Multiply(c.X, c.X), c.X);
        int inner = g.Multiply(g.Constant(Math.Sqrt(2 / Math.PI)), g.Add(c.X, g.Multiply(g.Constant(0.044715), cube)));
        return g.Multiply(g.Multiply(g.Constant(0.5), c.X), g.Add(g.Constant(1), g.Unary(Op.Tanh, inner)));
    }
}
