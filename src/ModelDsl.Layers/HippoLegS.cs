namespace ModelDsl.Layers;

/// <summary>
/// HiPPO-LegS: a memory of the whole past, as coefficients of Legendre polynomials that stretch with it. Its system shrinks as time goes on: A / (t + 1), with
/// Euler's rule. Gu et al. 2020, "HiPPO: Recurrent Memory with Optimal Polynomial Projections" (arXiv:2008.07669).
/// </summary>
/// <remarks>Euler's rule is unstable for the first N or so tokens; <see cref="TimeVaryingStateSpace"/> takes steps of any other rule.</remarks>
[Recurrence]
public partial struct HippoLegS
{
    [State] Tensor<N> c;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="a">Transition in continuous time, [N, N (previous)].</param>
    /// <param name="b">Input map in continuous time, [N].</param>
    /// <param name="t">The position of the token.</param>
    /// <returns>The coefficients c, [B, T, H, N].</returns>
    public Tensor<N> Step(
        Scalar x,
        [Shared(Across.Time | Across.Heads)] Tensor<N, PreviousN> a,
        [Shared(Across.Time | Across.Heads)] Tensor<N> b,
        [TokenIndex] Scalar t)
    {
        c += (Dot(a, c.As<PreviousN>()) + b * x) / (t + 1);
        return c;
    }
}
