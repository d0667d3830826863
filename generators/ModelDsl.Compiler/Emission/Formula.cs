using System.Globalization;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Emission;

/// <summary>Prints nodes in mathematical notation.</summary>
public sealed class Formula(GraphBuilder graph, Func<int, string?> name)
{
    /// <summary>The formula of a node; named parts of it are printed by name.</summary>
    public string Of(int id) => Print(id, 0, top: true);

    /// <summary>The formula of a node, or its name if it is known already.</summary>
    public string OfItem(int id, bool isKnown) => Print(id, 0, top: !isKnown);

    private string Print(int id, int precedence, bool top = false)
    {
        Node node = graph[id];
        if (!top && name(id) is { } known)
        {
            return known;
        }

        // In its own name unless its parts have names, as they do in a kernel.
        if (Softmax.ArgumentOf(graph.Nodes, id) is { } x && name(node.Arguments[0]) is null && name(node.Arguments[1]) is null)
        {
            return $"softmax_{Softmax.AxisOf(graph.Nodes, id)}({Print(x, 0)})";
        }

        string A(int p = 0) => Print(node.Arguments[0], p);
        string B(int p = 0) => Print(node.Arguments[1], p);
        string Factor() => IsSummedOver(node.Arguments[0], graph[node.Arguments[1]].Axes) ? $"({A()})" : A(2);
        string Infix(int own, string text) => own < precedence ? $"({text})" : text;
        return node.Op switch
        {
            Op.Input or Op.State or Op.Given or Op.TokenIndex or Op.Lag or Op.SequenceLength or Op.Delay => node.Name!,
            Op.Constant => Number(node.Value),
            Op.Extent => $"|{node.Axis}|",
            Op.Negate => Infix(2, "-" + A(3)),
            Op.Add => Infix(1, B(1) is var addend && addend.StartsWith("-", StringComparison.Ordinal) ? $"{A(1)} - {addend.Substring(1)}" : $"{A(1)} + {addend}"),
            Op.Subtract when graph[node.Arguments[1]].Op == Op.Negate && name(node.Arguments[1]) is null => Infix(1, $"{A(1)} + {B(2).Substring(1)}"),
            Op.Subtract => Infix(1, $"{A(1)} - {B(2)}"),
            Op.Multiply => Infix(2, $"{Factor()} * {B(2)}"),
            Op.Divide => Infix(2, $"{Factor()} / {B(3)}"),
            Op.Greater => Infix(0, $"{A(1)} > {B(1)}"),
            Op.GreaterOrEqual => Infix(0, $"{A(1)} >= {B(1)}"),
            Op.Equal => Infix(0, $"{A(1)} == {B(1)}"),
            Op.Where => $"where({A()}, {B()}, {Print(node.Arguments[2], 0)})",
            Op.Sum => Infix(2, $"sum_{node.Axis} {A(2)}"),
            Op.MaxOver => $"max_{node.Axis}({A()})",
            Op.Element => $"{A(4)}[{node.Axis} = {node.Index.ToString(CultureInfo.InvariantCulture)}]",
            Op.Place => $"place({A()}, {node.Axis} = {node.Index.ToString(CultureInfo.InvariantCulture)})",
            Op.Rename => $"{A(4)}[{node.NewAxis} as {node.Axis}]",
            Op.QuarterTurn => $"quarterTurn({A()})",
            Op.Shift => $"{A(4)}[{node.Axis} {(node.Index > 0 ? "-" : "+")} {Math.Abs(node.Index).ToString(CultureInfo.InvariantCulture)}]",
            Op.Circulate => $"{A(4)}[{node.Axis} {(node.Index > 0 ? "-" : "+")} {node.NewAxis}, around]",
            Op.Convolve => $"convolve({A()}, {B()})",
            Op.ConvolveByFrequency => $"convolve({A()}, transfer {B(1)} + i {Print(node.Arguments[2], 2)})",
            Op.Max or Op.Min or Op.LogAddExp => $"{char.ToLowerInvariant(node.Op.ToString()[0])}{node.Op.ToString().Substring(1)}({A()}, {B()})",
            _ => $"{char.ToLowerInvariant(node.Op.ToString()[0])}{node.Op.ToString().Substring(1)}({A()})",
        };
    }

    /// <summary>Whether a product ends in a sum over one of the axes: what is written after it would be read as summed over, too.</summary>
    private bool IsSummedOver(int id, EquatableArray<string> axes)
    {
        Node node = graph[id];
        return name(id) is null && node.Op switch
        {
            Op.Sum => axes.Contains(node.Axis!) || IsSummedOver(node.Arguments[0], axes),
            Op.Multiply => IsSummedOver(node.Arguments[0], axes) || IsSummedOver(node.Arguments[1], axes),
            Op.Divide or Op.Negate => IsSummedOver(node.Arguments[0], axes),
            _ => false,
        };
    }

    /// <summary>A number as mathematics: invariant culture, as many digits as kernels know.</summary>
    private static string Number(double value)
    {
        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        string[] parts = value.ToString("G7", CultureInfo.InvariantCulture).Split('E');
        return parts.Length == 1 ? parts[0] : $"{parts[0]}e{int.Parse(parts[1], CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)}";
    }
}
