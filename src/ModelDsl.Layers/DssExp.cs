namespace ModelDsl.Layers;

/// <summary>
/// DSS in its exp form, one channel: a diagonal complex state-space model whose eigenvalues all channels share. Heads are the channels.
/// Gupta et al. 2022, "Diagonal State Spaces are as Effective as Structured State Spaces" (arXiv:2203.14343).
/// </summary>
[Recurrence]
public partial struct DssExp
{
    [State] ComplexTensor<N> h;

    /// <summary>One token. The eigenvalues are -exp(logRate) + i frequency.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="logStep">Logarithm of the step size, [C].</param>
    /// <param name="logRate">Logarithm of the decay rates, [N].</param>
    /// <param name="frequency">Frequencies, [N].</param>
    /// <param name="w">Readout, [C, N].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Scalar logStep,
        [Shared(Across.Time | Across.Heads)] Tensor<N> logRate,
        [Shared(Across.Time | Across.Heads)] Tensor<N> frequency,
        [Shared(Across.Time)] ComplexTensor<N> w,
        [Shared(Across.Time)] Scalar skip)
    {
        var a = Complex(-Exp(logRate), frequency);
        var dtA = Exp(logStep) * a;
        h = Exp(dtA) * h + x;
        var readout = w * ExpMinusOne(dtA) * Conjugate(a) / Max(SquaredAbs(a), 1e-7);
        return Dot(readout, h).Re + skip * x;
    }
}
