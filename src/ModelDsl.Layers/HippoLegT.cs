namespace ModelDsl.Layers;

/// <summary>
/// HiPPO-LegT, the Legendre memory unit's memory: the last tokens, as coefficients of Legendre polynomials over a window. The system comes already discretised.
/// Voelker et al. 2019, "Legendre Memory Units"; Gu et al. 2020, "HiPPO" (arXiv:2008.07669).
/// </summary>
[Recurrence]
public partial struct HippoLegT
{
    [State] Tensor<N> c;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="a">Transition of a step, [N, N (previous)].</param>
    /// <param name="b">Input map of a step, [N].</param>
    /// <returns>The coefficients c, [B, T, H, N].</returns>
    public Tensor<N> Step(Scalar x, [Shared(Across.Time | Across.Heads)] Tensor<N, PreviousN> a, [Shared(Across.Time | Across.Heads)] Tensor<N> b)
    {
        c = Dot(a, c.As<PreviousN>()) + b * x;
        return c;
    }
}
