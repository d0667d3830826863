namespace ModelDsl.Layers;

/// <summary>
/// Mamba's selective state-space model, one channel: heads are the channels. Step size, skip and gate included.
/// Gu and Dao 2023, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces" (arXiv:2312.00752).
/// </summary>
[Recurrence]
public partial struct SelectiveScan
{
    [State] Tensor<N> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="delta">Step size before bias and softplus, [B, T, C].</param>
    /// <param name="a">Rate of each state channel, [C, N], negative.</param>
    /// <param name="b">Input map, [B, T, N] for all channels, or one for each of G groups of neighbouring channels, [B, T, G, N].</param>
    /// <param name="c">Readout, as <paramref name="b"/>.</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <param name="z">Gate before SiLU, [B, T, C].</param>
    /// <param name="deltaBias">Bias of the step size, [C].</param>
    /// <returns>The gated output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        Scalar delta,
        [Shared(Across.Time)] Tensor<N> a,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c,
        [Shared(Across.Time)] Scalar skip,
        Scalar z,
        [Shared(Across.Time)] Scalar deltaBias)
    {
        var dt = Softplus(delta + deltaBias);
        h = Exp(dt * a) * h + dt * x * b;
        return (Dot(c, h) + skip * x) * SiLU(z);
    }
}
