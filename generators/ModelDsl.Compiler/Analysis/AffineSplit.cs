using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Writes a node as base + sum_i coefficient_i * leaf_i, element by element, if it is of that form in the given leaves; sums and products may be
/// those of another semiring. Coefficients that are zero are absent.
/// </summary>
public sealed class AffineSplit
{
    private readonly GraphBuilder _graph;
    private readonly Semiring _semiring;
    private readonly HashSet<int> _leaves;
    private readonly Dictionary<int, bool> _depends = [];
    private readonly Dictionary<int, Form?> _forms = [];

    private AffineSplit(GraphBuilder graph, Semiring semiring, IEnumerable<int> leaves)
    {
        _graph = graph;
        _semiring = semiring;
        _leaves = [.. leaves];
    }

    /// <param name="Base">The part without the leaves.</param>
    /// <param name="Coefficients">By leaf.</param>
    public sealed record Form(int Base, IReadOnlyDictionary<int, int> Coefficients);

    /// <summary>The form over numbers as they are added and multiplied, or null with the node that stands in the way.</summary>
    public static Form? Of(GraphBuilder graph, int node, IEnumerable<int> leaves, out int obstacle) => Of(graph, Semiring.Real, node, leaves, out obstacle);

    /// <summary>The same over a semiring.</summary>
    public static Form? Of(GraphBuilder graph, Semiring semiring, int node, IEnumerable<int> leaves, out int obstacle)
    {
        var split = new AffineSplit(graph, semiring, leaves);
        obstacle = -1;
        return split.Split(node, ref obstacle);
    }

    /// <summary>Whether a node uses any of the leaves.</summary>
    public static bool Depends(GraphBuilder graph, int node, IEnumerable<int> leaves) => new AffineSplit(graph, Semiring.Real, leaves).Depends(node);

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
            return new Form(Zero, new Dictionary<int, int> { [id] = _graph.Constant(_semiring.One) });
        }

        if (!Depends(id))
        {
            return new Form(id, new Dictionary<int, int>());
        }

        Node node = _graph[id];
        int x = node.Arguments[0], y = node.Arguments.Count > 1 ? node.Arguments[1] : -1;
        if (node.Op == _semiring.Plus)
        {
            return Sum(Split(x, ref obstacle), Split(y, ref obstacle));
        }

        if (_semiring == Semiring.Log && LogSum.Terms(_graph, id) is { } terms)
        {
            Form? sum = Split(terms[0], ref obstacle);
            foreach (int term in terms.Skip(1))
            {
                sum = Sum(sum, Split(term, ref obstacle));
            }

            return sum;
        }

        if (node.Op == _semiring.Times && (!Depends(x) || !Depends(y)))
        {
            return Depends(y) ? Map(Split(y, ref obstacle), n => Scaled(x, n)) : Map(Split(x, ref obstacle), n => Scaled(n, y));
        }

        switch (node.Op)
        {
            case Op.Where when !Depends(x):
                return Zip(Split(y, ref obstacle), Split(node.Arguments[2], ref obstacle), (yes, no) => yes == no ? yes : _graph.Where(x, yes, no));

            // Inverses of both operations.
            case Op.Negate when _semiring.IsReal: return Map(Split(x, ref obstacle), _graph.Negate);
            case Op.Subtract when _semiring.IsReal: return Sum(Split(x, ref obstacle), Map(Split(y, ref obstacle), _graph.Negate));
            case Op.Divide when _semiring.IsReal && !Depends(y): return Map(Split(x, ref obstacle), n => IsZero(n) ? n : _graph.Divide(n, y));
            case Op.Subtract when _semiring.Times == Op.Add && !Depends(y): return Map(Split(x, ref obstacle), n => IsZero(n) ? n : _graph.Subtract(n, y));
            default:
                obstacle = id;
                return null;
        }
    }

    private int Zero => _graph.Constant(_semiring.Zero);

    private bool IsZero(int node) => _graph.IsConstant(node, _semiring.Zero);

    private int Scaled(int x, int y) => IsZero(x) ? x : IsZero(y) ? y : _graph.Binary(_semiring.Times, x, y);

    private int Added(int x, int y) => IsZero(x) ? y : IsZero(y) ? x : _graph.Binary(_semiring.Plus, x, y);

    private static Form? Map(Form? form, Func<int, int> map) => form is null
        ? null
        : new Form(map(form.Base), form.Coefficients.ToDictionary(c => c.Key, c => map(c.Value)));

    private Form? Sum(Form? left, Form? right) => Zip(left, right, Added);

    private Form? Zip(Form? left, Form? right, Func<int, int, int> zip)
    {
        if (left is null || right is null)
        {
            return null;
        }

        int Coefficient(Form form, int leaf) => form.Coefficients.TryGetValue(leaf, out int coefficient) ? coefficient : Zero;
        return new Form(
            zip(left.Base, right.Base),
            left.Coefficients.Keys.Union(right.Coefficients.Keys).ToDictionary(leaf => leaf, leaf => zip(Coefficient(left, leaf), Coefficient(right, leaf))));
    }
}
