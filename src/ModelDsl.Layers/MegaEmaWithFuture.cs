namespace ModelDsl.Layers;

/// <summary>The forward direction of <see cref="BidirectionalMegaEma"/>, and what follows both: <see cref="MegaEma"/> with another average added.</summary>
[Recurrence]
public partial struct MegaEmaWithFuture
{
    [State] Tensor<N> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="future">The average of this and later tokens, [B, T, C].</param>
    /// <param name="delta">Weight of the input before sigmoid, [C, N].</param>
    /// <param name="alpha">Damping before sigmoid, [C, N].</param>
    /// <param name="beta">Expansion of the input, [C, N].</param>
    /// <param name="gamma">Readout, [C, N]; scaled by N^-0.5.</param>
    /// <param name="omega">Skip weight, [C].</param>
    /// <returns>The layer's output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        Scalar future,
        [Shared(Across.Time)] Tensor<N> delta,
        [Shared(Across.Time)] Tensor<N> alpha,
        [Shared(Across.Time)] Tensor<N> beta,
        [Shared(Across.Time)] Tensor<N> gamma,
        [Shared(Across.Time)] Scalar omega)
    {
        var p = Sigmoid(delta);
        h = (1 - p * Sigmoid(alpha)) * h + p * beta * x;
        return SiLU(Rsqrt(Size(gamma)) * Dot(gamma, h) + future + omega * x);
    }
}
