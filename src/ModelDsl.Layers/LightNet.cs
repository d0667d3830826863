namespace ModelDsl.Layers;

/// <summary>
/// LightNet: gated linear attention whose keys are a running softmax over time, which is what makes its memory decay.
/// Qin et al. 2024, "You Only Scan Once: Efficient Multi-dimension Sequential Modeling with LightNet" (arXiv:2405.21022).
/// </summary>
[Recurrence]
public partial struct LightNet
{
    [State] Tensor<Key> z;
    [State] Tensor<Key, Value> S;

    /// <summary>One token. z is the logarithm of the sum of exponentials so far, which is that of nothing before the first token: what z holds then is not looked at.</summary>
    /// <param name="q">Query before its activation, [B, T, H, K].</param>
    /// <param name="k">Logarithm of the key before it is normalised, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="index">The token's position.</param>
    /// <returns>What the memory holds under the query, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [TokenIndex] Scalar index)
    {
        var sum = Where(index > 0, LogAddExp(z, k), k);
        var logDecay = Where(index > 0, z - sum, 0);
        z = sum;
        S = Exp(logDecay) * S + Outer(Exp(k - z), v);
        return Rsqrt(Size(q)) * Dot(SiLU(q), S);
    }
}
