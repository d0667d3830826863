namespace ModelDsl.Layers;

/// <summary>
/// <see cref="RationalKernel"/> with a denominator that is held stable: its coefficients are scaled to a sum of absolute values below one (l1 Montel constraint).
/// Parnichkun et al. 2024, "State-Free Inference of State-Space Models: The Transfer Function Approach" (arXiv:2405.06147), class RTF.
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct MontelRationalKernel
{
    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="a">Denominator without its leading one, before it is scaled, [C, N]; groups of channels may share one.</param>
    /// <param name="slack">What its absolute value leaves of the sum, [C]; groups of channels may share one.</param>
    /// <param name="b">Numerator, from one token ago on, [C, N].</param>
    /// <param name="skip">Weight of the input itself, [C].</param>
    /// <param name="delay">Delays of 1 to N tokens.</param>
    /// <returns>[B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<N> a,
        [Shared(Across.Time)] Scalar slack,
        [Shared(Across.Time)] Tensor<N> b,
        [Shared(Across.Time)] Scalar skip,
        [Delay] ComplexTensor<N> delay)
    {
        var stable = a / (Sum(Abs(a)) + Abs(slack) + 1e-6);
        return ConvolveByFrequency(x, RationalKernel.Transfer(stable, b, delay)) + skip * x;
    }
}
