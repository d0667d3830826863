namespace ModelDsl.Layers;

/// <summary>
/// S4D, one channel: a diagonal complex state-space model, discretized by zero-order hold. Heads are the channels; one of each conjugate pair
/// of states is kept. Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models" (arXiv:2206.11893).
/// </summary>
[Recurrence]
public partial struct S4D
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. The eigenvalues are -exp(logRate) - i frequency.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="logStep">Logarithm of the step size, [C].</param>
    /// <param name="logRate">Logarithm of the decay rates, [C, N].</param>
    /// <param name="frequency">Frequencies, [C, N].</param>
    /// <param name="b">Input map, [C, N].</param>
    /// <param name="c">Readout, [C, N].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Scalar logStep,
        [Shared(Across.Time)] Tensor<N> logRate,
        [Shared(Across.Time)] Tensor<N> frequency,
        [Shared(Across.Time)] ComplexTensor<N> b,
        [Shared(Across.Time)] ComplexTensor<N> c,
        [Shared(Across.Time)] Scalar skip)
    {
        var a = Complex(-Exp(logRate), -frequency);
        var dtA = Exp(logStep) * a;
        h = Exp(dtA) * h + b * ExpMinusOne(dtA) / a * x;
        return 2 * Dot(c, h).Re + skip * x;
    }
}
