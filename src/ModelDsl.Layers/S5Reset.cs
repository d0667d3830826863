namespace ModelDsl.Layers;

/// <summary>
/// <see cref="S5"/> whose state is dropped where an episode begins. Lu et al. 2023, "Structured State Space Models for In-Context
/// Reinforcement Learning" (arXiv:2303.03982).
/// </summary>
[Recurrence]
public partial struct S5Reset
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. F is the number of features, N that of complex states.</summary>
    /// <param name="x">Input, [B, T, F].</param>
    /// <param name="reset">1 where an episode begins, else 0, [B, T]: the state is dropped before the token's input is added.</param>
    /// <param name="lambda">Eigenvalues, [N].</param>
    /// <param name="b">Input map, [N, F].</param>
    /// <param name="c">Readout, [F, N].</param>
    /// <param name="skip">Skip weight, [F].</param>
    /// <param name="logStep">Logarithm of the step sizes, [N].</param>
    /// <returns>The output, [B, T, F].</returns>
    public Tensor<Feature> Step(
        Tensor<Feature> x,
        Scalar reset,
        [Shared(Across.Time)] ComplexTensor<N> lambda,
        [Shared(Across.Time)] ComplexTensor<N, Feature> b,
        [Shared(Across.Time)] ComplexTensor<Feature, N> c,
        [Shared(Across.Time)] Tensor<Feature> skip,
        [Shared(Across.Time)] Tensor<N> logStep)
    {
        var dtLambda = Exp(logStep) * lambda;
        h = Where(reset, 0, 1) * Exp(dtLambda) * h + ExpMinusOne(dtLambda) / lambda * Dot(b, x);
        return 2 * Dot(c, h).Re + skip * x;
    }
}
