using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Adjoint;

/// <summary>The derivative of every operation: what a node hands to its arguments, given its own gradient.</summary>
internal static class Derivatives
{
    /// <summary>The gradient for each argument, or null where there is none. Broadcasts are undone by the caller.</summary>
    /// <param name="g">The graph, which grows.</param>
    /// <param name="id">The node y.</param>
    /// <param name="dy">Its gradient.</param>
    public static int?[] Of(GraphBuilder g, int id, int dy)
    {
        Node node = g[id];
        int a = node.Arguments.Count > 0 ? node.Arguments[0] : -1;
        int b = node.Arguments.Count > 1 ? node.Arguments[1] : -1;
        int y = id;
        switch (node.Op)
        {
            case Op.Negate: return [g.Negate(dy)];
            case Op.Exp: return [g.Multiply(dy, y)];
            case Op.Log: return [g.Divide(dy, a)];
            case Op.Sigmoid: return [g.Multiply(dy, g.Multiply(y, OneMinus(y)))];
            case Op.LogSigmoid: return [g.Multiply(dy, g.Unary(Op.Sigmoid, g.Negate(a)))];
            case Op.Softplus: return [g.Multiply(dy, g.Unary(Op.Sigmoid, a))];
            case Op.Tanh: return [g.Multiply(dy, OneMinus(g.Multiply(y, y)))];
            case Op.Sin: return [g.Multiply(dy, g.Unary(Op.Cos, a))];
            case Op.Cos: return [g.Negate(g.Multiply(dy, g.Unary(Op.Sin, a)))];
            case Op.Sqrt: return [g.Divide(g.Multiply(dy, g.Constant(0.5)), y)];
            case Op.Rsqrt: return [g.Multiply(g.Multiply(dy, g.Constant(-0.5)), g.Multiply(y, g.Multiply(y, y)))];
            case Op.Abs: return [g.Multiply(dy, g.Unary(Op.Sign, a))];
            case Op.Add: return [dy, dy];
            case Op.Subtract: return [dy, g.Negate(dy)];
            case Op.Multiply: return [g.Multiply(dy, b), g.Multiply(dy, a)];
            case Op.Divide: return [g.Divide(dy, b), g.Negate(g.Divide(g.Multiply(dy, y), b))];

            // Where both are equal, each gets half.
            case Op.Max: return Split(g.Multiply(g.Constant(0.5), g.Add(g.Binary(Op.Greater, a, b), g.Binary(Op.GreaterOrEqual, a, b))));
            case Op.Min: return Split(g.Multiply(g.Constant(0.5), g.Add(g.Binary(Op.Greater, b, a), g.Binary(Op.GreaterOrEqual, b, a))));

            // Each share by itself: what one leaves of the other is rounded away where it is small.
            case Op.LogAddExp: return [g.Multiply(dy, Share(a, b)), g.Multiply(dy, Share(b, a))];
            case Op.Where: return [null, g.Where(a, dy, g.Constant(0)), g.Where(a, g.Constant(0), dy)];
            case Op.Sum: return [dy];

            // Elements that share the maximum share its gradient.
            case Op.MaxOver:
                int isMaximum = g.Binary(Op.Equal, a, y);
                return [g.Multiply(isMaximum, g.Divide(dy, g.Reduce(Op.Sum, isMaximum, node.Axis!)))];
            case Op.Element: return [g.Place(dy, node.Axis!, node.Index)];
            case Op.Place: return [g.Element(dy, node.Axis!, node.Index)];
            case Op.Rename: return [g.Rename(dy, node.NewAxis!, node.Axis!)];
            case Op.QuarterTurn: return [g.Negate(g.QuarterTurn(dy, node.Axis!))];
            case Op.Shift: return [g.Shift(dy, node.Axis!, -node.Index)];
            case Op.Circulate: return [g.Circulate(dy, node.Axis!, node.NewAxis!, -node.Index)];
            default: return new int?[node.Arguments.Count];
        }

        int OneMinus(int x) => g.Subtract(g.Constant(1), x);

        // exp(x) / (exp(x) + exp(other)); a difference of equal infinities is no number.
        int Share(int x, int other) => g.Where(g.Binary(Op.Equal, x, other), g.Constant(0.5), g.Unary(Op.Sigmoid, g.Subtract(x, other)));

        int?[] Split(int weight) => [g.Multiply(dy, weight), g.Multiply(dy, OneMinus(weight))];
    }
}
