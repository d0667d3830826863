using System.Collections.Immutable;

namespace ModelDsl;

/// <summary>
/// Where packed sequences begin and end: several sequences of any length, one after another along time in a batch of one (cumulative
/// lengths, elsewhere called cu_seqlens). Segment i holds the tokens from offset i up to offset i + 1; nothing passes from one to
/// another, and states have a row for each.
/// </summary>
/// <example><code>SequenceOffsets.OfLengths(5, 3)   // the same as new SequenceOffsets(0, 5, 8)</code></example>
public sealed class SequenceOffsets : IEquatable<SequenceOffsets>
{
    private readonly ImmutableArray<int> _starts;
    private readonly ImmutableArray<int> _lengths;

    /// <summary>Segments that begin and end at the given tokens.</summary>
    /// <param name="offsets">
    /// One more than there are segments: the first is 0, none is less than the one before, the last is the number of tokens. Two equal
    /// ones make a segment without tokens, whose final state is its initial one.
    /// </param>
    /// <exception cref="ArgumentException">The offsets do not begin at 0, decrease, or hold no token.</exception>
    public SequenceOffsets(params ReadOnlySpan<int> offsets)
    {
        if (offsets.Length < 2)
        {
            throw new ArgumentException($"{offsets.Length} offsets were given, but at least two (0, and the number of tokens) were expected.", nameof(offsets));
        }

        if (offsets[0] != 0)
        {
            throw new ArgumentException($"The first offset is {offsets[0]}, but 0 was expected.", nameof(offsets));
        }

        for (int i = 1; i < offsets.Length; i++)
        {
            if (offsets[i] < offsets[i - 1])
            {
                throw new ArgumentException($"Offset {i} is {offsets[i]}, but at least {offsets[i - 1]}, the one before it, was expected.", nameof(offsets));
            }
        }

        if (offsets[^1] == 0)
        {
            throw new ArgumentException("All offsets are 0, but at least one token was expected.", nameof(offsets));
        }

        var lengths = new int[offsets.Length - 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = offsets[i + 1] - offsets[i];
        }

        (_starts, _lengths, Tokens) = ([.. offsets[..^1]], [.. lengths], offsets[^1]);
    }

    private SequenceOffsets(IEnumerable<int> starts, IEnumerable<int> lengths, int tokens) =>
        (_starts, _lengths, Tokens) = ([.. starts], [.. lengths], tokens);

    /// <summary>Segments.</summary>
    public int Count => _starts.Length;

    /// <summary>Tokens of all segments together: the time of the call.</summary>
    public int Tokens { get; }

    /// <summary>Tokens of the longest segment.</summary>
    public int Longest => _lengths.Max();

    /// <summary>The first token of a segment.</summary>
    public int Start(int segment) => _starts[segment];

    /// <summary>Tokens of a segment.</summary>
    public int Length(int segment) => _lengths[segment];

    /// <summary>Segments of the given lengths, one after another.</summary>
    /// <param name="lengths">Tokens of each segment, at least 0.</param>
    /// <exception cref="ArgumentException">A length is negative, or all are 0.</exception>
    public static SequenceOffsets OfLengths(params ReadOnlySpan<int> lengths)
    {
        var offsets = new int[lengths.Length + 1];
        for (int i = 0; i < lengths.Length; i++)
        {
            offsets[i + 1] = lengths[i] >= 0
                ? checked(offsets[i] + lengths[i])
                : throw new ArgumentException($"Length {i} is {lengths[i]}, but at least 0 was expected.", nameof(lengths));
        }

        return new(offsets);
    }

    /// <summary>The same segments as they lie when time is read backwards: the last one first.</summary>
    public SequenceOffsets Reversed() => new(_starts.Zip(_lengths, (start, length) => Tokens - start - length).Reverse(), _lengths.Reverse(), Tokens);

    /// <summary>The first tokens of every segment. What comes after them belongs to no segment: kernels neither read nor write it.</summary>
    /// <param name="length">The most that a segment keeps.</param>
    internal SequenceOffsets Truncated(int length) => new(_starts, _lengths.Select(l => Math.Min(l, length)), Tokens);

    /// <inheritdoc/>
    public bool Equals(SequenceOffsets? other) =>
        other is not null && Tokens == other.Tokens && _starts.AsSpan().SequenceEqual(other._starts.AsSpan()) && _lengths.AsSpan().SequenceEqual(other._lengths.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SequenceOffsets);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Tokens);
        foreach (int start in _starts)
        {
            hash.Add(start);
        }

        return hash.ToHashCode();
    }

    /// <summary>The offsets, e.g. "[0, 5, 8]".</summary>
    public override string ToString() => SequenceTensor.TextOf(_starts.Append(Tokens));
}
