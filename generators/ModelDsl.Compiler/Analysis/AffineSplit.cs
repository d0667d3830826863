using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Writes a node as base + sum_i coefficient_i * leaf_i, element by element, if it is of that form in the given leaves. Coefficients
/// that are zero are absent.
/// </summary>
public sealed class AffineSplit
{
    private readonly GraphBuilder _graph;
    private readonly HashSet<int> _leaves;
    private readonly Dictionary<int, bool> _depends = [];
    private readonly Dictionary<int, Form?> _forms = [];

    private AffineSplit(GraphBuilder graph, IEnumerable<int> leaves)
    {
        _graph = graph;
        _leaves = [.. leaves];
    }

    /// <param name="Base">The part without the leaves.</param>
    /// <param name="Coefficients">By leaf.</param>
    public sealed record Form(int Base, IReadOnlyDictionary<int, int> Coefficients);

    /// <summary>The form, or null with the node that stands in the way.</summary>
    public static Form? Of(GraphBuilder graph, int node, IEnumerable<int> leaves, out int obstacle)
    {
        var split = new AffineSplit(graph, leaves);
        obstacle = -1;
        return split.Split(node, ref obstacle);
    }

    /// <summary>Whether a node uses any of the leaves.</summary>
    public static bool Depends(GraphBuilder graph, int node, IEnumerable<int> leaves) => new AffineSplit(graph, leaves).Depends(node);

    private bool Depends(int id)
    {
        if (_leaves.Contains(id))
        {
            return true;
        }

        if (!_depends.TryGetValue(id, out bool depends))
        {
            depends = _graph[id].Arguments.Any(Depends);
            _depends.Add(id, depends);
        }

        return depends;
    }

    /// <summary>A node that is used twice is split once: a loop that doubles its value would take for ever.</summary>
    private Form? Split(int id, ref int obstacle)
    {
        if (!_forms.TryGetValue(id, out Form? form))
        {
            form = Build(id, ref obstacle);
            _forms.Add(id, form);
        }

        return form;
    }

    private Form? Build(int id, ref int obstacle)
    {
        if (_leaves.Contains(id))
        {
            return new Form(_graph.Constant(0), new Dictionary<int, int> { [id] = _graph.Constant(1) });
        }

        if (!Depends(id))
        {
            return new Form(id, new Dictionary<int, int>());
        }

        Node node = _graph[id];
        int x = node.Arguments[0], y = node.Arguments.Count > 1 ? node.Arguments[1] : -1;
        switch (node.Op)
        {
            case Op.Negate: return Map(Split(x, ref obstacle), _graph.Negate);
            case Op.Add: return Zip(Split(x, ref obstacle), Split(y, ref obstacle), _graph.Add);
            case Op.Subtract: return Zip(Split(x, ref obstacle), Map(Split(y, ref obstacle), _graph.Negate), _graph.Add);
            case Op.Multiply when !Depends(x): return Map(Split(y, ref obstacle), n => IsZero(n) ? n : _graph.Multiply(x, n));
            case Op.Multiply when !Depends(y): return Map(Split(x, ref obstacle), n => IsZero(n) ? n : _graph.Multiply(n, y));
            case Op.Divide when !Depends(y): return Map(Split(x, ref obstacle), n => IsZero(n) ? n : _graph.Divide(n, y));
            case Op.Where when !Depends(x):
                int zero = _graph.Constant(0), otherwise = node.Arguments[2];
                return Zip(
                    Map(Split(y, ref obstacle), n => IsZero(n) ? zero : _graph.Where(x, n, zero)),
                    Map(Split(otherwise, ref obstacle), n => IsZero(n) ? zero : _graph.Where(x, zero, n)),
                    _graph.Add);
            default:
                obstacle = id;
                return null;
        }
    }

    private bool IsZero(int node) => _graph.IsConstant(node, 0);

    private static Form? Map(Form? form, Func<int, int> map) => form is null
        ? null
        : new Form(map(form.Base), form.Coefficients.ToDictionary(c => c.Key, c => map(c.Value)));

    private static Form? Zip(Form? left, Form? right, Func<int, int, int> zip)
    {
        if (left is null || right is null)
        {
            return null;
        }

        var coefficients = left.Coefficients.ToDictionary(c => c.Key, c => c.Value);
        foreach (KeyValuePair<int, int> c in right.Coefficients)
        {
            coefficients[c.Key] = coefficients.TryGetValue(c.Key, out int other) ? zip(other, c.Value) : c.Value;
        }

        return new Form(zip(left.Base, right.Base), coefficients);
    }
}
