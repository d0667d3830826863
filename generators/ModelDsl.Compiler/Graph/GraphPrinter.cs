using System.Globalization;
using System.Text;

namespace ModelDsl.Compiler.Graph;

/// <summary>
/// Prints a step graph for readers and tests: one node a line, called by the name that the spec gave it or by its number.
/// Constants, inputs and states stand where they are used.
/// </summary>
public static class GraphPrinter
{
    public static string Print(StepGraph graph)
    {
        var text = new StringBuilder();
        Line($"{graph.Name} over {string.Join(", ", graph.Axes.Select(a => a.FixedSize is { } size ? $"{a.Name}({size})" : a.Name))}");
        foreach (StateInfo state in graph.States)
        {
            Line($"  state {state.Name}{Axes(state.Axes)}");
        }

        foreach (InputInfo input in graph.Inputs)
        {
            string shared = (input.SharedAcrossTime, input.SharedAcrossHeads) switch
            {
                (true, true) => " shared across time and heads",
                (true, false) => " shared across time",
                (false, true) => " shared across heads",
                _ => "",
            };
            Line($"  input {input.Name}{Axes(input.Axes)}{shared}");
        }

        for (int id = 0; id < graph.Nodes.Count; id++)
        {
            Node node = graph.Nodes[id];
            if (node.Op is not (Op.Input or Op.State or Op.Constant or Op.Extent or Op.TokenIndex or Op.Lag or Op.SequenceLength or Op.Delay))
            {
                Line($"  {Reference(graph, id)}{Axes(node.Axes)} = {Expression(graph, id)}");
            }
        }

        for (int i = 0; i < graph.States.Count; i++)
        {
            Line($"  next {graph.States[i].Name} = {Reference(graph, graph.NextStates[i])}");
        }

        foreach (OutputInfo output in graph.Outputs)
        {
            Line($"  return {output.Name}{Axes(output.Axes)} = {Reference(graph, output.Node)}");
        }

        return text.ToString();

        // A fixed line end, whatever the system's is.
        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>What a node computes, in terms of the nodes that it uses.</summary>
    public static string Expression(StepGraph graph, int id) => Expression(graph, id, argument => Reference(graph, argument));

    /// <summary>A term as its author would write it: what has no name is written out, down to a few levels.</summary>
    public static string Term(StepGraph graph, int id, int depth = 3)
    {
        // A function's argument stands in parentheses already; an element and its index bind closer than any operator.
        int? softened = Softmax.ArgumentOf(graph.Nodes, id);
        bool binds = softened is null && (IsOperator(graph.Nodes[id].Op) || graph.Nodes[id].Op == Op.Element);
        return softened is { } x ? $"Softmax({Argument(x)} over {Softmax.AxisOf(graph.Nodes, id)})" : Expression(graph, id, Argument);

        string Argument(int argument)
        {
            Node node = graph.Nodes[argument];
            return node switch
            {
                { Name: not null } or { Arguments.Count: 0 } => Reference(graph, argument),
                _ when depth == 0 => "...",
                _ when binds && IsOperator(node.Op) && Softmax.ArgumentOf(graph.Nodes, argument) is null => $"({Term(graph, argument, depth - 1)})",
                _ => Term(graph, argument, depth - 1),
            };
        }
    }

    private static bool IsOperator(Op op) =>
        op is Op.Negate or Op.Add or Op.Subtract or Op.Multiply or Op.Divide or Op.Greater or Op.GreaterOrEqual or Op.Equal;

    private static string Expression(StepGraph graph, int id, Func<int, string> print)
    {
        Node node = graph.Nodes[id];
        string[] x = node.Arguments.Select(print).ToArray();
        return node.Op switch
        {
            Op.Input or Op.State or Op.Constant or Op.Extent or Op.TokenIndex or Op.Lag or Op.SequenceLength or Op.Delay => Reference(graph, id),
            Op.Negate => $"-{x[0]}",
            Op.Add => $"{x[0]} + {x[1]}",
            Op.Subtract => $"{x[0]} - {x[1]}",
            Op.Multiply => $"{x[0]} * {x[1]}",
            Op.Divide => $"{x[0]} / {x[1]}",
            Op.Greater => $"{x[0]} > {x[1]}",
            Op.GreaterOrEqual => $"{x[0]} >= {x[1]}",
            Op.Equal => $"{x[0]} == {x[1]}",
            Op.Sum or Op.MaxOver or Op.QuarterTurn => $"{node.Op}({x[0]} over {node.Axis})",
            Op.Shift => $"Shift({x[0]} over {node.Axis} by {node.Index})",
            Op.Element => $"{x[0]}[{node.Axis}: {node.Index}]",
            Op.Circulate => $"Circulant({x[0]} over {node.Axis} by {(node.Index > 0 ? "" : "-")}{node.NewAxis})",
            Op.Place => $"Place({x[0]} at {node.Axis}: {node.Index})",
            Op.Rename => $"Rename({x[0]}, {node.Axis} to {node.NewAxis})",
            _ => $"{node.Op}({string.Join(", ", x)})",
        };
    }

    private static string Reference(StepGraph graph, int id)
    {
        Node node = graph.Nodes[id];
        return node.Op switch
        {
            Op.Constant => node.Value.ToString("R", CultureInfo.InvariantCulture),
            Op.Extent => $"|{node.Axis}|",
            _ => node.Name ?? "%" + id.ToString(CultureInfo.InvariantCulture),
        };
    }

    private static string Axes(EquatableArray<string> axes) => axes.Count == 0 ? "" : $"[{string.Join(", ", axes)}]";
}
