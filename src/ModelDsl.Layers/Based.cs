namespace ModelDsl.Layers;

/// <summary>
/// Based's linear attention: the exponential of attention to its second order, so that the memories are keyed with 1, with the key, and with the key's products with itself.
/// Arora et al. 2024, "Simple Linear Attention Language Models Balance the Recall-Throughput Tradeoff" (arXiv:2402.18668).
/// </summary>
[Recurrence]
public partial struct Based
{
    [State] Scalar count;
    [State] Tensor<Value> values;
    [State] Tensor<Key> keys;
    [State] Tensor<Key, Value> S;
    [State] Tensor<Key, OtherKey> pairs;
    [State] Tensor<Key, OtherKey, Value> P;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K]; scaled by K^-0.5.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <returns>The values, weighted by 1 + s + s^2 / 2 for the scores s, with and without division by the sum of weights, each [B, T, H, V].</returns>
    public (Tensor<Value> output, Tensor<Value> unnormalized) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
    {
        var otherKey = k.As<OtherKey>();
        count += 1;
        values += v;
        keys += k;
        S += Outer(k, v);
        pairs += Outer(k, otherKey);
        P += Outer(k, Outer(otherKey, v));

        var query = Rsqrt(Size(q)) * q;
        var half = 0.5 * query.As<OtherKey>();
        var sum = values + Dot(query, S) + Dot(half, Dot(query, P));
        var weight = count + Dot(query, keys) + Dot(half, Dot(query, pairs));
        return (sum / (weight + 1e-6), sum);
    }
}
