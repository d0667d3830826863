namespace ModelDsl.Layers;

/// <summary>
/// Gated DeltaNet: the memory decays, then what it still holds under the key is corrected.
/// Yang et al. 2024, "Gated Delta Networks: Improving Mamba2 with Delta Rule" (arXiv:2412.06464).
/// </summary>
[Recurrence]
public partial struct GatedDeltaRule
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K], expected to have unit norm: it is not normalised here.</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="g">Log of the decay, [B, T, H], at most 0.</param>
    /// <param name="beta">Write strength, [B, T, H], 0 to 1 (to 2 with negative eigenvalues).</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
    {
        S *= Exp(g);
        S += Outer(k, beta * (v - Dot(k, S)));
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
