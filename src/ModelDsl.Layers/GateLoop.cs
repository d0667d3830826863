namespace ModelDsl.Layers;

/// <summary>
/// GateLoop: linear attention whose memory decays and turns by a complex gate for each key channel.
/// Katsch 2023, "GateLoop: Fully Data-Controlled Linear Recurrence for Sequence Modeling" (arXiv:2311.01927).
/// </summary>
[Recurrence]
public partial struct GateLoop
{
    [State] ComplexTensor<Key, Value> S;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, K].</param>
    /// <param name="k">Key, [B, T, H, K].</param>
    /// <param name="v">Value, [B, T, H, V].</param>
    /// <param name="a">Gate, [B, T, H, K], of modulus at most 1.</param>
    /// <returns>The real part of the read, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, ComplexTensor<Key> a)
    {
        S = a * S + Outer(k, v);
        return Dot(q, S.Re);
    }
}
