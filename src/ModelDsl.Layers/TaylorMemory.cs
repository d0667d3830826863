namespace ModelDsl.Layers;

/// <summary>The memories of <see cref="TaylorAttention"/>, written and not read: the prefix of <see cref="PrefixLinearAttention"/>.</summary>
[Recurrence]
public partial struct TaylorMemory
{
    [State] Scalar count;
    [State] Tensor<Value> values;
    [State] Tensor<Key> keys;
    [State] Tensor<Key, Value> S;
    [State] Tensor<Key, OtherKey> pairs;
    [State] Tensor<Key, OtherKey, Value> P;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="prefixKeyWeight">Projection to keys, [H, K, F].</param>
    /// <param name="prefixValueWeight">Projection to values, [H, V, F].</param>
    /// <returns>The number of tokens so far, [B, T, H].</returns>
    public Scalar Step(
        [Shared(Across.Heads)] Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Key, Feature> prefixKeyWeight,
        [Shared(Across.Time)] Tensor<Value, Feature> prefixValueWeight)
    {
        var key = Dot(prefixKeyWeight, x);
        var k = Rsqrt(Sqrt(Size(key))) * key;
        var otherKey = Rsqrt(2) * k.As<OtherKey>();
        var v = Dot(prefixValueWeight, x);
        count += 1;
        values += v;
        keys += k;
        S += Outer(k, v);
        pairs += Outer(k, otherKey);
        P += Outer(k, Outer(otherKey, v));
        return count;
    }
}
