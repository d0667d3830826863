namespace ModelDsl.Layers;

/// <summary>
/// Linear attention with the feature map (1, x, x (x) x) of Based, with its projections: what <see cref="PrefixLinearAttention"/> runs after its prefix. The memories
/// hold features as the paper scales them.
/// </summary>
[Recurrence]
public partial struct TaylorAttention
{
    [State] Scalar count;
    [State] Tensor<Value> values;
    [State] Tensor<Key> keys;
    [State] Tensor<Key, Value> S;
    [State] Tensor<Key, OtherKey> pairs;
    [State] Tensor<Key, OtherKey, Value> P;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="queryWeight">Projection to queries, [H, K, F].</param>
    /// <param name="keyWeight">Projection to keys, [H, K, F].</param>
    /// <param name="valueWeight">Projection to values, [H, V, F].</param>
    /// <returns>The weighted mean of the values, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        [Shared(Across.Heads)] Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Key, Feature> queryWeight,
        [Shared(Across.Time)] Tensor<Key, Feature> keyWeight,
        [Shared(Across.Time)] Tensor<Value, Feature> valueWeight)
    {
        var q = Dot(queryWeight, x);
        var scale = Rsqrt(Sqrt(Size(q)));
        var k = scale * Dot(keyWeight, x);
        var otherKey = Rsqrt(2) * k.As<OtherKey>();
        var v = Dot(valueWeight, x);
        count += 1;
        values += v;
        keys += k;
        S += Outer(k, v);
        pairs += Outer(k, otherKey);
        P += Outer(k, Outer(otherKey, v));

        var query = scale * q;
        var otherQuery = Rsqrt(2) * query.As<OtherKey>();
        var sum = values + Dot(query, S) + Dot(otherQuery, Dot(query, P));
        var weight = count + Dot(query, keys) + Dot(otherQuery, Dot(query, pairs));
        return sum / (weight + 1e-12);
    }
}
