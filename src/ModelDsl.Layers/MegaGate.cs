namespace ModelDsl.Layers;

/// <summary>What follows the moving averages of <see cref="BidirectionalMegaEma"/>: a skip and an activation.</summary>
[Recurrence]
public partial struct MegaGate
{
    /// <summary>One token.</summary>
    /// <param name="average">The average, [B, T, C].</param>
    /// <param name="x">Input, [B, T, C].</param>
    /// <param name="omega">Skip weight, [C].</param>
    /// <returns>The layer's output, [B, T, C].</returns>
    public Scalar Step(Scalar average, Scalar x, [Shared(Across.Time)] Scalar omega) => SiLU(average + omega * x);
}
