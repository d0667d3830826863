namespace ModelDsl.Layers;

/// <summary>
/// S4: a state space whose transition is diagonal but for a correction of rank two or less, with the trapezoidal rule. Complex numbers as pairs, one of each pair of
/// conjugates: a number that stands for both adds twice its real part. Gu et al. 2022, "Efficiently Modeling Long Sequences with Structured State Spaces"
/// (arXiv:2111.00396).
/// </summary>
/// <remarks>
/// A = diag(lambda) - p p^* - r r^*. A step solves (I - dt/2 A) (s' - s) = dt (A s + B x) with the inverse of the diagonal part and Woodbury's identity, which
/// leaves two equations for the two products with p and r.
/// </remarks>
[Recurrence]
public partial struct S4
{
    [State] Tensor<N> sRe;
    [State] Tensor<N> sIm;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="logStep">The logarithm of dt, [H].</param>
    /// <param name="aReal">lambda = -exp(aReal) - i aImag, [H, N/2].</param>
    /// <param name="aImag">The same.</param>
    /// <param name="pRe">The first vector of the correction, [H, N/2].</param>
    /// <param name="pIm">Its imaginary part.</param>
    /// <param name="rRe">The second vector, zero for a correction of rank one, [H, N/2].</param>
    /// <param name="rIm">Its imaginary part.</param>
    /// <param name="bRe">Input map, [H, N/2].</param>
    /// <param name="bIm">Its imaginary part.</param>
    /// <param name="cRe">Readout, [H, N/2].</param>
    /// <param name="cIm">Its imaginary part.</param>
    /// <param name="skip">D, [H].</param>
    /// <returns>Output, [B, T, H].</returns>
    public Scalar Step(
        Scalar x,
        [Shared(Across.Time)] Scalar logStep,
        [Shared(Across.Time)] Tensor<N> aReal,
        [Shared(Across.Time)] Tensor<N> aImag,
        [Shared(Across.Time)] Tensor<N> pRe,
        [Shared(Across.Time)] Tensor<N> pIm,
        [Shared(Across.Time)] Tensor<N> rRe,
        [Shared(Across.Time)] Tensor<N> rIm,
        [Shared(Across.Time)] Tensor<N> bRe,
        [Shared(Across.Time)] Tensor<N> bIm,
        [Shared(Across.Time)] Tensor<N> cRe,
        [Shared(Across.Time)] Tensor<N> cIm,
        [Shared(Across.Time)] Scalar skip)
    {
        Scalar step = Exp(logStep), half = 0.5 * step;
        Tensor<N> lambdaRe = -half * Exp(aReal), lambdaIm = -half * aImag;

        // d = 1 / (1 - dt/2 lambda), and d times the vectors of the correction.
        Tensor<N> size = Square(1 - lambdaRe) + Square(lambdaIm);
        Tensor<N> dRe = (1 - lambdaRe) / size, dIm = lambdaIm / size;
        Tensor<N> dpRe = dRe * pRe - dIm * pIm, dpIm = dRe * pIm + dIm * pRe;
        Tensor<N> drRe = dRe * rRe - dIm * rIm, drIm = dRe * rIm + dIm * rRe;
        Scalar pp = 1 + step * Product(pRe, pIm, dpRe, dpIm), pr = step * Product(pRe, pIm, drRe, drIm);
        Scalar rp = step * Product(rRe, rIm, dpRe, dpIm), rr = 1 + step * Product(rRe, rIm, drRe, drIm);

        // The change dt (A s + B x), which keeps the digits of a state that changes little, and that with the diagonal part solved.
        Tensor<N> rateRe = 2 * lambdaRe, rateIm = 2 * lambdaIm;
        Scalar twice = 2 * step;
        Scalar ps = twice * Product(pRe, pIm, sRe, sIm), rs = twice * Product(rRe, rIm, sRe, sIm);
        Tensor<N> wRe = rateRe * sRe - rateIm * sIm - pRe * ps - rRe * rs + bRe * (step * x);
        Tensor<N> wIm = rateRe * sIm + rateIm * sRe - pIm * ps - rIm * rs + bIm * (step * x);
        Tensor<N> dwRe = dRe * wRe - dIm * wIm, dwIm = dRe * wIm + dIm * wRe;
        Scalar pw = Product(pRe, pIm, dwRe, dwIm), rw = Product(rRe, rIm, dwRe, dwIm);

        // Cramer's rule for the products of the solved change with p and r.
        Scalar scale = step / (pp * rr - pr * rp);
        Scalar pNext = (rr * pw - pr * rw) * scale, rNext = (pp * rw - rp * pw) * scale;
        sRe += dwRe - dpRe * pNext - drRe * rNext;
        sIm += dwIm - dpIm * pNext - drIm * rNext;
        return 2 * (Dot(cRe, sRe) - Dot(cIm, sIm)) + skip * x;
    }

    /// <summary>The real part of conj(a) . b: half of what a pair of conjugates makes of it, where dt/2 becomes dt.</summary>
    private static Scalar Product(Tensor<N> aRe, Tensor<N> aIm, Tensor<N> bRe, Tensor<N> bIm) => Dot(aRe, bRe) + Dot(aIm, bIm);
}
