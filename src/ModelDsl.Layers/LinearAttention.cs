namespace ModelDsl.Layers;

/// <summary>
/// Linear attention, un-normalised and without a feature map: the memory adds up outer products of keys and values.
/// Katharopoulos et al. 2020, "Transformers are RNNs" (arXiv:2006.16236).
/// </summary>
[Recurrence]
public partial struct LinearAttention
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <returns>What the updated memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        S += Outer(k, v);
        return Rsqrt(Size(q)) * Dot(q, S);
    }
}
