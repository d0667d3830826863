using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A value that is a memory, scaled, plus outer products: (KeyFactor (x) ValueFactor) * S + sum_j Key_j (x) Write_j, where S is the
/// memory before the token. Factors that are null are one.
/// </summary>
/// <param name="State">The memory.</param>
/// <param name="KeyFactor">A node over the key axis, or one per token, or null.</param>
/// <param name="ValueFactor">A node over value axes, or null.</param>
/// <param name="Terms">The outer products.</param>
public sealed record MemoryForm(int State, int? KeyFactor, int? ValueFactor, EquatableArray<OuterTerm> Terms);

/// <param name="Key">A node over the key axis or without axes.</param>
/// <param name="Write">A node over value axes or without axes.</param>
public sealed record OuterTerm(int Key, int Write);

/// <summary>What a node of the source graph became: a node of the time-parallel graph, or a memory form.</summary>
public readonly record struct Value(int Node, MemoryForm? Memory)
{
    public static Value Of(int node) => new(node, null);

    public static Value Of(MemoryForm memory) => new(-1, memory);
}

/// <summary>Thrown when a state that was taken for a memory is used in a way that no memory allows.</summary>
public sealed class NotAMemoryException(int state, int node, string reason) : Exception(reason)
{
    public int State { get; } = state;

    /// <summary>The node of the source graph.</summary>
    public int Node { get; } = node;
}
