namespace ModelDsl.Layers;

/// <summary>
/// Mega's moving average in both directions, each with parameters of its own, and with the token itself in both.
/// Ma et al. 2022, "Mega: Moving Average Equipped Gated Attention" (arXiv:2209.10655).
/// </summary>
public static class BidirectionalMegaEma
{
    /// <summary>The combination: the average of later tokens, then everything else. Parameters of the backward direction end with "Backward".</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<MegaAverage>())
            .Renamed(("output", "future"), ("h", "hBackward"), ("delta", "deltaBackward"), ("alpha", "alphaBackward"), ("beta", "betaBackward"), ("gamma", "gammaBackward"))
            .Reversed()
            .Then(on(RecurrenceHandle.Of<MegaEmaWithFuture>()))
            .Named(nameof(BidirectionalMegaEma)));
}
