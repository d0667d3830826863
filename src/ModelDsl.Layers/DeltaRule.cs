namespace ModelDsl.Layers;

/// <summary>
/// DeltaNet: what is written under a key is the error of what the memory holds under it.
/// Yang et al. 2024, "Parallelizing Linear Transformers with the Delta Rule over Sequence Length" (arXiv:2406.06484).
/// </summary>
[Recurrence]
public partial struct DeltaRule
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K], expected to have unit norm: it is not normalised here.</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="beta">Write strength, [B, T, H], 0 to 1 (to 2 with negative eigenvalues).</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar beta)
    {
        S += Outer(k, beta * (v - Dot(k, S)));
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
