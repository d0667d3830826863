namespace ModelDsl.Layers;

/// <summary>
/// DSS in its softmax form, one channel: a kernel that is normalised over the length of the sequence, so that eigenvalues may lie in either half-plane. All channels
/// share them; heads are the channels.
/// Gupta et al. 2022, "Diagonal State Spaces are as Effective as Structured State Spaces" (arXiv:2203.14343).
/// </summary>
[Recurrence(Require = Mode.Convolution)]
public partial struct DssSoftmax
{
    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="logStep">Logarithm of the step size, [C].</param>
    /// <param name="lambda">Eigenvalues, [N].</param>
    /// <param name="w">Readout, [C, N].</param>
    /// <param name="skip">Skip weight, [C].</param>
    /// <param name="lag">How many tokens ago.</param>
    /// <param name="length">The length that the kernel is made for.</param>
    /// <returns>The output, [B, T, C].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Scalar logStep,
        [Shared(Across.Time | Across.Heads)] ComplexTensor<N> lambda,
        [Shared(Across.Time)] ComplexTensor<N> w,
        [Shared(Across.Time)] Scalar skip,
        [Lag] Scalar lag,
        [SequenceLength] Scalar length)
    {
        var dtLambda = Exp(logStep) * lambda;

        // What grows is largest at the last lag, and is counted from there; as in the authors' code, the gradient takes that point as given.
        var grows = lambda.Re > 0;
        var peak = Complex(Detach(grows * dtLambda.Re), Detach(grows * dtLambda.Im)) * (length - 1);
        var decaying = (1 - 2 * grows) * dtLambda;
        var sum = ExpMinusOne(decaying * length) * lambda;
        var weight = w * ExpMinusOne(decaying) * Conjugate(sum) / (SquaredAbs(sum) + 1e-7);
        var kernel = Sum((weight * Exp(dtLambda * lag - peak)).Re);
        return Convolve(x, kernel) + skip * x;
    }
}
