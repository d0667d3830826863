namespace ModelDsl;

/// <summary>
/// What <see cref="ComplexScalar"/>, <see cref="ComplexTensor{A}"/>, <see cref="ComplexTensor{A, B}"/> and <see cref="ComplexTensor{A, B, C}"/>
/// have in common.
/// </summary>
/// <typeparam name="TSelf">The complex type.</typeparam>
public interface IComplexTensor<TSelf>
    where TSelf : struct, IComplexTensor<TSelf>
{
    /// <summary>The numbers of the real part.</summary>
    OracleValue ReValue { get; }

    /// <summary>The numbers of the imaginary part.</summary>
    OracleValue ImValue { get; }

    /// <summary>The tensor with the given parts.</summary>
    static abstract TSelf Of(OracleValue re, OracleValue im);
}
