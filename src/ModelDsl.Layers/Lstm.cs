namespace ModelDsl.Layers;

/// <summary>
/// Long short-term memory with a recurrent matrix per head; the input comes already projected.
/// Hochreiter and Schmidhuber 1997; in this form: Poeppel et al. 2024, "FlashRNN" (arXiv:2412.07752).
/// </summary>
[Recurrence]
public partial struct Lstm
{
    [State] Tensor<Unit> y;
    [State] Tensor<Unit> c;

    /// <summary>One token.</summary>
    /// <param name="x">Projected input of the gates input, forget, cell, output, [B, T, H, 4, D].</param>
    /// <param name="recurrent">Recurrent matrices, [H, D (previous), 4, D].</param>
    /// <param name="bias">Biases, [H, 4, D].</param>
    /// <returns>The output y, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<LstmGate, Unit> x,
        [Shared(Across.Time)] Tensor<PreviousUnit, LstmGate, Unit> recurrent,
        [Shared(Across.Time)] Tensor<LstmGate, Unit> bias)
    {
        var raw = x + Dot(y.As<PreviousUnit>(), recurrent) + bias;
        c = Sigmoid(raw[1]) * c + Sigmoid(raw[0]) * Tanh(raw[2]);
        y = Sigmoid(raw[3]) * Tanh(c);
        return y;
    }
}
