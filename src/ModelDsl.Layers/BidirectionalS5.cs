namespace ModelDsl.Layers;

/// <summary>
/// S5 in both directions, which share all but their readout; the skip is the forward direction's.
/// Smith et al. 2023, "Simplified State Space Layers for Sequence Modeling" (arXiv:2208.04933).
/// </summary>
public static class BidirectionalS5
{
    /// <summary>The combination. The skip weight of the backward direction is to be zero.</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<S5>()).Bidirectional(separate: ["cRe", "cIm", "skip"]).Named(nameof(BidirectionalS5)));
}
