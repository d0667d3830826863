namespace ModelDsl;

public static partial class Functions
{
    /// <summary>
    /// The convolution of a signal with a kernel, element by element: at token t, the sum over lags from 0 to t of the kernel at the lag times the signal that many
    /// tokens ago. The kernel is an expression of parameters, of the lag (<see cref="LagAttribute"/>) and of the sequence's length
    /// (<see cref="SequenceLengthAttribute"/>).
    /// </summary>
    /// <typeparam name="T">A scalar, or a tensor of any axes: both have the same.</typeparam>
    /// <param name="signal">Anything that a token brings.</param>
    /// <param name="kernel">The same for all tokens.</param>
    /// <remarks>Step by itself knows one token; <see cref="OracleRunner"/> runs it for every lag and every token.</remarks>
    public static T Convolve<T>(T signal, T kernel)
        where T : struct, ITensor<T> =>
        T.Of(OracleConvolution.Current.Convolve(signal.Value, kernel.Value));

    /// <inheritdoc cref="Convolve{T}(T, T)"/>
    public static Scalar Convolve(Scalar signal, Scalar kernel) => Convolve<Scalar>(signal, kernel);

    /// <summary>
    /// The convolution of a signal with the kernel that has a transfer function: the kernel's discrete Fourier transform over the period
    /// (<see cref="DelayAttribute"/>), so that lag l of the kernel holds whatever the transfer function has at lags l, l + P, l + 2 P and so on. The transfer
    /// function is an expression of parameters and of delays; its imaginary part counts for nothing at frequencies 0 and pi.
    /// </summary>
    /// <param name="signal">Anything that a token brings.</param>
    /// <param name="transfer">The same for all tokens.</param>
    /// <remarks>Step by itself knows one token; <see cref="OracleRunner"/> runs it for every frequency and every token.</remarks>
    public static Scalar ConvolveByFrequency(Scalar signal, ComplexScalar transfer) =>
        new(OracleConvolution.Current.ConvolveByFrequency(signal.Value, transfer.Re.Value, transfer.Im.Value));

    /// <inheritdoc cref="ConvolveByFrequency(Scalar, ComplexScalar)"/>
    /// <typeparam name="A">The axis.</typeparam>
    public static Tensor<A> ConvolveByFrequency<A>(Tensor<A> signal, ComplexTensor<A> transfer)
        where A : IAxis =>
        new(OracleConvolution.Current.ConvolveByFrequency(signal.Value, transfer.Re.Value, transfer.Im.Value));

    /// <inheritdoc cref="ConvolveByFrequency(Scalar, ComplexScalar)"/>
    /// <typeparam name="A">The first axis.</typeparam>
    /// <typeparam name="B">The second axis.</typeparam>
    public static Tensor<A, B> ConvolveByFrequency<A, B>(Tensor<A, B> signal, ComplexTensor<A, B> transfer)
        where A : IAxis
        where B : IAxis =>
        new(OracleConvolution.Current.ConvolveByFrequency(signal.Value, transfer.Re.Value, transfer.Im.Value));
}
