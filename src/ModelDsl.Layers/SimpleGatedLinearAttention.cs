namespace ModelDsl.Layers;

/// <summary>
/// Linear attention with one data-dependent decay per head and token: the recurrence of Mamba-2 in the form of gated linear attention.
/// Dao and Gu 2024, "Transformers are SSMs" (arXiv:2405.21060); Yang et al. 2023 (arXiv:2312.06635).
/// </summary>
[Recurrence]
public partial struct SimpleGatedLinearAttention
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="g">Log of the decay, [B, T, H], at most 0.</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
    {
        S = Exp(g) * S + Outer(k, v);
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
