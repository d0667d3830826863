using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// Values that are sums, over axes and over leaves, of coefficients times leaves, element by element, the leaves as they are or moved along an axis: updates of states and what
/// is read from them.
/// </summary>
/// <param name="graph">The graph, which grows.</param>
/// <param name="leaves">States and signals.</param>
internal sealed class PowerCoefficients(GraphBuilder graph, IReadOnlyCollection<int> leaves)
{
    /// <summary>A leaf's coefficient, and the axes over which their product is summed.</summary>
    private sealed record Term(int Coefficient, EquatableArray<string> Summed);

    private readonly Dictionary<int, Dictionary<MovedLeaf, Term>?> _sums = [];

    /// <summary>The coefficient of each leaf in a value, or null if the value is not of this form.</summary>
    /// <param name="node">The value.</param>
    /// <param name="axes">Its axes.</param>
    /// <param name="summed">The axes of states that it has not.</param>
    public IReadOnlyDictionary<MovedLeaf, int>? Of(int node, EquatableArray<string> axes, IReadOnlyCollection<string> summed)
    {
        if (Sum(node) is not { } sum)
        {
            return null;
        }

        foreach ((int leaf, Term term) in sum.Select(p => (p.Key.Leaf, p.Value)))
        {
            // Every element of a state has its own power: it is summed over all axes that the value has not, and goes nowhere else. Of a signal no axis is summed.
            string[] own = graph[leaf].Axes.ToArray();
            IEnumerable<string> toSum = graph[leaf].Op == Op.State ? own.Intersect(summed) : [];
            if (!term.Summed.OrderBy(a => a).SequenceEqual(toSum.OrderBy(a => a)) || !graph[term.Coefficient].Axes.All(a => axes.Contains(a) || own.Contains(a)))
            {
                return null;
            }
        }

        return sum.ToDictionary(t => t.Key, t => t.Value.Coefficient);
    }

    private Dictionary<MovedLeaf, Term>? Sum(int id)
    {
        if (!_sums.TryGetValue(id, out Dictionary<MovedLeaf, Term>? sum))
        {
            sum = Build(id);
            _sums.Add(id, sum);
        }

        return sum;
    }

    private Dictionary<MovedLeaf, Term>? Build(int id)
    {
        if (AffineSplit.Of(graph, id, leaves, out _) is { } form)
        {
            return graph.IsConstant(form.Base, 0)
                ? form.Coefficients.Where(c => !graph.IsConstant(c.Value, 0)).ToDictionary(c => new MovedLeaf(c.Key), c => new Term(c.Value, default))
                : null;
        }

        Node node = graph[id];
        int x = node.Arguments[0], y = node.Arguments.Count > 1 ? node.Arguments[1] : -1;
        switch (node.Op)
        {
            case Op.Negate: return Map(x, graph.Negate);
            case Op.Add: return Sum(Sum(x), Sum(y));
            case Op.Subtract: return Sum(Sum(x), Map(y, graph.Negate));
            case Op.Multiply: return AffineSplit.Depends(graph, y, leaves) ? Scaled(y, x, c => graph.Multiply(x, c)) : Scaled(x, y, c => graph.Multiply(c, y));
            case Op.Divide when !AffineSplit.Depends(graph, y, leaves): return Scaled(x, y, c => graph.Divide(c, y));
            case Op.Sum:
                string axis = node.Axis!;
                return Sum(x)?.ToDictionary(t => t.Key, t => Has(t.Key, axis)
                    ? t.Value with { Summed = t.Value.Summed.Append(axis).ToEquatableArray() }
                    : t.Value with { Coefficient = graph.Reduce(Op.Sum, t.Value.Coefficient, axis) });
            case Op.Place: return Unsummed(x, node.Axis!)?.ToDictionary(t => t.Key, t => t.Value with { Coefficient = graph.Place(t.Value.Coefficient, node.Axis!, node.Index) });
            case Op.Element: return Unsummed(x, node.Axis!)?.ToDictionary(t => t.Key, t => Element(t.Key, t.Value, node.Axis!, node.Index));
            case Op.Shift: return Moved(Unsummed(x, node.Axis!), node.Axis!, node.Index);
            default: return null;
        }
    }

    /// <summary>A sum, unless it is one over the axis: what has its name outside of the sum is another axis.</summary>
    private Dictionary<MovedLeaf, Term>? Unsummed(int id, string axis) => Sum(id) is { } sum && !sum.Values.Any(t => t.Summed.Contains(axis)) ? sum : null;

    private bool Has(MovedLeaf leaf, string axis) => graph[leaf.Leaf].Axes.Contains(axis);

    /// <summary>One element of a leaf is the sum over all of them, of which the others count for nothing.</summary>
    private Term Element(MovedLeaf leaf, Term term, string axis, int index)
    {
        int element = graph.Element(term.Coefficient, axis, index);
        return Has(leaf, axis) ? new Term(graph.Place(element, axis, index), term.Summed.Append(axis).ToEquatableArray()) : term with { Coefficient = element };
    }

    /// <summary>A sum whose elements are moved along an axis: coefficients and leaves are, each by itself. There and back is not where it was: what went over the edge is lost.</summary>
    private Dictionary<MovedLeaf, Term>? Moved(Dictionary<MovedLeaf, Term>? sum, string axis, int offset)
    {
        if (sum is null || sum.Keys.Any(l => Has(l, axis) && ((l.Axis ?? axis) != axis || l.Offset * offset < 0)))
        {
            return null;
        }

        return sum.ToDictionary(
            t => Has(t.Key, axis) ? new MovedLeaf(t.Key.Leaf, axis, t.Key.Offset + offset) : t.Key,
            t => t.Value with { Coefficient = Has(t.Key, axis) && !graph[t.Value.Coefficient].Axes.Contains(axis) ? t.Value.Coefficient : graph.Shift(t.Value.Coefficient, axis, offset) });
    }

    /// <summary>A sum times or divided by a factor. What has the name of an axis that is summed is another axis outside of the sum.</summary>
    private Dictionary<MovedLeaf, Term>? Scaled(int id, int factor, Func<int, int> map) =>
        AffineSplit.Depends(graph, factor, leaves) || Sum(id)?.Values.Any(t => t.Summed.Any(graph[factor].Axes.Contains)) != false ? null : Map(id, map);

    private Dictionary<MovedLeaf, Term>? Map(int id, Func<int, int> map) =>
        Sum(id)?.ToDictionary(t => t.Key, t => t.Value with { Coefficient = map(t.Value.Coefficient) });

    private Dictionary<MovedLeaf, Term>? Sum(Dictionary<MovedLeaf, Term>? left, Dictionary<MovedLeaf, Term>? right)
    {
        if (left is null || right is null)
        {
            return null;
        }

        Dictionary<MovedLeaf, Term> sum = left.ToDictionary(t => t.Key, t => t.Value);
        foreach ((MovedLeaf leaf, Term term) in right.Select(t => (t.Key, t.Value)))
        {
            if (!sum.TryGetValue(leaf, out Term? other))
            {
                sum.Add(leaf, term);
            }
            else if (other.Summed.Equals(term.Summed))
            {
                sum[leaf] = other with { Coefficient = graph.Add(other.Coefficient, term.Coefficient) };
            }
            else
            {
                return null;
            }
        }

        return sum;
    }
}

/// <summary>A leaf, or its elements moved along an axis: at an index stands what stood so much before it, or zero.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Axis">The axis; null if nothing has moved.</param>
/// <param name="Offset">How far they moved.</param>
internal sealed record MovedLeaf(int Leaf, string? Axis = null, int Offset = 0);
