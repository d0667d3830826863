namespace ModelDsl.Layers;

/// <summary>
/// MultiresConv with fading memory, one channel (heads are the channels): a tree of six dilated filters of width 2, every level read once.
/// Shi et al. 2023, "Sequence Modeling with Multiresolution Convolutional Memory" (arXiv:2305.01638).
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct Multiresolution
{
    [State] Scalar delay1;
    [State] Tensor<Delay2> delay2;
    [State] Tensor<Delay4> delay4;
    [State] Tensor<Delay8> delay8;
    [State] Tensor<Delay16> delay16;
    [State] Tensor<Delay32> delay32;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="low">Low-pass filter, [C, 2].</param>
    /// <param name="high">High-pass filter, [C, 2].</param>
    /// <param name="weight">Weights of the coarsest level, of the levels from coarse to fine, and of the input, [C, 8].</param>
    /// <returns>The weighted sum after GELU and before it, each [B, T, C].</returns>
    public (Scalar output, Scalar sum) Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<WaveletTap> low,
        [Shared(Across.Time)] Tensor<WaveletTap> high,
        [Shared(Across.Time)] Tensor<LevelWeight> weight)
    {
        var low1 = low[0] * delay1 + low[1] * x;
        var low2 = low[0] * delay2[1] + low[1] * low1;
        var low3 = low[0] * delay4[3] + low[1] * low2;
        var low4 = low[0] * delay8[7] + low[1] * low3;
        var low5 = low[0] * delay16[15] + low[1] * low4;
        var low6 = low[0] * delay32[31] + low[1] * low5;
        var sum = weight[0] * low6
            + weight[1] * (high[0] * delay32[31] + high[1] * low5)
            + weight[2] * (high[0] * delay16[15] + high[1] * low4)
            + weight[3] * (high[0] * delay8[7] + high[1] * low3)
            + weight[4] * (high[0] * delay4[3] + high[1] * low2)
            + weight[5] * (high[0] * delay2[1] + high[1] * low1)
            + weight[6] * (high[0] * delay1 + high[1] * x)
            + weight[7] * x;
        delay1 = x;
        delay2 = Push(delay2, low1);
        delay4 = Push(delay4, low2);
        delay8 = Push(delay8, low3);
        delay16 = Push(delay16, low4);
        delay32 = Push(delay32, low5);
        return (GaussianError.Gelu(sum), sum);
    }
}
