namespace ModelDsl;

/// <summary>A recurrence as a value, for code that works with any: its description, its CPU kernel and its oracle.</summary>
/// <param name="description">What the compiler derived.</param>
/// <param name="kernel">The generated kernel for the CPU.</param>
/// <param name="oracle">Runs the spec's own <c>Step</c> on one token.</param>
public sealed class RecurrenceHandle(RecurrenceDescription description, IRecurrenceKernel kernel, Action<OracleToken> oracle)
{
    /// <summary>What the compiler derived.</summary>
    public RecurrenceDescription Description { get; } = description;

    /// <summary>The generated kernel for the CPU.</summary>
    public IRecurrenceKernel Kernel { get; } = kernel;

    /// <summary>The spec, for targets that have kernels of their own for it; null if the handle was made without one.</summary>
    public Type? Spec { get; init; }

    /// <summary>The recurrence of a spec.</summary>
    /// <typeparam name="T">The spec.</typeparam>
    public static RecurrenceHandle Of<T>()
        where T : struct, IRecurrence<T> => new(T.Description, T.Kernel, T.Oracle) { Spec = typeof(T) };

    /// <summary>Runs the spec's own <c>Step</c> on one token, in double precision.</summary>
    /// <param name="token">The token's inputs and states; receives its outputs and next states.</param>
    public void Oracle(OracleToken token) => oracle(token);
}
