namespace ModelDsl.Layers;

/// <summary>
/// A state-space model that is known by its transfer function alone, one channel: skip + b(z) z / (1 + a(z) z) for a delay z. What its impulse response has beyond the
/// period is added to the lags within. Heads are the channels.
/// Parnichkun et al. 2024, "State-Free Inference of State-Space Models: The Transfer Function Approach" (arXiv:2405.06147), class RTF.
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct RationalKernel
{
    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="a">Denominator without its leading one, [C, N]; groups of channels may share one.</param>
    /// <param name="b">Numerator, from one token ago on, [C, N].</param>
    /// <param name="skip">Weight of the input itself, [C].</param>
    /// <param name="delay">Delays of 1 to N tokens.</param>
    /// <returns>[B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<N> a,
        [Shared(Across.Time)] Tensor<N> b,
        [Shared(Across.Time)] Scalar skip,
        [Delay] ComplexTensor<N> delay) =>
        ConvolveByFrequency(x, Transfer(a, b, delay)) + skip * x;

    /// <summary>b(z) z / (1 + a(z) z).</summary>
    internal static ComplexScalar Transfer(Tensor<N> a, Tensor<N> b, ComplexTensor<N> delay) => Dot(b, delay) / (1 + Dot(a, delay));
}
