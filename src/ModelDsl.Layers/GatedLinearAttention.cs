namespace ModelDsl.Layers;

/// <summary>
/// Gated linear attention: every key channel of the memory decays at its own, data-dependent rate.
/// Yang et al. 2023, "Gated Linear Attention Transformers with Hardware-Efficient Training" (arXiv:2312.06635).
/// </summary>
[Recurrence]
public partial struct GatedLinearAttention
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="g">Log of the decay of each key channel, [B, T, H, K], at most 0.</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> g)
    {
        S = Exp(g) * S + Outer(k, v);
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
