#pragma warning disable CS0649, MDSL023 // What is never assigned here, the runs before have written.

namespace ModelDsl.Layers;

/// <summary>The output of <see cref="HrrAttention"/>: its third run over the sequence.</summary>
[Recurrence]
public partial struct HrrRead
{
    [State] Tensor<Value> S;
    [State] Scalar total;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, V].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="mask">1 where there is a token, 0 where there is none, [B, T].</param>
    /// <returns>The token's value, weighted by a softmax over time of how well its query finds it among all bindings, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Value> q, Tensor<Value> v, [Shared(Across.Heads)] Scalar mask) =>
        mask * Exp(Holographic.Similarity(q, v, S)) / total * v;
}
