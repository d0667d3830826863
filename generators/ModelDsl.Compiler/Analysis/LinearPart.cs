using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// The linear part of updates that are affine in their states: what becomes of a direction, a difference between two states. Terms without a state disappear,
/// and every state becomes the direction that stands for it.
/// <code>
/// h = A h + B u   -->   d = A d
/// </code>
/// </summary>
internal sealed class LinearPart
{
    private readonly GraphBuilder _graph;
    private readonly IReadOnlyDictionary<int, int> _directions;
    private readonly Dictionary<int, int> _parts = [];

    private LinearPart(GraphBuilder graph, IReadOnlyDictionary<int, int> directions)
    {
        _graph = graph;
        _directions = directions;
    }

    /// <param name="graph">The graph, which grows.</param>
    /// <param name="updates">Nodes that are affine in the states.</param>
    /// <param name="directions">For the leaf of each state, the leaf of its direction.</param>
    public static int[] Of(GraphBuilder graph, IEnumerable<int> updates, IReadOnlyDictionary<int, int> directions)
    {
        var part = new LinearPart(graph, directions);
        return updates.Select(part.Of).ToArray();
    }

    /// <summary>The axes along which every element goes its own way: all states have them, and nothing on the way from states to updates works along them.</summary>
    public static EquatableArray<string> Independent(GraphBuilder graph, IEnumerable<int> transitions, IReadOnlyCollection<int> directions)
    {
        HashSet<string> axes = [.. graph[directions.First()].Axes];
        IReadOnlyCollection<int> between = Between(graph, transitions, directions);
        axes.ExceptWith(between.SelectMany(id => new[] { graph[id].Axis, graph[id].NewAxis }).Where(a => a is not null).Select(a => a!));

        // An update that is zero has nothing to mix.
        return directions.Concat(between).Aggregate<int, IEnumerable<string>>(axes, (kept, id) => kept.Where(graph[id].Axes.Contains)).ToEquatableArray();
    }

    /// <summary>Whether anything is summed on the way from states to updates: what is not only moves elements, scales and adds them.</summary>
    public static bool IsDense(GraphBuilder graph, IEnumerable<int> transitions, IReadOnlyCollection<int> directions) =>
        Between(graph, transitions, directions).Any(id => graph[id].Op == Op.Sum);

    /// <summary>The nodes on the way from states to updates.</summary>
    private static IReadOnlyCollection<int> Between(GraphBuilder graph, IEnumerable<int> transitions, IReadOnlyCollection<int> directions)
    {
        var seen = new HashSet<int>();
        foreach (int node in transitions)
        {
            Visit(node);
        }

        return seen;

        void Visit(int id)
        {
            if (AffineSplit.Depends(graph, id, directions) && seen.Add(id))
            {
                foreach (int argument in graph[id].Arguments)
                {
                    Visit(argument);
                }
            }
        }
    }

    private int Of(int id)
    {
        if (!_parts.TryGetValue(id, out int part))
        {
            part = Build(id);
            _parts.Add(id, part);
        }

        return part;
    }

    private int Build(int id)
    {
        if (_directions.TryGetValue(id, out int direction))
        {
            return direction;
        }

        if (!AffineSplit.Depends(_graph, id, _directions.Keys))
        {
            return _graph.Constant(0);
        }

        Node node = _graph[id];
        int x = node.Arguments[0];
        switch (node.Op)
        {
            case Op.Negate: return _graph.Negate(Of(x));
            case Op.Add: return _graph.Add(Of(x), Of(node.Arguments[1]));
            case Op.Subtract: return _graph.Subtract(Of(x), Of(node.Arguments[1]));
            case Op.Multiply:
                int y = node.Arguments[1];
                return AffineSplit.Depends(_graph, x, _directions.Keys) ? Scaled(Of(x), a => _graph.Multiply(a, y)) : Scaled(Of(y), a => _graph.Multiply(x, a));
            case Op.Divide: return Scaled(Of(x), a => _graph.Divide(a, node.Arguments[1]));
            case Op.Where:
                int yes = Of(node.Arguments[1]), no = Of(node.Arguments[2]);
                return IsZero(yes) && IsZero(no) ? yes : _graph.Where(x, yes, no);
            case Op.Sum: return Scaled(Of(x), a => _graph.Reduce(Op.Sum, a, node.Axis!));
            case Op.Element: return Scaled(Of(x), a => _graph.Element(a, node.Axis!, node.Index));
            case Op.Place: return Scaled(Of(x), a => _graph.Place(a, node.Axis!, node.Index));
            case Op.Rename: return _graph.Rename(Of(x), node.Axis!, node.NewAxis!);
            case Op.QuarterTurn: return Scaled(Of(x), a => _graph.QuarterTurn(a, node.Axis!));
            case Op.Shift: return _graph.Shift(Of(x), node.Axis!, node.Index);
            case Op.Circulate: return Scaled(Of(x), a => _graph.Circulate(a, node.Axis!, node.NewAxis!, node.Index));
            default: throw new InvalidOperationException($"{node.Op} is not linear: an error of the analysis.");
        }
    }

    private int Scaled(int part, Func<int, int> map) => IsZero(part) ? part : map(part);

    private bool IsZero(int part) => _graph.IsConstant(part, 0);
}
