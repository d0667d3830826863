namespace ModelDsl.Layers;

/// <summary>
/// xLSTM's scalar memory: an LSTM with exponential gates, a normaliser and a stabiliser, and a recurrent matrix per head; the input comes
/// already projected. Beck et al. 2024, "xLSTM" (arXiv:2405.04517), as in Poeppel et al. 2024, "FlashRNN" (arXiv:2412.07752).
/// </summary>
[Recurrence]
public partial struct SLstm
{
    [State] Tensor<Unit> y;
    [State] Tensor<Unit> c;
    [State] Tensor<Unit> n;
    [State] Tensor<Unit> m;

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
        var logInput = raw[0];
        var logForget = LogSigmoid(raw[1]) + m;

        // An all-zero normaliser is one that holds nothing yet (after any token it is at least 1): then the stabiliser starts anew.
        var stabiliser = Where(EqualTo(Sum(Abs(n)), 0), logInput, Max(logInput, logForget));
        var input = Exp(logInput - stabiliser);
        var forget = Exp(logForget - stabiliser);

        c = forget * c + input * Tanh(raw[2]);
        n = Max(forget * n + input, 1);
        m = stabiliser;
        y = Sigmoid(raw[3]) * c / n;
        return y;
    }
}
