namespace ModelDsl.Layers;

/// <summary>
/// The spectral layer of Flash STU in its tensor-dot approximation: inputs are projected first, and each output has one filter, a mixture of
/// fixed ones. Liu et al. 2024, "Flash STU: Fast Spectral Transform Units" (arXiv:2409.10489).
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct FlashSpectralApproximation
{
    [State] Tensor<Lag, Unit> history;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, 1, D].</param>
    /// <param name="phi">The filters, [1, T, K]: top eigenvectors of a Hankel matrix, scaled.</param>
    /// <param name="weight">What each lag counts, [1, T]: 2 for even lags and 0 for odd ones, or 1 for all.</param>
    /// <param name="inputs">Input projection, [1, D, O].</param>
    /// <param name="filters">The mixture of filters of each output, [1, K, O].</param>
    /// <returns>[B, T, 1, O].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<Lag, Filter> phi,
        [Shared(Across.Time)] Tensor<Lag> weight,
        [Shared(Across.Time)] Tensor<Feature, Unit> inputs,
        [Shared(Across.Time)] Tensor<Filter, Unit> filters)
    {
        history = Push(history, Dot(x, inputs));
        return Sum(weight * Dot(phi, filters) * history, Over<Lag>());
    }
}
