namespace ModelDsl.Layers;

/// <summary>
/// Hrrformer's attention: keys are bound to values in one vector for the whole sequence, and a token's value counts for as much as its query finds of it there. Not causal: three
/// runs over the sequence.
/// Alam et al. 2023, "Recasting Self-Attention with Holographic Reduced Representations" (arXiv:2305.19534).
/// </summary>
public static class HrrAttention
{
    /// <summary>The combination.</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<HrrRead>())
            .WithPrefix(on(RecurrenceHandle.Of<HrrNormaliser>()).WithPrefix(on(RecurrenceHandle.Of<HrrBindings>())))
            .Named(nameof(HrrAttention)));
}
