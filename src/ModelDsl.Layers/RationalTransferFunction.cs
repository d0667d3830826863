namespace ModelDsl.Layers;

/// <summary>
/// A state-space model in companion form, one channel: heads are the channels. Its transfer function is skip + b(z) / (1 + a(z)).
/// Parnichkun et al. 2024, "State-Free Inference of State-Space Models: The Transfer Function Approach" (arXiv:2405.06147), class RTF2.
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct RationalTransferFunction
{
    [State] Tensor<N> s;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="a">Denominator without its leading one, [C, N]; groups of channels may share one.</param>
    /// <param name="b">Numerator, [C, N].</param>
    /// <param name="skip">Weight of the input itself, [C].</param>
    /// <returns>[B, T, C].</returns>
    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<N> a, [Shared(Across.Time)] Tensor<N> b, [Shared(Across.Time)] Scalar skip)
    {
        s = Push(s, x - Dot(a, s));
        return Dot(b, s) + skip * x;
    }
}
