namespace ModelDsl.Layers;

/// <summary>
/// <see cref="S5"/>, discretized by the bilinear transform.
/// Smith et al. 2023, "Simplified State Space Layers for Sequence Modeling" (arXiv:2208.04933).
/// </summary>
[Recurrence]
public partial struct S5Bilinear
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. F is the number of features, N that of complex states.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="lambda">Eigenvalues, [N].</param>
    /// <param name="b">Input map, [N, F].</param>
    /// <param name="c">Readout, [F, N].</param>
    /// <param name="skip">Skip weight, [F].</param>
    /// <param name="logStep">Logarithm of the step sizes, [N].</param>
    /// <returns>The output, [B, T, F].</returns>
    public Tensor<Feature> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] ComplexTensor<N> lambda,
        [Shared(Across.Time)] ComplexTensor<N, Feature> b,
        [Shared(Across.Time)] ComplexTensor<Feature, N> c,
        [Shared(Across.Time)] Tensor<Feature> skip,
        [Shared(Across.Time)] Tensor<N> logStep)
    {
        var dt = Exp(logStep);
        var half = 0.5 * dt * lambda;

        // (1 + half) / (1 - half), whose digits count where it is close to 1.
        h = (1 + 2 * half / (1 - half)) * h + dt / (1 - half) * Dot(b, x);
        return 2 * Dot(c, h).Re + skip * x;
    }
}
