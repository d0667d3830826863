namespace ModelDsl.Layers;

/// <summary>
/// Prefix linear attention (JRT): linear attention whose memories begin with all of a prefix, which every token sees, also those inside it; keys and values of the prefix have projections of their own.
/// Arora et al. 2024, "Just Read Twice: Closing the Recall Gap for Recurrent Language Models" (arXiv:2407.05483).
/// </summary>
public static class PrefixLinearAttention
{
    /// <summary>The attention after a prefix.</summary>
    /// <param name="tokens">Tokens of the prefix: the first ones of every sequence.</param>
    public static RecurrenceHandle After(int tokens) => RecurrenceHandle.Combined(on =>
        on(RecurrenceHandle.Of<TaylorAttention>()).WithPrefix(on(RecurrenceHandle.Of<TaylorMemory>()), tokens).Named(nameof(PrefixLinearAttention)));
}
