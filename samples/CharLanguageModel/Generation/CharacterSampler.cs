using CharLanguageModel.Runtime;

namespace CharLanguageModel.Generation;

/// <summary>Draws a character from logits.</summary>
/// <param name="temperature">Divides the logits; 0 takes the likeliest character.</param>
/// <param name="topK">Only this many of the likeliest characters can be drawn; 0 means all.</param>
/// <param name="random">The source of chance.</param>
internal sealed class CharacterSampler(double temperature, int topK, DeterministicRandom random)
{
    /// <summary>Draws from logits, one per character. Equal logits are taken in the order of the characters.</summary>
    public int Draw(ReadOnlySpan<float> logits)
    {
        Span<int> order = stackalloc int[logits.Length];
        Span<float> sorted = stackalloc float[logits.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            sorted[i] = logits[i];
        }

        SortDescending(sorted, order);
        if (temperature <= 0)
        {
            return order[0];
        }

        var candidates = topK > 0 ? Math.Min(topK, order.Length) : order.Length;
        Span<double> weights = stackalloc double[candidates];
        var total = 0.0;
        for (var i = 0; i < candidates; i++)
        {
            weights[i] = Math.Exp((sorted[i] - sorted[0]) / temperature);
            total += weights[i];
        }

        var point = random.NextDouble() * total;
        for (var i = 0; i < candidates; i++)
        {
            point -= weights[i];
            if (point < 0)
            {
                return order[i];
            }
        }

        return order[candidates - 1];
    }

    // Insertion sort: stable, and no allocation for the few dozen characters of a vocabulary.
    private static void SortDescending(Span<float> keys, Span<int> items)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var (key, item) = (keys[i], items[i]);
            var j = i;
            for (; j > 0 && keys[j - 1] < key; j--)
            {
                (keys[j], items[j]) = (keys[j - 1], items[j - 1]);
            }

            (keys[j], items[j]) = (key, item);
        }
    }
}
