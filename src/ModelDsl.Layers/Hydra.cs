namespace ModelDsl.Layers;

/// <summary>
/// Hydra's quasiseparable mixer: a state-space model in both directions, each a token late, and a diagonal for the token itself.
/// Hwang et al. 2024, "Hydra: Bidirectional State Space Models Through Generalized Matrix Mixers" (arXiv:2407.09941).
/// </summary>
public static class Hydra
{
    /// <summary>The combination; the backward direction has step sizes of its own.</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<HydraForward>())
            .Bidirectional(on(RecurrenceHandle.Of<HydraBackward>()).Delayed(), separate: ["delta"])
            .Named(nameof(Hydra)));
}
