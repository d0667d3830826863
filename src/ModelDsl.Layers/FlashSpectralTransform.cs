namespace ModelDsl.Layers;

/// <summary>
/// The spectral layer of Flash STU: inputs are filtered by fixed filters, also with alternating signs, and mixed.
/// Liu et al. 2024, "Flash STU: Fast Spectral Transform Units" (arXiv:2409.10489).
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct FlashSpectralTransform
{
    [State] Tensor<Lag, Feature> history;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, 1, D].</param>
    /// <param name="phi">The filters, [1, T, K]: top eigenvectors of a Hankel matrix, scaled.</param>
    /// <param name="sign">1 for even lags, -1 for odd ones, [1, T].</param>
    /// <param name="plus">What is made of the filtered inputs, [1, K, D, O].</param>
    /// <param name="minus">What is made of those of alternating signs, [1, K, D, O].</param>
    /// <returns>[B, T, 1, O].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Lag, Filter> phi,
        [Shared(Across.Time)] Tensor<Lag> sign,
        [Shared(Across.Time)] Tensor<Filter, Feature, Unit> plus,
        [Shared(Across.Time)] Tensor<Filter, Feature, Unit> minus)
    {
        history = Push(history, x);
        var filtered = plus * Dot(phi, history) + minus * Dot(sign * phi, history);
        return Sum(Sum(filtered, Over<Filter>()), Over<Feature>());
    }
}
