namespace ModelDsl.Layers;

/// <summary>
/// <see cref="DssExp"/> with one step size for decay and another for rotation.
/// Gupta et al. 2022, "Diagonal State Spaces are as Effective as Structured State Spaces" (arXiv:2203.14343).
/// </summary>
[Recurrence]
public partial struct DssExpSeparateSteps
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. The eigenvalues are -exp(logRate) + i frequency.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="logDecayStep">Logarithm of the step size of the decay, [C].</param>
    /// <param name="logRotationStep">Logarithm of the step size of the rotation, [C].</param>
    /// <param name="logRate">Logarithm of the decay rates, [N].</param>
    /// <param name="frequency">Frequencies, [N].</param>
    /// <param name="w">Readout, [C, N].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Scalar logDecayStep,
        [Shared(Across.Time)] Scalar logRotationStep,
        [Shared(Across.Time | Across.Heads)] Tensor<N> logRate,
        [Shared(Across.Time | Across.Heads)] Tensor<N> frequency,
        [Shared(Across.Time)] ComplexTensor<N> w,
        [Shared(Across.Time)] Scalar skip)
    {
        var a = Complex(-Exp(logRate), frequency);
        var dtA = Complex(Exp(logDecayStep) * a.Re, Exp(logRotationStep) * a.Im);
        h = Exp(dtA) * h + x;
        var readout = w * ExpMinusOne(dtA) * Conjugate(a) / Max(SquaredAbs(a), 1e-7);
        return Dot(readout, h).Re + skip * x;
    }
}
