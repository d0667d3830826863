namespace ModelDsl.Layers;

/// <summary>
/// Gated recurrent unit with a recurrent matrix per head; the input comes already projected.
/// Cho et al. 2014 (arXiv:1406.1078); in this form: Poeppel et al. 2024, "FlashRNN" (arXiv:2412.07752).
/// </summary>
[Recurrence]
public partial struct Gru
{
    [State] Tensor<Unit> y;

    /// <summary>One token.</summary>
    /// <param name="x">Projected input of the gates reset, update, candidate, [B, T, H, 3, D].</param>
    /// <param name="recurrent">Recurrent matrices of candidate, reset, update (in this order, as in FlashRNN), [H, D (previous), 3, D].</param>
    /// <param name="recurrentBias">Bias of the candidate's recurrent part, [H, D].</param>
    /// <param name="bias">Biases of the gates reset, update, candidate, [H, 3, D].</param>
    /// <returns>The output y, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<GruGate, Unit> x,
        [Shared(Across.Time)] Tensor<PreviousUnit, GruGate, Unit> recurrent,
        [Shared(Across.Time)] Tensor<Unit> recurrentBias,
        [Shared(Across.Time)] Tensor<GruGate, Unit> bias)
    {
        var raw = x + bias;
        var previous = Dot(y.As<PreviousUnit>(), recurrent);

        var reset = Sigmoid(raw[0] + previous[1]);
        var update = Sigmoid(raw[1] + previous[2]);
        var candidate = Tanh(raw[2] + reset * (previous[0] + recurrentBias));
        y = update * y + (1 - update) * candidate;
        return y;
    }
}
