namespace ModelDsl.Layers;

/// <summary>
/// One layer of gated recurrent units, input projection included, with the parameters of torch.nn.GRU.
/// Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder" (arXiv:1406.1078).
/// </summary>
[Recurrence]
public partial struct ProjectedGru
{
    [State] Tensor<Unit> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, I].</param>
    /// <param name="inputWeight">Input projection of the gates reset, update, candidate, [H, 3, D, I].</param>
    /// <param name="recurrentWeight">Recurrent matrices, [H, 3, D, D (previous)].</param>
    /// <param name="inputBias">Biases of the input projection, [H, 3, D].</param>
    /// <param name="recurrentBias">Biases of the recurrent matrices, [H, 3, D].</param>
    /// <returns>The output h, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<GruGate, Unit, Feature> inputWeight,
        [Shared(Across.Time)] Tensor<GruGate, Unit, PreviousUnit> recurrentWeight,
        [Shared(Across.Time)] Tensor<GruGate, Unit> inputBias,
        [Shared(Across.Time)] Tensor<GruGate, Unit> recurrentBias)
    {
        var current = Dot(x, inputWeight) + inputBias;
        var previous = Dot(h.As<PreviousUnit>(), recurrentWeight) + recurrentBias;

        var reset = Sigmoid(current[0] + previous[0]);
        var update = Sigmoid(current[1] + previous[1]);
        var candidate = Tanh(current[2] + reset * previous[2]);
        h = (1 - update) * candidate + update * h;
        return h;
    }
}
