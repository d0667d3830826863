namespace ModelDsl;

/// <summary>Implemented by the generator for every struct marked <see cref="RecurrenceAttribute"/>.</summary>
/// <typeparam name="TSelf">The spec.</typeparam>
public interface IRecurrence<TSelf>
    where TSelf : struct, IRecurrence<TSelf>
{
    /// <summary>What the compiler derived.</summary>
    static abstract RecurrenceDescription Description { get; }

    /// <summary>The generated kernel for the CPU.</summary>
    static abstract IRecurrenceKernel Kernel { get; }

    /// <summary>Runs the spec's own <c>Step</c> on one token, in double precision: the oracle, which shares no code with the kernels.</summary>
    /// <param name="token">The token's inputs and states; receives its outputs and next states.</param>
    static abstract void Oracle(OracleToken token);
}
