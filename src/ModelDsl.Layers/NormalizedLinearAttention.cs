namespace ModelDsl.Layers;

/// <summary>
/// Linear attention with its normaliser: what the memory holds under a query, over the weight that the query gives to all keys so far.
/// Katharopoulos et al. 2020, "Transformers are RNNs" (arXiv:2006.16236).
/// </summary>
[Recurrence]
public partial struct NormalizedLinearAttention
{
    [State] Tensor<Key, Value> S;
    [State] Tensor<Key> z;

    /// <summary>One token.</summary>
    /// <param name="q">Query after its feature map, [B, T, H, K], positive; scaled by K^-0.5.</param>
    /// <param name="k">Key after its feature map, [B, T, H, K], positive.</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <returns>A weighted mean of the values so far, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        S += Outer(k, v);
        z += k;

        var scale = Rsqrt(Size(q));
        return scale * Dot(q, S) / (scale * Dot(q, z) + 1e-10);
    }
}
