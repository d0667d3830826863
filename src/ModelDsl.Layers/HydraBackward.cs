namespace ModelDsl.Layers;

/// <summary>The backward direction of <see cref="Hydra"/>, before its delay: the recurrence of Mamba-2.</summary>
[Recurrence]
public partial struct HydraBackward
{
    [State] Tensor<N, Value> S;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, V].</param>
    /// <param name="b">Input map, [B, T, N].</param>
    /// <param name="c">Readout, [B, T, N].</param>
    /// <param name="delta">Step size before softplus, [B, T, H].</param>
    /// <param name="logRate">Logarithm of the decay's rate, [H].</param>
    /// <returns>What the updated state holds under the readout, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        Tensor<Value> x,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c,
        Scalar delta,
        [Shared(Across.Time)] Scalar logRate)
    {
        var step = Softplus(delta);
        S = Exp(-step * Exp(logRate)) * S + Outer(b, step * x);
        return Dot(c, S);
    }
}
