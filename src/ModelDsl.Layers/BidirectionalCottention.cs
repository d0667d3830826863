namespace ModelDsl.Layers;

/// <summary>
/// Cottention without a causal mask: every token reads what all tokens have written.
/// Mongaras et al. 2024, "Cottention: Linear Transformers With Cosine Attention" (arXiv:2409.18747).
/// </summary>
public static class BidirectionalCottention
{
    /// <summary>The combination.</summary>
    public static RecurrenceHandle Recurrence { get; } = RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<CottentionRead>()).WithPrefix(on(RecurrenceHandle.Of<CottentionMemory>())).Named(nameof(BidirectionalCottention)));
}
