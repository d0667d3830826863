namespace ModelDsl.Layers;

/// <summary>
/// One layer of long short-term memory, input projection included, with the parameters of torch.nn.LSTM.
/// Hochreiter and Schmidhuber 1997, "Long Short-Term Memory".
/// </summary>
[Recurrence]
public partial struct ProjectedLstm
{
    [State] Tensor<Unit> h;
    [State] Tensor<Unit> c;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, I].</param>
    /// <param name="inputWeight">Input projection of the gates input, forget, cell, output, [H, 4, D, I].</param>
    /// <param name="recurrentWeight">Recurrent matrices, [H, 4, D, D (previous)].</param>
    /// <param name="inputBias">Biases of the input projection, [H, 4, D].</param>
    /// <param name="recurrentBias">Biases of the recurrent matrices, [H, 4, D].</param>
    /// <returns>The output h, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<LstmGate, Unit, Feature> inputWeight,
        [Shared(Across.Time)] Tensor<LstmGate, Unit, PreviousUnit> recurrentWeight,
        [Shared(Across.Time)] Tensor<LstmGate, Unit> inputBias,
        [Shared(Across.Time)] Tensor<LstmGate, Unit> recurrentBias)
    {
        var raw = Dot(x, inputWeight) + inputBias + Dot(h.As<PreviousUnit>(), recurrentWeight) + recurrentBias;
        c = Sigmoid(raw[1]) * c + Sigmoid(raw[0]) * Tanh(raw[2]);
        h = Sigmoid(raw[3]) * Tanh(c);
        return h;
    }
}
