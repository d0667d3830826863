namespace ModelDsl.Layers;

/// <summary>
/// Mamba with two states of each channel polarised, one that never decays and one that forgets at once; with its projections and its convolution, over all channels.
/// Wang et al. 2025, "Understanding and Mitigating Bottlenecks of State Space Models through the Lens of Recency and Over-smoothing" (arXiv:2501.00658).
/// </summary>
[Recurrence]
public partial struct PolarizedMamba
{
    [State] Tensor<Channel> oldest;
    [State] Tensor<Channel> older;
    [State] Tensor<Channel> old;
    [State] Tensor<Channel> lasting;
    [State] Tensor<Channel, N> S;
    [State] Tensor<Channel> fleeting;

    /// <summary>One token. F is the number of features, C that of channels, R the rank of the step size.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="inputWeight">Projection to channels, [C, F].</param>
    /// <param name="gateWeight">Projection to gates, [C, F].</param>
    /// <param name="taps">Taps of the convolution, [C, 4].</param>
    /// <param name="tapsBias">Its bias, [C].</param>
    /// <param name="rankWeight">Projection to step sizes, first part, [R, C].</param>
    /// <param name="deltaWeight">Second part, [C, R].</param>
    /// <param name="deltaBias">Bias of step sizes, [C].</param>
    /// <param name="lastingInput">Input map of the state that lasts, [C].</param>
    /// <param name="inputMap">Input map, [N, C].</param>
    /// <param name="fleetingInput">Input map of the state that is forgotten, [C].</param>
    /// <param name="lastingReadout">Readout of the state that lasts, [C].</param>
    /// <param name="readout">Readout, [N, C].</param>
    /// <param name="fleetingReadout">Readout of the state that is forgotten, [C].</param>
    /// <param name="logRate">Logarithm of the rates of decay, [C, N].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <param name="outputWeight">Projection to the output, [G, C].</param>
    /// <returns>The layer's output, [B, T, G].</returns>
    public Tensor<OutputFeature> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Channel, Feature> inputWeight,
        [Shared(Across.Time)] Tensor<Channel, Feature> gateWeight,
        [Shared(Across.Time)] Tensor<Tap, Channel> taps,
        [Shared(Across.Time)] Tensor<Channel> tapsBias,
        [Shared(Across.Time)] Tensor<Rank, Channel> rankWeight,
        [Shared(Across.Time)] Tensor<Channel, Rank> deltaWeight,
        [Shared(Across.Time)] Tensor<Channel> deltaBias,
        [Shared(Across.Time)] Tensor<Channel> lastingInput,
        [Shared(Across.Time)] Tensor<N, Channel> inputMap,
        [Shared(Across.Time)] Tensor<Channel> fleetingInput,
        [Shared(Across.Time)] Tensor<Channel> lastingReadout,
        [Shared(Across.Time)] Tensor<N, Channel> readout,
        [Shared(Across.Time)] Tensor<Channel> fleetingReadout,
        [Shared(Across.Time)] Tensor<Channel, N> logRate,
        [Shared(Across.Time)] Tensor<Channel> skip,
        [Shared(Across.Time)] Tensor<OutputFeature, Channel> outputWeight)
    {
        var input = Dot(inputWeight, x);
        var u = SiLU(tapsBias + taps[0] * oldest + taps[1] * older + taps[2] * old + taps[3] * input);
        oldest = older;
        older = old;
        old = input;

        var delta = Softplus(Dot(deltaWeight, Dot(rankWeight, u)) + deltaBias);
        lasting += delta * Dot(lastingInput, u) * u;
        S = Exp(-delta * Exp(logRate)) * S + Outer(delta * u, Dot(inputMap, u));
        fleeting = Exp(-100 * delta) * fleeting + delta * Dot(fleetingInput, u) * u;

        var y = Dot(lastingReadout, u) * lasting + Dot(S, Dot(readout, u)) + Dot(fleetingReadout, u) * fleeting + skip * u;
        return Dot(outputWeight, y * SiLU(Dot(gateWeight, x)));
    }
}
