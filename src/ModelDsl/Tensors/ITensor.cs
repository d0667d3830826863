namespace ModelDsl;

/// <summary>
/// What <see cref="Scalar"/>, <see cref="Tensor{A}"/>, <see cref="Tensor{A, B}"/> and <see cref="Tensor{A, B, C}"/> have in common: a
/// function that works element by element is written once, for all of them.
/// </summary>
/// <typeparam name="TSelf">The tensor type.</typeparam>
public interface ITensor<TSelf>
    where TSelf : struct, ITensor<TSelf>
{
    /// <summary>The numbers.</summary>
    OracleValue Value { get; }

    /// <summary>The tensor that wraps a value with the tensor's axes.</summary>
    static abstract TSelf Of(OracleValue value);
}
