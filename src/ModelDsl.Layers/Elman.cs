namespace ModelDsl.Layers;

/// <summary>
/// The simple recurrent network with a recurrent matrix per head; the input comes already projected.
/// Elman 1990, "Finding Structure in Time"; in this form: Poeppel et al. 2024, "FlashRNN" (arXiv:2412.07752).
/// </summary>
[Recurrence]
public partial struct Elman
{
    [State] Tensor<Unit> y;

    /// <summary>One token.</summary>
    /// <param name="x">Projected input, [B, T, H, D].</param>
    /// <param name="recurrent">Recurrent matrix, [H, D (previous), D].</param>
    /// <param name="bias">Bias, [H, D].</param>
    /// <returns>The output y, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<Unit> x,
        [Shared(Across.Time)] Tensor<PreviousUnit, Unit> recurrent,
        [Shared(Across.Time)] Tensor<Unit> bias)
    {
        y = Tanh(x + Dot(y.As<PreviousUnit>(), recurrent) + bias);
        return y;
    }
}
