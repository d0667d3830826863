namespace ModelDsl.Layers;

/// <summary>
/// Mega's multi-dimensional damped moving average, one channel: heads are the channels.
/// Ma et al. 2022, "Mega: Moving Average Equipped Gated Attention" (arXiv:2209.10655).
/// </summary>
[Recurrence]
public partial struct MegaEma
{
    [State] Tensor<N> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="delta">Weight of the input before sigmoid, [C, N].</param>
    /// <param name="alpha">Damping before sigmoid, [C, N].</param>
    /// <param name="beta">Expansion of the input, [C, N].</param>
    /// <param name="gamma">Readout, [C, N]; scaled by N^-0.5.</param>
    /// <param name="omega">Skip weight, [C].</param>
    /// <returns>The layer's output and the moving average inside it, each [B, T, C].</returns>
    public (Scalar output, Scalar average) Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<N> delta,
        [Shared(Across.Time)] Tensor<N> alpha,
        [Shared(Across.Time)] Tensor<N> beta,
        [Shared(Across.Time)] Tensor<N> gamma,
        [Shared(Across.Time)] Scalar omega)
    {
        var p = Sigmoid(delta);
        h = (1 - p * Sigmoid(alpha)) * h + p * beta * x;
        var average = Rsqrt(Size(gamma)) * Dot(gamma, h);
        return (SiLU(average + omega * x), average);
    }
}
