namespace ModelDsl.Layers;

/// <summary>
/// Retention: linear attention with a fixed decay per head.
/// Sun et al. 2023, "Retentive Network" (arXiv:2307.08621), without rotation and group norm; the same recurrence, with other decays, is
/// Lightning Attention: Qin et al. 2024 (arXiv:2401.04658).
/// </summary>
[Recurrence]
public partial struct Retention
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="logDecay">Log of the head's decay, [H], at most 0. The paper's heads have log(1 - 2^(-5-h)).</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Scalar logDecay)
    {
        S = Exp(logDecay) * S + Outer(k, v);
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
