namespace ModelDsl;

public static partial class Functions
{
    /// <summary>
    /// A state as it stood before the first token of the mini-batch (<see cref="RecurrenceAttribute.MiniBatch"/>): the same for all tokens of a mini-batch, so any
    /// function of it may be written back without the tokens waiting for each other. The argument is a state that the token has not assigned yet.
    /// </summary>
    /// <remarks>
    /// Where <c>Step</c> is called by hand nobody counts tokens, and each call is a mini-batch of its own: the state as it came in. To step through
    /// longer ones in a debugger, let <see cref="OracleRunner"/> call <c>Step</c>.
    /// </remarks>
    public static T Stale<T>(T state)
        where T : struct, ITensor<T> =>
        T.Of(state.Value.Stale ?? state.Value);

    /// <inheritdoc cref="Stale{T}(T)"/>
    public static Scalar Stale(Scalar state) => Stale<Scalar>(state);
}
