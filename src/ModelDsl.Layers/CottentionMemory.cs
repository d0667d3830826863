namespace ModelDsl.Layers;

/// <summary>The memory of <see cref="BidirectionalCottention"/>, written: its first run over the sequence.</summary>
[Recurrence]
public partial struct CottentionMemory
{
    [State] Tensor<Key, Value> S;
    [State] Scalar count;

    /// <summary>One token.</summary>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="mask">1 where there is a token, 0 where there is none, [B, T].</param>
    /// <returns>The number of tokens so far, [B, T, H].</returns>
    public Scalar Step(Tensor<Key> k, Tensor<Value> v, [Shared(Across.Heads)] Scalar mask)
    {
        S += Outer(L2Normalize(k, 1e-12), mask * v);
        count += mask;
        return count;
    }
}
