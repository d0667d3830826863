namespace ModelDsl.Layers;

/// <summary>The moving average of <see cref="MegaEma"/> alone, the backward direction of <see cref="BidirectionalMegaEma"/>: heads are the channels.</summary>
[Recurrence]
public partial struct MegaAverage
{
    [State] Tensor<N> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="delta">Weight of the input before sigmoid, [C, N].</param>
    /// <param name="alpha">Damping before sigmoid, [C, N].</param>
    /// <param name="beta">Expansion of the input, [C, N].</param>
    /// <param name="gamma">Readout, [C, N]; scaled by N^-0.5.</param>
    /// <returns>The average, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<N> delta,
        [Shared(Across.Time)] Tensor<N> alpha,
        [Shared(Across.Time)] Tensor<N> beta,
        [Shared(Across.Time)] Tensor<N> gamma)
    {
        var p = Sigmoid(delta);
        h = (1 - p * Sigmoid(alpha)) * h + p * beta * x;
        return Rsqrt(Size(gamma)) * Dot(gamma, h);
    }
}
