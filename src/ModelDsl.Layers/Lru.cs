namespace ModelDsl.Layers;

/// <summary>
/// The linear recurrent unit: a diagonal complex recurrence over the features of a layer, with eigenvalues in the unit disc.
/// Orvieto et al. 2023, "Resurrecting Recurrent Neural Networks for Long Sequences" (arXiv:2303.06349).
/// </summary>
[Recurrence]
public partial struct Lru
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. F is the number of features, N that of complex states.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="nuLog">Logarithm of the decay rate, [N]: the eigenvalue's modulus is exp(-exp(nuLog)).</param>
    /// <param name="thetaLog">Logarithm of the eigenvalue's phase, [N].</param>
    /// <param name="gammaLog">Logarithm of the input's normalization, [N].</param>
    /// <param name="b">Input map, [N, F].</param>
    /// <param name="c">Readout, [F, N].</param>
    /// <param name="skip">Skip weight, [F].</param>
    /// <returns>The output, [B, T, F].</returns>
    public Tensor<Feature> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<N> nuLog,
        [Shared(Across.Time)] Tensor<N> thetaLog,
        [Shared(Across.Time)] Tensor<N> gammaLog,
        [Shared(Across.Time)] ComplexTensor<N, Feature> b,
        [Shared(Across.Time)] ComplexTensor<Feature, N> c,
        [Shared(Across.Time)] Tensor<Feature> skip)
    {
        var lambda = Exp(Complex(-Exp(nuLog), Exp(thetaLog)));
        h = lambda * h + Exp(gammaLog) * Dot(b, x);
        return Dot(c, h).Re + skip * x;
    }
}
