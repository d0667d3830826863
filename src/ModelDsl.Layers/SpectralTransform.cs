namespace ModelDsl.Layers;

/// <summary>
/// A spectral transform unit: inputs filtered by the top eigenvectors of a Hankel matrix, the last inputs and the last outputs, mixed.
/// Agarwal et al. 2023, "Spectral State Space Models" (arXiv:2312.06837).
/// </summary>
[Recurrence]
public partial struct SpectralTransform
{
    [State] Tensor<Lag, Feature> history;
    [State] Tensor<Recent, Feature> recent;
    [State] Tensor<Order, Unit> before;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, 1, D].</param>
    /// <param name="eigenvalues">Of the Hankel matrix, [1, K].</param>
    /// <param name="eigenvectors">Of the Hankel matrix, [1, T, K].</param>
    /// <param name="spectral">What is made of the filtered inputs, two tokens late, [1, K, D, O].</param>
    /// <param name="inputs">What is made of the last inputs, [1, Ku, D, O].</param>
    /// <param name="outputs">What is made of the last outputs, [1, Ky, O, O]: of which, for which.</param>
    /// <returns>[B, T, 1, O].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Filter> eigenvalues,
        [Shared(Across.Time)] Tensor<Lag, Filter> eigenvectors,
        [Shared(Across.Time)] Tensor<Filter, Feature, Unit> spectral,
        [Shared(Across.Time)] Tensor<Recent, Feature, Unit> inputs,
        [Shared(Across.Time)] Tensor<Order, PreviousUnit, Unit> outputs)
    {
        // The history still lacks this token, and its first element is skipped: that makes two tokens.
        var filtered = Sqrt(Sqrt(eigenvalues)) * Dot(eigenvectors, Shift(history, Over<Lag>(), -1));
        history = Push(history, x);
        recent = Push(recent, x);
        var y = Sum(Sum(spectral * filtered, Over<Filter>()), Over<Feature>())
            + Sum(Sum(inputs * recent, Over<Recent>()), Over<Feature>())
            + Sum(Sum(outputs * Rename(before, FromTo<Unit, PreviousUnit>()), Over<Order>()), Over<PreviousUnit>());
        before = Push(before, y);
        return y;
    }
}
