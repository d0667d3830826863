namespace ModelDsl.Layers;

/// <summary>
/// The short convolution as it decodes in Dao-AILab/causal-conv1d with a buffer longer than its taps need, one channel: heads are the channels.
/// </summary>
[Recurrence]
public partial struct BufferedConvolution
{
    [State] Scalar x5;
    [State] Scalar x4;
    [State] Scalar x3;
    [State] Scalar x2;
    [State] Scalar x1;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="weight">Taps, [C, 4]: the last one multiplies the current token.</param>
    /// <param name="bias">Bias, [C].</param>
    /// <returns>The activated convolution, [B, T, C].</returns>
    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Tap> weight, [Shared(Across.Time)] Scalar bias)
    {
        var y = bias + weight[0] * x3 + weight[1] * x2 + weight[2] * x1 + weight[3] * x;
        x5 = x4;
        x4 = x3;
        x3 = x2;
        x2 = x1;
        x1 = x;
        return SiLU(y);
    }
}
