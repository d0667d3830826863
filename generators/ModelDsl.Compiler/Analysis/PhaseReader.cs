using System.Numerics;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>Reads nodes as <see cref="PhasePolynomial"/>s, with the given cases of conditions (Where). A node that is used twice is read once: a loop that doubles its value would take for ever.</summary>
/// <param name="graph">The graph, which grows.</param>
/// <param name="conditions">Which conditions hold.</param>
internal sealed class PhaseReader(GraphBuilder graph, IReadOnlyDictionary<int, bool> conditions)
{
    private readonly Dictionary<int, PhasePolynomial?> _forms = [];
    private readonly Dictionary<int, bool> _hasPhase = [];
    private readonly Dictionary<int, int> _conditions = [];
    private readonly Dictionary<int, int?> _inside = [];

    /// <summary>The form of a node; null if it has too many terms.</summary>
    public PhasePolynomial? Read(int id) => Known(_forms, id, Build);

    /// <summary>A condition that is not yet told apart, in what <see cref="Read"/> looks into; -1 if there is none.</summary>
    public int Condition(int id) => Known(_conditions, id, FindCondition);

    private static T Known<T>(Dictionary<int, T> known, int id, Func<int, T> find)
    {
        if (!known.TryGetValue(id, out T value))
        {
            value = find(id);
            known.Add(id, value);
        }

        return value;
    }

    private PhasePolynomial? Build(int id)
    {
        Node node = graph[id];
        switch (node.Op)
        {
            case Op.Constant:
                return PhasePolynomial.Single(graph, node.Value, default, default);
            case Op.Cos or Op.Sin:
                bool isCosine = node.Op == Op.Cos, isNegative = graph[node.Arguments[0]].Op == Op.Negate;
                int phase = isNegative ? graph[node.Arguments[0]].Arguments[0] : node.Arguments[0];
                int sign = isNegative ? -1 : 1;
                Complex half = isCosine ? 0.5 : new Complex(0, -0.5);
                return PhasePolynomial.Single(graph, half, default, EquatableArray.Of((phase, sign)))
                    .Plus(PhasePolynomial.Single(graph, isCosine ? half : -half, default, EquatableArray.Of((phase, -sign))), 1);
            case Op.Negate:
                return Read(node.Arguments[0])?.Times(-1);
            case Op.Multiply or Op.Divide:
                return Read(node.Arguments[0]) is { } a && Read(node.Arguments[1]) is { } b
                    ? node.Op == Op.Multiply ? a.Times(b) : a.Over(b, node.Arguments[1])
                    : null;
            case Op.Where when conditions.TryGetValue(node.Arguments[0], out bool holds):
                return Read(node.Arguments[holds ? 1 : 2]);

            // A sum of what has no phase stays what it is: multiplied out, it would be longer and less exact.
            case Op.Add or Op.Subtract when HasPhase(id):
                return Read(node.Arguments[0]) is { } x && Read(node.Arguments[1]) is { } y
                    ? x.Plus(y, node.Op == Op.Add ? 1 : -1).Bounded()
                    : null;
            case Op.Rename or Op.Element when Inside(id) is { } inside && inside != id:
                return Read(inside);
            default:
                return PhasePolynomial.Single(graph, 1, EquatableArray.Of((id, 1)), default);
        }
    }

    private int FindCondition(int id)
    {
        Node node = graph[id];
        return node.Op switch
        {
            Op.Where when conditions.TryGetValue(node.Arguments[0], out bool holds) => Condition(node.Arguments[holds ? 1 : 2]),
            Op.Where => node.Arguments[0],
            Op.Negate or Op.Multiply or Op.Divide or Op.Add or Op.Subtract => node.Arguments.Max(Condition),
            _ => -1,
        };
    }

    /// <summary>Whether <see cref="Read"/> finds a phase in a node.</summary>
    private bool HasPhase(int id) => Known(_hasPhase, id, FindPhase);

    private bool FindPhase(int id)
    {
        Node node = graph[id];
        return node.Op switch
        {
            Op.Cos or Op.Sin => true,
            Op.Where => conditions.TryGetValue(node.Arguments[0], out bool holds) && HasPhase(node.Arguments[holds ? 1 : 2]),
            Op.Rename or Op.Element => Inside(id) is { } inside && HasPhase(inside),
            _ => node.Op is Op.Negate or Op.Multiply or Op.Divide or Op.Add or Op.Subtract && node.Arguments.Any(HasPhase),
        };
    }

    /// <summary>What is renamed or taken out of an axis, with that done to what it is made of; null if it is not made of anything that can be looked into.</summary>
    private int? Inside(int id) => Known(_inside, id, FindInside);

    private int? FindInside(int id)
    {
        Node moved = graph[id], inner = graph[moved.Arguments[0]];
        return inner.Op is Op.Cos or Op.Sin or Op.Negate or Op.Multiply or Op.Divide or Op.Add or Op.Subtract
            ? graph.Rebuild(inner, inner.Arguments.Select(a => graph.Rebuild(moved, [a])).ToArray())
            : null;
    }
}
