namespace ModelDsl.Layers;

/// <summary>
/// The recurrence of Mamba-2 alone, as in Listing 1 of the paper: input and decay come already multiplied by the step size.
/// Dao and Gu 2024, "Transformers are SSMs" (arXiv:2405.21060).
/// </summary>
[Recurrence]
public partial struct StateSpaceDuality
{
    [State] Tensor<N, Value> S;

    /// <summary>One token.</summary>
    /// <param name="x">Input times step size, [B, T, H, V].</param>
    /// <param name="g">Log of the decay (rate times step size), [B, T, H], at most 0.</param>
    /// <param name="b">Input map, [B, T, H, N].</param>
    /// <param name="c">Readout, [B, T, H, N]; not scaled.</param>
    /// <returns>What the updated state holds under the readout, [B, T, H, V].</returns>
    public Tensor<Value> Step(Tensor<Value> x, Scalar g, Tensor<N> b, Tensor<N> c)
    {
        S = Exp(g) * S + Outer(b, x);
        return Dot(c, S);
    }
}
