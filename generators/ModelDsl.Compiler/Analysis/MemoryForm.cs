using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A value that is made of memories, scaled, plus outer products: sum_p (KeyFactor_p (x) ValueFactor_p) * S_p + sum_j Key_j (x) Write_j, where S_p is a
/// memory before the token. All of them have the same key axes.
/// </summary>
/// <param name="KeyAxes">The key axes.</param>
/// <param name="Parts">The memories; one more than once if its parts differ both along keys and along values.</param>
/// <param name="Terms">The outer products, over the key axes that are not summed over.</param>
/// <param name="Summed">Of several key axes those that the memories have been summed over; once all are, the value is a read.</param>
public sealed record MemoryForm(EquatableArray<string> KeyAxes, EquatableArray<ScaledMemory> Parts, EquatableArray<OuterTerm> Terms, EquatableArray<string> Summed = default)
{
    /// <summary>The memory that is not one after all if the value is used as no memory can be.</summary>
    public int Blamed => Parts[0].State;
}

/// <summary>A memory and what scales it. Factors that are null are one.</summary>
/// <param name="State">The memory.</param>
/// <param name="KeyFactor">A node over key axes, or one per token, or null.</param>
/// <param name="ValueFactor">A node over value axes, or null.</param>
public sealed record ScaledMemory(int State, int? KeyFactor, int? ValueFactor);

/// <param name="Key">A node over key axes or without axes.</param>
/// <param name="Write">A node over value axes or without axes.</param>
public sealed record OuterTerm(int Key, int Write);

/// <summary>What a node of the source graph became: a node of the time-parallel graph, or a memory form.</summary>
public readonly record struct Value(int Node, MemoryForm? Memory)
{
    public static Value Of(int node) => new(node, null);

    public static Value Of(MemoryForm memory) => new(-1, memory);
}

/// <summary>Thrown when a state that was taken for a memory is used in a way that no memory allows.</summary>
/// <param name="state">The state.</param>
/// <param name="node">The node of the source graph that shows it.</param>
/// <param name="reason">In words.</param>
/// <param name="isOtherAxis">Whether it is only no memory with this axis for its keys.</param>
/// <param name="isPartialRead">Whether it is read over all its key axes, and over some of them: no other axes explain that better.</param>
public sealed class NotAMemoryException(int state, int node, string reason, bool isOtherAxis = false, bool isPartialRead = false) : Exception(reason)
{
    public bool IsPartialRead { get; } = isPartialRead;

    public bool IsOtherAxis { get; } = isOtherAxis;

    public int State { get; } = state;

    /// <summary>The node of the source graph.</summary>
    public int Node { get; } = node;
}

/// <summary>Thrown when a memory would be read with a key that is not known yet.</summary>
/// <param name="state">The memory.</param>
/// <param name="after">The state that the key is made of.</param>
public sealed class ReadTooEarlyException(int state, int after) : Exception
{
    public int State { get; } = state;

    public int After { get; } = after;
}
