namespace ModelDsl.Layers;

/// <summary>
/// Longhorn, one channel: heads are the channels. The state-space model whose step solves an online regression of the input on the key.
/// Liu et al. 2024, "Longhorn: State Space Models are Amortized Online Learners" (arXiv:2407.14207).
/// </summary>
[Recurrence]
public partial struct Longhorn
{
    [State] Tensor<N> S;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="q">Readout, the same for all channels, [B, T, N].</param>
    /// <param name="k">Key, the same for all channels, [B, T, N].</param>
    /// <param name="delta">Step size before bias and sigmoid, [B, T, C].</param>
    /// <param name="deltaBias">Bias of the step size, [C].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <param name="z">Gate before SiLU, [B, T, C].</param>
    /// <returns>The gated output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Heads)] Tensor<N> q,
        [Shared(Across.Heads)] Tensor<N> k,
        Scalar delta,
        [Shared(Across.Time)] Scalar deltaBias,
        [Shared(Across.Time)] Scalar skip,
        Scalar z)
    {
        var b = Sigmoid(delta + deltaBias);
        var dt = b / (1 + b * Dot(k, k));
        S = (1 - dt * k * k) * S + dt * x * k;
        return (Dot(q, S) + skip * x) * SiLU(z);
    }
}
