using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Costs;

/// <summary>The sizes of a call.</summary>
/// <param name="Batch">Sequences.</param>
/// <param name="Tokens">Tokens of each: T.</param>
/// <param name="Heads">Heads: H.</param>
/// <param name="Chunk">Tokens of a chunk: C.</param>
/// <param name="Axes">The size of each named axis.</param>
/// <param name="UnitHeads">Where heads fill the lanes: heads of a unit, which share what does not vary with the head.</param>
public sealed record SequenceSizes(int Batch, int Tokens, int Heads, int Chunk, IReadOnlyDictionary<string, int> Axes, int UnitHeads = 16)
{
    /// <summary>The chunks' lengths, each with the number of chunks that have it.</summary>
    public IEnumerable<(int Tokens, int Count)> Chunks => new[] { (Math.Min(Chunk, Tokens), Tokens / Chunk), (Tokens % Chunk, 1) }.Where(c => c is { Item1: > 0, Item2: > 0 });

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount => (Tokens + Chunk - 1) / Chunk;

    /// <summary>The elements of a tensor with these axes.</summary>
    public double Volume(IEnumerable<string> axes) => axes.Aggregate(1.0, (volume, axis) => volume * Size(axis));

    /// <summary>The size of an axis.</summary>
    public int Size(string axis) => Axes.TryGetValue(axis, out int size)
        ? size
        : throw new ArgumentException($"The axis '{axis}' has no size: sizes are given for {string.Join(", ", Axes.Keys)}.", nameof(axis));
}

/// <summary>How a sequence is run.</summary>
public enum Schedule
{
    /// <summary>Token by token.</summary>
    Recurrent,

    /// <summary>Chunk by chunk, each as matrix products.</summary>
    Chunkwise,

    /// <summary>All chunks at once, after the states before them were found from summaries.</summary>
    ParallelScan,

    /// <summary>One chunk of all tokens.</summary>
    Quadratic,
}
