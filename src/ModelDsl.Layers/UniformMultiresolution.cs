namespace ModelDsl.Layers;

/// <summary>
/// MultiresConv with uniform memory, one channel (heads are the channels): a tree of five dilated filters of width 2 whose coarse levels are
/// read at several places, nine values in all.
/// Shi et al. 2023, "Sequence Modeling with Multiresolution Convolutional Memory" (arXiv:2305.01638).
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct UniformMultiresolution
{
    [State] Scalar delay1;
    [State] Tensor<Delay2> delay2;
    [State] Tensor<Delay4> delay4;
    [State] Tensor<Delay8> delay8;
    [State] Tensor<Delay16> delay16;
    [State] Tensor<Delay24> high3;
    [State] Tensor<Delay16> high4;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="low">Low-pass filter, [C, 2].</param>
    /// <param name="high">High-pass filter, [C, 2].</param>
    /// <param name="weight">Weights of the values and of the input, [C, 10].</param>
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
        var fine = high[0] * delay2[1] + high[1] * low1;
        var middle = high[0] * delay4[3] + high[1] * low2;
        var coarse = high[0] * delay8[7] + high[1] * low3;
        var coarsest = high[0] * delay16[15] + high[1] * low4;

        // Level 4 is read again 16 tokens ago, level 3 every 8 tokens.
        var sum = weight[0] * low5
            + weight[1] * coarsest
            + weight[2] * coarse + weight[3] * high4[15]
            + weight[4] * middle + weight[5] * high3[7] + weight[6] * high3[15] + weight[7] * high3[23]
            + weight[8] * fine
            + weight[9] * x;
        delay1 = x;
        delay2 = Push(delay2, low1);
        delay4 = Push(delay4, low2);
        delay8 = Push(delay8, low3);
        delay16 = Push(delay16, low4);
        high3 = Push(high3, middle);
        high4 = Push(high4, coarse);
        return (GaussianError.Gelu(sum), sum);
    }
}
