namespace ModelDsl.Layers;

/// <summary>
/// <see cref="S4D"/>, discretized by the bilinear transform.
/// Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models" (arXiv:2206.11893).
/// </summary>
[Recurrence]
public partial struct S4DBilinear
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
        var dt = Exp(logStep);
        var half = 0.5 * dt * Complex(-Exp(logRate), -frequency);

        // (1 + half) / (1 - half), whose digits count where it is close to 1.
        h = (1 + 2 * half / (1 - half)) * h + dt * b / (1 - half) * x;
        return 2 * Dot(c, h).Re + skip * x;
    }
}
