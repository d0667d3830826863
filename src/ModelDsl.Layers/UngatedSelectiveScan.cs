namespace ModelDsl.Layers;

/// <summary>
/// Mamba's selective state-space model alone, one channel: heads are the channels, the step size is given, there is no skip and no gate.
/// Gu and Dao 2023, "Mamba: Linear-Time Sequence Modeling with Selective State Spaces" (arXiv:2312.00752).
/// </summary>
[Recurrence]
public partial struct UngatedSelectiveScan
{
    [State] Tensor<N> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="dt">Step size, [B, T, C], positive.</param>
    /// <param name="a">Rate of each state channel, [C, N], negative.</param>
    /// <param name="b">Input map, [B, T, N] for all channels, or one for each of G groups of neighbouring channels, [B, T, G, N].</param>
    /// <param name="c">Readout, as <paramref name="b"/>.</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        Scalar dt,
        [Shared(Across.Time)] Tensor<N> a,
        [Shared(Across.Heads)] Tensor<N> b,
        [Shared(Across.Heads)] Tensor<N> c)
    {
        h = Exp(dt * a) * h + dt * x * b;
        return Dot(c, h);
    }
}
