namespace ModelDsl;

/// <summary>The length that the kernels of a convolution are made for (<see cref="SequenceLengthAttribute"/>).</summary>
public static class SequenceLengths
{
    /// <summary>The length of a sequence of a call.</summary>
    /// <param name="description">The recurrence, or the layer that is a convolution.</param>
    /// <param name="options">The call's options.</param>
    /// <param name="tokens">Tokens of the sequence.</param>
    /// <exception cref="ArgumentException">The options ask for a length of what has no kernels, or for a convolution to go on where another call stopped.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sequence is longer than the length.</exception>
    public static int Of(RecurrenceDescription description, RunOptions options, int tokens)
    {
        if (!description.IsConvolution)
        {
            return options.SequenceLength == 0
                ? tokens
                : throw new ArgumentException(
                    $"{description.Name} is no convolution with given kernels, so a sequence length of {options.SequenceLength} means nothing to it. Leave it out.");
        }

        if (options.FirstToken != 0)
        {
            throw new ArgumentException(
                $"{description.Name} is a convolution, which carries no state from one call to the next: it cannot begin at token {options.FirstToken}. Pass the whole sequence.");
        }

        if (options.SequenceLength != 0 && options.SequenceLength < tokens)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.SequenceLength, $"A sequence of {description.Name} has {tokens} tokens, and SequenceLength must be at least as many (or 0: as many).");
        }

        return options.SequenceLength == 0 ? tokens : options.SequenceLength;
    }

    /// <summary>The period of kernels that are given by frequency: the length, plus one if that is odd.</summary>
    /// <param name="length">The length.</param>
    public static int Period(int length) => length + (length % 2);
}
