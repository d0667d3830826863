namespace ModelDsl.Layers;

/// <summary>
/// H3's shift SSM: what comes in moves on by one place a token, so that the state is a window of the past.
/// Fu et al. 2023, "Hungry Hungry Hippos" (arXiv:2212.14052).
/// </summary>
[Recurrence]
public partial struct ShiftStateSpace
{
    [State] Tensor<N> s;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="b">Input map, [H, N].</param>
    /// <param name="c">Readout, [H, N].</param>
    /// <returns>Output, [B, T, H].</returns>
    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<N> b, [Shared(Across.Time)] Tensor<N> c)
    {
        s = Shift(s, 1) + b * x;
        return Dot(c, s);
    }
}
