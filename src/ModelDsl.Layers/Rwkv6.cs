namespace ModelDsl.Layers;

/// <summary>
/// The time mixing of RWKV-6 (Finch): the query reads the memory before the token is written, and the token itself through a bonus.
/// Peng et al. 2024, "Eagle and Finch" (arXiv:2404.05892).
/// </summary>
[Recurrence]
public partial struct Rwkv6
{
    [State] Tensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Receptance, [B, T, H, K]; not scaled.</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="w">Log of the decay of each key channel, [B, T, H, K], at most 0.</param>
    /// <param name="u">Bonus of the current token, [H, K].</param>
    /// <returns>What the incoming memory and the token hold under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> w, [Shared(Across.Time)] Tensor<Key> u)
    {
        var output = Dot(q, S) + Dot(q, u * k) * v;
        S = Exp(w) * S + Outer(k, v);
        return output;
    }
}
