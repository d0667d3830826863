namespace ModelDsl.Layers;

/// <summary>
/// MoM: four gated delta rules, of which a router chooses two for each token; the others neither write nor decay.
/// Du et al. 2025, "MoM: Linear Sequence Modeling with Mixture-of-Memories" (arXiv:2502.13685).
/// </summary>
[Recurrence]
public partial struct MixtureOfMemories
{
    [State] Tensor<Key, Value> S0;
    [State] Tensor<Key, Value> S1;
    [State] Tensor<Key, Value> S2;
    [State] Tensor<Key, Value> S3;

    /// <summary>One token.</summary>
    /// <param name="router">Logits of the memories, [B, T, 4].</param>
    /// <param name="q">Query, [B, T, H, K].</param>
    /// <param name="k">A key for each memory, [B, T, H, 4, K].</param>
    /// <param name="v">A value for each memory, [B, T, H, 4, V].</param>
    /// <param name="g">Log-decays, [B, T, H, 4], at most 0.</param>
    /// <param name="beta">Write strengths, [B, T, H, 4].</param>
    /// <returns>What the chosen memories hold under the query, weighted by their scores, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        [Shared(Across.Heads)] Tensor<MixtureMemory> router,
        Tensor<Key> q,
        Tensor<MixtureMemory, Key> k,
        Tensor<MixtureMemory, Value> v,
        Tensor<MixtureMemory> g,
        Tensor<MixtureMemory> beta)
    {
        // The two largest.
        var first = EqualTo(router, MaxOver(router));
        var others = Where(first, -1e30, router);
        var chosen = first + EqualTo(others, MaxOver(others));
        var scores = chosen * Softmax(router);
        var weight = scores / Sum(scores);

        var query = Rsqrt(Size(q)) * L2Normalize(q);
        var key = L2Normalize(k, Over<Key>());
        S0 = Write(S0, key[0], v[0], g[0], beta[0], chosen[0]);
        S1 = Write(S1, key[1], v[1], g[1], beta[1], chosen[1]);
        S2 = Write(S2, key[2], v[2], g[2], beta[2], chosen[2]);
        S3 = Write(S3, key[3], v[3], g[3], beta[3], chosen[3]);
        return weight[0] * Dot(query, S0) + weight[1] * Dot(query, S1) + weight[2] * Dot(query, S2) + weight[3] * Dot(query, S3);
    }

    /// <summary>The gated delta rule for a memory that is chosen; another one stays as it is.</summary>
    private static Tensor<Key, Value> Write(Tensor<Key, Value> S, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta, Scalar chosen)
    {
        S *= Exp(Where(chosen, g, 0));
        return S + Outer(k, chosen * beta * (v - Dot(k, S)));
    }
}
