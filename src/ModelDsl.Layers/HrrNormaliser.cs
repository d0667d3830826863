#pragma warning disable CS0649, MDSL023 // What is never assigned here, the first run has written.

namespace ModelDsl.Layers;

/// <summary>The denominator of the softmax over time of <see cref="HrrAttention"/>: its second run over the sequence.</summary>
[Recurrence]
public partial struct HrrNormaliser
{
    [State] Tensor<Value> S;
    [State] Scalar total;

    /// <summary>One token. A cosine is at most one, so its exponential needs no maximum to be subtracted.</summary>
    /// <param name="q">Query, [B, T, H, V].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="mask">1 where there is a token, 0 where there is none, [B, T].</param>
    /// <returns>The sum so far, [B, T, H].</returns>
    public Scalar Step(Tensor<Value> q, Tensor<Value> v, [Shared(Across.Heads)] Scalar mask) =>
        total += mask * Exp(Holographic.Similarity(q, v, S));
}
