namespace ModelDsl;

/// <summary>What the compiler derived from a recurrence's <c>Step</c>, as a value.</summary>
/// <param name="Name">The name of the spec.</param>
/// <param name="StructureClass">The structure class of its transition, e.g. "decay + feedback writes".</param>
/// <param name="NormalForm">The recurrence in mathematical notation, one line per state and output.</param>
/// <param name="Axes">The named axes, in the order in which sizes are bound (<see cref="SequenceShape.AxisSizes"/>).</param>
/// <param name="Inputs">The parameters of <c>Step</c>, in order.</param>
/// <param name="States">The states, in order of declaration.</param>
/// <param name="Outputs">What <c>Step</c> returns, in order.</param>
/// <param name="Modes">Every mode: legal with its cost, or not, with the reason.</param>
public sealed record RecurrenceDescription(
    string Name,
    string StructureClass,
    string NormalForm,
    IReadOnlyList<AxisDescription> Axes,
    IReadOnlyList<InputDescription> Inputs,
    IReadOnlyList<TensorDescription> States,
    IReadOnlyList<TensorDescription> Outputs,
    IReadOnlyList<ModeDescription> Modes)
{
    /// <summary>The tokens of a mini-batch where a call does not say; 0 if the recurrence knows no mini-batches.</summary>
    public int MiniBatch { get; init; }

    /// <summary>Whether the transition of some state is dense: its elements mix, and a summary of a chunk holds a matrix over all of them.</summary>
    public bool HasDenseTransition { get; init; }

    /// <summary>
    /// Whether the layer is given by its kernels (<see cref="Functions.Convolve{T}(T, T)"/>, <see cref="Functions.ConvolveByFrequency(Scalar, ComplexScalar)"/>): it carries
    /// no state, so a sequence cannot be cut into several calls.
    /// </summary>
    public bool IsConvolution { get; init; }

    /// <summary>Whether a mode can be run.</summary>
    public bool IsLegal(Mode mode) => Modes.Any(m => m.Mode == mode && m.IsLegal);

    /// <summary>What is thrown where a mode is asked for that cannot be run: it says why.</summary>
    public NotSupportedException Refusal(Mode mode) =>
        new($"{Name} cannot be run in mode {mode}: {Modes.FirstOrDefault(m => m.Mode == mode)?.Reason ?? "it is no single mode"}.");

    /// <summary>The legal modes, in the order of <see cref="Modes"/>.</summary>
    public IEnumerable<Mode> LegalModes => Modes.Where(m => m.IsLegal).Select(m => m.Mode);
}

/// <summary>A named axis of a recurrence.</summary>
/// <param name="Name">The name of its marker type.</param>
/// <param name="FixedSize">Its size if fixed by <see cref="AxisAttribute"/>, else null.</param>
public sealed record AxisDescription(string Name, int? FixedSize)
{
    /// <summary>An earlier axis that has the same size because the spec calls one by the other's name; null if there is none.</summary>
    public int? EqualTo { get; init; }
}

/// <summary>An input of a recurrence: [batch, time, head, axes...], less what it is shared across.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Axes">Its axes, as indices into <see cref="RecurrenceDescription.Axes"/>.</param>
/// <param name="Shared">The sequence axes that it lacks.</param>
public sealed record InputDescription(string Name, IReadOnlyList<int> Axes, Across Shared)
{
    /// <summary>The numbers that make sense for the input, where its use in <c>Step</c> says so.</summary>
    public Domain? Domain { get; init; }
}

/// <summary>The numbers that make sense for an input.</summary>
public enum Domain
{
    /// <summary>A log-decay: at most 0, used as <c>Exp(g)</c> on a state.</summary>
    LogDecay,

    /// <summary>A rate or a decay: between 0 and 1.</summary>
    Rate,

    /// <summary>Greater than 0: under a logarithm, a root, or as a divisor.</summary>
    Positive,

    /// <summary>0 or 1: a condition of <c>Where</c> and nothing else, such as a reset or a mask.</summary>
    Flag,
}

/// <summary>What domains hold.</summary>
public static class DomainNumbers
{
    /// <summary>Whether a number makes sense.</summary>
    /// <param name="domain">The domain.</param>
    /// <param name="value">The number; NaN is in no domain.</param>
    public static bool Contains(this Domain domain, float value) => domain switch
    {
        Domain.LogDecay => value <= 0,
        Domain.Rate => value is >= 0 and <= 1,
        Domain.Positive => value > 0,
        _ => value is 0 or 1,
    };

    /// <summary>The numbers in words, e.g. "at most 0".</summary>
    /// <param name="domain">The domain.</param>
    public static string InWords(this Domain domain) => domain switch
    {
        Domain.LogDecay => "at most 0",
        Domain.Rate => "between 0 and 1",
        Domain.Positive => "more than 0",
        _ => "0 or 1",
    };
}

/// <summary>A state ([batch, head, axes...]) or an output ([batch, time, head, axes...]) of a recurrence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Axes">Its axes, as indices into <see cref="RecurrenceDescription.Axes"/>.</param>
public sealed record TensorDescription(string Name, IReadOnlyList<int> Axes)
{
    /// <summary>
    /// For a state that the runtime copies from another one before the first token of each mini-batch (<see cref="Functions.Stale{T}(T)"/>): which state that
    /// is. Its initial value is not looked at where a call starts with a mini-batch. Null for a state of the spec's own.
    /// </summary>
    public int? StaleOf { get; init; }
}

/// <summary>A mode of a recurrence.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="IsLegal">Whether it was derived.</param>
/// <param name="Reason">Why it is legal, or which term makes it illegal.</param>
/// <param name="CostPerToken">Floating-point operations per token and head, as a formula over axis sizes and the chunk size C; empty if not legal.</param>
public sealed record ModeDescription(Mode Mode, bool IsLegal, string Reason, string CostPerToken);
