namespace ModelDsl.Layers;

/// <summary>
/// Cottention, causal: attention by cosine similarity, which is a memory of normalised keys; later values weigh less, by a learned power of their
/// position. Mongaras et al. 2024, "Cottention: Linear Transformers With Cosine Attention" (arXiv:2409.18747).
/// </summary>
[Recurrence]
public partial struct Cottention
{
    [State] Tensor<Key, Value> S;
    [State] Scalar count;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K].</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="mask">1 where there is a token, 0 where there is none, [B, T].</param>
    /// <param name="power">The power of the position before sigmoid, [H].</param>
    /// <returns>What the updated memory holds under the normalised query, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [Shared(Across.Heads)] Scalar mask, [Shared(Across.Time)] Scalar power)
    {
        count += mask;
        var weight = mask * Exp(-Sigmoid(power) * Log(Max(count, 1)));

        S += Outer(L2Normalize(k, 1e-12), weight * v);
        return mask * Dot(L2Normalize(q, 1e-12), S);
    }
}
