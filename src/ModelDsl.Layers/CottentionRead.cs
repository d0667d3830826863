#pragma warning disable CS0649, MDSL023 // What is never assigned here, the first run has written.

namespace ModelDsl.Layers;

/// <summary>The memory of <see cref="BidirectionalCottention"/>, read: its second run over the sequence.</summary>
[Recurrence]
public partial struct CottentionRead
{
    [State] Tensor<Key, Value> S;
    [State] Scalar count;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K].</param>
    /// <param name="mask">1 where there is a token, 0 where there is none, [B, T].</param>
    /// <param name="power">The power of the number of tokens before sigmoid, [H].</param>
    /// <returns>What the memory holds under the normalised query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, [Shared(Across.Heads)] Scalar mask, [Shared(Across.Time)] Scalar power) =>
        mask * Exp(-Sigmoid(power) * Log(Max(count, 1))) * Dot(L2Normalize(q, 1e-12), S);
}
