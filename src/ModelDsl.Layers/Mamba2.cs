namespace ModelDsl.Layers;

/// <summary>
/// Mamba-2's state-space duality, one head: the state is a matrix that decays as a whole. Step size, skip and gate included.
/// Dao and Gu 2024, "Transformers are SSMs" (arXiv:2405.21060).
/// </summary>
[Recurrence]
public partial struct Mamba2
{
    [State] Tensor<N, Value> S;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, V].</param>
    /// <param name="delta">Step size before bias and softplus, [B, T, H].</param>
    /// <param name="a">Rate, [H], negative.</param>
    /// <param name="b">Input map, [B, T, N] for all heads, or one for each of G groups of neighbouring heads, [B, T, G, N].</param>
    /// <param name="c">Readout, as <paramref name="b"/>.</param>
    /// <param name="skip">Skip weight, [H].</param>
    /// <param name="z">Gate before SiLU, [B, T, H, V].</param>
    /// <param name="deltaBias">Bias of the step size, [H].</param>
    /// <returns>The gated output, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        Tensor<Value> x,
        Scalar delta,
        [Shared(Across.Time)] Scalar a,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c,
        [Shared(Across.Time)] Scalar skip,
        Tensor<Value> z,
        [Shared(Across.Time)] Scalar deltaBias)
    {
        var dt = Softplus(delta + deltaBias);
        S = Exp(dt * a) * S + Outer(b, dt * x);
        return (Dot(c, S) + skip * x) * SiLU(z);
    }
}
