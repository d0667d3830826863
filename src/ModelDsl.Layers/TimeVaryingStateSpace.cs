namespace ModelDsl.Layers;

/// <summary>
/// A state space whose transition every token brings along: HiPPO-LegS with any rule (Gu et al. 2020, arXiv:2008.07669), a Kalman filter's steps, a
/// linearised system.
/// </summary>
[Recurrence]
public partial struct TimeVaryingStateSpace
{
    [State] Tensor<N> c;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="a">The token's transition, [B, T, N, N (previous)].</param>
    /// <param name="b">The token's input map, [B, T, N].</param>
    /// <returns>The state c, [B, T, H, N].</returns>
    public Tensor<N> Step(Scalar x, [Shared(Across.Heads)] Tensor<N, PreviousN> a, [Shared(Across.Heads)] Tensor<N> b)
    {
        c = Dot(a, c.As<PreviousN>()) + b * x;
        return c;
    }
}
