namespace ModelDsl.Layers;

/// <summary>
/// The simplified gate loop, projections included: a normalised input gives a query, an input and a decay per channel.
/// After Katsch 2023, "GateLoop" (arXiv:2311.01927), in the real, per-channel form of lucidrains/gateloop-transformer.
/// </summary>
[Recurrence]
public partial struct SimplifiedGateLoop
{
    [State] Tensor<Channel> s;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, I].</param>
    /// <param name="gamma">Scale of the normalised input, [H, I].</param>
    /// <param name="queryWeight">Projection to the query, [H, C, I].</param>
    /// <param name="inputWeight">Projection to what is written, [H, C, I].</param>
    /// <param name="decayWeight">Projection to the decay before sigmoid, [H, C, I].</param>
    /// <returns>The queried state, [B, T, H, C].</returns>
    public Tensor<Channel> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Feature> gamma,
        [Shared(Across.Time)] Tensor<Channel, Feature> queryWeight,
        [Shared(Across.Time)] Tensor<Channel, Feature> inputWeight,
        [Shared(Across.Time)] Tensor<Channel, Feature> decayWeight)
    {
        var normalised = L2Normalize(x, 1e-12) * Sqrt(Size(x)) * gamma;
        s = Sigmoid(Dot(normalised, decayWeight)) * s + Dot(normalised, inputWeight);
        return Dot(normalised, queryWeight) * s;
    }
}
