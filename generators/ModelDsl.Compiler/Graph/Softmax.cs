namespace ModelDsl.Compiler.Graph;

/// <summary>Finds a softmax, which a graph holds in parts: e / sum(e) with e = exp(x - max(x)).</summary>
public static class Softmax
{
    /// <summary>The x of which a node is the softmax along <see cref="Node.Axis"/> of its sum; null if it is none.</summary>
    /// <param name="nodes">The nodes of a graph.</param>
    /// <param name="id">The node.</param>
    public static int? ArgumentOf(IReadOnlyList<Node> nodes, int id)
    {
        if (nodes[id] is not { Op: Op.Divide, Arguments: var quotient }
            || nodes[quotient[0]] is not { Op: Op.Exp, Arguments: var exponent }
            || nodes[quotient[1]] is not { Op: Op.Sum, Axis: var axis, Arguments: var summed }
            || summed[0] != quotient[0]
            || nodes[exponent[0]] is not { Op: Op.Subtract, Arguments: var difference }
            || nodes[difference[1]] is not { Op: Op.Detach, Arguments: var detached }
            || nodes[detached[0]] is not { Op: Op.MaxOver, Arguments: var over } most)
        {
            return null;
        }

        return over[0] == difference[0] && most.Axis == axis ? over[0] : null;
    }

    /// <summary>The axis along which a node is a softmax.</summary>
    public static string AxisOf(IReadOnlyList<Node> nodes, int id) => nodes[nodes[id].Arguments[1]].Axis!;

    /// <summary>What a formula of a node names: the arguments, or what a softmax is taken of.</summary>
    public static EquatableArray<int> Operands(IReadOnlyList<Node> nodes, int id) => ArgumentOf(nodes, id) is { } x ? EquatableArray.Of(x) : nodes[id].Arguments;
}
