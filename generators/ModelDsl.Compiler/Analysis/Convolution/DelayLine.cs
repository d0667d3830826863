using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A state whose elements move along an axis, and hold nothing but what has entered, at one of them or everywhere:
/// <code>
/// h[0] = b * x,   h[i] = h[i - 1]          or          h[i] = h[i - 1] + b[i] * x
/// </code>
/// </summary>
/// <param name="State">The state's node.</param>
/// <param name="Axis">The axis.</param>
/// <param name="Step">How far a token moves them.</param>
/// <param name="Start">Where signals enter; -1 for everywhere, each element with an entry of its own.</param>
/// <param name="Entries">By signal, what enters for it.</param>
internal sealed record DelayLine(int State, string Axis, int Step, int Start, IReadOnlyDictionary<MovedLeaf, int> Entries)
{
    /// <summary>The delay line that a state is, or null.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="state">The state's node.</param>
    /// <param name="update">The coefficients of what it becomes.</param>
    public static DelayLine? Of(GraphBuilder graph, int state, IReadOnlyDictionary<MovedLeaf, int> update)
    {
        MovedLeaf[] states = update.Keys.Where(l => graph[l.Leaf].Op == Op.State).ToArray();
        if (states.Length != 1 || states[0] is not { Axis: { } axis, Offset: > 0 and var step } moved || moved.Leaf != state || !graph.IsConstant(update[moved], 1))
        {
            return null;
        }

        (MovedLeaf Leaf, int Node, Node Entry)[] entries = update.Where(u => !u.Key.Equals(moved)).Select(u => (u.Key, u.Value, graph[u.Value])).ToArray();
        return entries.Length == 0 ? null
            : entries.All(e => e.Entry.Op == Op.Place && e.Entry.Axis == axis && e.Entry.Index == entries[0].Entry.Index)
            ? new DelayLine(state, axis, step, entries[0].Entry.Index, entries.ToDictionary(e => e.Leaf, e => e.Entry.Arguments[0]))
            : new DelayLine(state, axis, step, -1, entries.ToDictionary(e => e.Leaf, e => e.Node));
    }
}
