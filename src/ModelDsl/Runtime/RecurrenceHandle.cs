namespace ModelDsl;

/// <summary>A recurrence as a value, for code that works with any: its description, its CPU kernel and its oracle.</summary>
/// <param name="description">What the compiler derived.</param>
/// <param name="kernel">The generated kernel for the CPU.</param>
/// <param name="oracle">Runs the spec's own <c>Step</c> on one token.</param>
public sealed class RecurrenceHandle(RecurrenceDescription description, IRecurrenceKernel kernel, Action<OracleToken> oracle)
{
    private readonly Func<Func<RecurrenceHandle, IRecurrenceKernel>, IRecurrenceKernel>? _combine;

    private RecurrenceHandle(IRecurrenceKernel kernel, Func<Func<RecurrenceHandle, IRecurrenceKernel>, IRecurrenceKernel> combine)
        : this(kernel.Description, kernel, _ => throw new NotSupportedException($"{kernel.Description.Name} is a combination: it has no Step of its own."))
    {
        _combine = combine;
    }

    /// <summary>What the compiler derived.</summary>
    public RecurrenceDescription Description { get; } = description;

    /// <summary>The generated kernel for the CPU.</summary>
    public IRecurrenceKernel Kernel { get; } = kernel;

    /// <summary>The spec, for targets that have kernels of their own for it; null if the handle was made without one.</summary>
    public Type? Spec { get; init; }

    /// <summary>
    /// Whether a token's outputs depend on it and on earlier tokens only, so that a sequence can be split into several calls and padded at its end.
    /// </summary>
    public bool IsCausal { get; private init; } = true;

    /// <summary>Whether it is a combination of other recurrences.</summary>
    public bool IsCombined => _combine is not null;

    /// <summary>A combination of recurrences as a recurrence: see <see cref="KernelCombinators"/>.</summary>
    /// <param name="combine">Makes the kernel of kernels of its parts, which it asks for by their handles.</param>
    /// <param name="isCausal">Whether it is causal: so is one without reversed parts and prefixes.</param>
    /// <example><code>RecurrenceHandle.Combined(on => on(RecurrenceHandle.Of&lt;Retention&gt;()).Bidirectional())</code></example>
    public static RecurrenceHandle Combined(Func<Func<RecurrenceHandle, IRecurrenceKernel>, IRecurrenceKernel> combine, bool isCausal = false) =>
        new(combine(part => part.Kernel), combine) { IsCausal = isCausal };

    /// <summary>Its kernel on another target.</summary>
    /// <param name="kernelOf">The kernel of a spec there.</param>
    public IRecurrenceKernel On(Func<RecurrenceHandle, IRecurrenceKernel> kernelOf) =>
        _combine is null ? kernelOf(this) : _combine(part => part.On(kernelOf));

    /// <summary>The recurrence of a spec.</summary>
    /// <typeparam name="T">The spec.</typeparam>
    public static RecurrenceHandle Of<T>()
        where T : struct, IRecurrence<T> => new(T.Description, T.Kernel, T.Oracle) { Spec = typeof(T) };

    /// <summary>Runs the spec's own <c>Step</c> on one token, in double precision.</summary>
    /// <param name="token">The token's inputs and states; receives its outputs and next states.</param>
    public void Oracle(OracleToken token)
    {
        ArgumentNullException.ThrowIfNull(token);
        token.Run(oracle);
    }
}
