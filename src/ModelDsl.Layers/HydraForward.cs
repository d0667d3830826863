namespace ModelDsl.Layers;

/// <summary>
/// The forward direction of <see cref="Hydra"/>, a token late, and the token itself: the diagonal of Hydra's matrix, of which each head has one number that depends
/// on all channels.
/// </summary>
[Recurrence]
public partial struct HydraForward
{
    [State] Tensor<N, Value> S;
    [State] Tensor<Value> last;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, V].</param>
    /// <param name="channels">The same, all heads together, [B, T, F].</param>
    /// <param name="b">Input map, [B, T, N].</param>
    /// <param name="c">Readout, [B, T, N].</param>
    /// <param name="delta">Step size before softplus, [B, T, H].</param>
    /// <param name="logRate">Logarithm of the decay's rate, [H].</param>
    /// <param name="weight">Weights of the diagonal, [H, F].</param>
    /// <param name="skip">Its bias, [H].</param>
    /// <returns>What the state held under the readout of the token before, and the scaled token, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        Tensor<Value> x,
        [Shared(Across.Heads)] Tensor<Feature> channels,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c,
        Scalar delta,
        [Shared(Across.Time)] Scalar logRate,
        [Shared(Across.Time)] Tensor<Feature> weight,
        [Shared(Across.Time)] Scalar skip)
    {
        var step = Softplus(delta);
        S = Exp(-step * Exp(logRate)) * S + Outer(b, step * x);
        var output = last + (Dot(weight, channels) + skip) * x;
        last = Dot(c, S);
        return output;
    }
}
