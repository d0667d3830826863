namespace ModelDsl;

/// <summary>
/// Marks a partial struct whose <c>Step</c> method says what a sequence layer does to one token.
/// The generator derives every mode that is legal for it, each with its gradient.
/// </summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class RecurrenceAttribute : Attribute
{
    /// <summary>Modes that must be legal. Asking for one that cannot be derived is a compile-time error that names the term that breaks it.</summary>
    public Mode Require { get; set; }

    /// <summary>
    /// The tokens of a mini-batch where a call does not say (<see cref="RunOptions.MiniBatch"/>): at least 1, for a <c>Step</c> that calls
    /// <see cref="Functions.Stale{T}(T)"/> or has a <see cref="MiniBatchIndexAttribute"/>.
    /// </summary>
    public int MiniBatch { get; set; }
}

/// <summary>Marks a field of a recurrence that is carried from one token to the next.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class StateAttribute : Attribute;

/// <summary>Says along which of batch, time and head an input of <c>Step</c> does not vary. Parameters shared across time have no batch axis either.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SharedAttribute(Across across) : Attribute
{
    /// <summary>The axes that the input lacks.</summary>
    public Across Across { get; } = across;
}

/// <summary>
/// Marks a parameter of <c>Step</c>, a <see cref="Scalar"/>, that holds the position of the token in its sequence, from 0. The runtime counts
/// (from <see cref="RunOptions.FirstToken"/> on); callers pass nothing for it. Exact up to 2^24 tokens.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TokenIndexAttribute : Attribute;

/// <summary>
/// Marks a parameter of <c>Step</c>, a <see cref="Scalar"/>, that holds the position of the token in its mini-batch, from 0. The runtime counts; callers pass
/// nothing for it. <c>G = Where(position > 0, G, 0) + x</c> is a sum that starts afresh with every mini-batch.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class MiniBatchIndexAttribute : Attribute;

/// <summary>The sequence axes along which an input may be shared.</summary>
[Flags]
public enum Across
{
    /// <summary>The input varies with batch, time and head: [batch, time, head, axes...].</summary>
    None = 0,

    /// <summary>The input is a parameter, the same for all tokens and all sequences: [head, axes...].</summary>
    Time = 1,

    /// <summary>The input is the same for all heads: [batch, time, axes...]; with <see cref="Time"/>: [axes...].</summary>
    Heads = 2,
}

/// <summary>Implemented by marker types that name an axis: <c>struct Key : IAxis;</c>.</summary>
public interface IAxis;

/// <summary>Fixes the size of an axis, so that a kernel can be specialised and a wrong size is refused.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class AxisAttribute(int size) : Attribute
{
    /// <summary>The size, at least 1.</summary>
    public int Size { get; } = size;
}
