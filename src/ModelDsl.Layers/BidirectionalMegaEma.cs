namespace ModelDsl.Layers;

/// <summary>
/// Mega's moving average in both directions, each with parameters of its own, and with the token itself in both.
/// Ma et al. 2022, "Mega: Moving Average Equipped Gated Attention" (arXiv:2209.10655).
/// </summary>
public static class BidirectionalMegaEma
{
    /// <summary>The combination.</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<MegaAverage>())
            .Bidirectional(separate: ["delta", "alpha", "beta", "gamma"])
            .Then(on(RecurrenceHandle.Of<MegaGate>()))
            .Named(nameof(BidirectionalMegaEma)));
}
