namespace ModelDsl.Layers;

/// <summary>
/// The causal depthwise convolution of width 4 before Mamba and its kin, one channel: heads are the channels.
/// As in Dao-AILab/causal-conv1d, with SiLU.
/// </summary>
[Recurrence]
public partial struct ShortConvolution
{
    [State] Scalar oldest;
    [State] Scalar older;
    [State] Scalar old;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="weight">Taps, [C, 4]: the last one multiplies the current token.</param>
    /// <param name="bias">Bias, [C].</param>
    /// <returns>The activated convolution, [B, T, C].</returns>
    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Tap> weight, [Shared(Across.Time)] Scalar bias)
    {
        var y = bias + weight[0] * oldest + weight[1] * older + weight[2] * old + weight[3] * x;
        oldest = older;
        older = old;
        old = x;
        return SiLU(y);
    }
}
