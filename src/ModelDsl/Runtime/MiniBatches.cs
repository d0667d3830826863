namespace ModelDsl;

/// <summary>Where mini-batches begin: every <paramref name="Size"/> tokens from the first of a sequence on.</summary>
/// <param name="Size">Tokens per mini-batch; 0 if the recurrence knows none.</param>
/// <param name="First">The position of a call's first token in its mini-batch.</param>
public readonly record struct MiniBatches(int Size, int First)
{
    /// <summary>The mini-batches of a call.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="options">The call's options.</param>
    /// <exception cref="ArgumentException">The options ask for mini-batches of a recurrence that knows none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size or the first token is negative.</exception>
    public static MiniBatches Of(RecurrenceDescription description, RunOptions options)
    {
        if (options.MiniBatch < 0)
        {
            throw TooSmall(description, options.MiniBatch);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstToken, nameof(options));
        if (description.MiniBatch == 0)
        {
            return options.MiniBatch == 0
                ? default
                : throw NoMiniBatches(description, options.MiniBatch);
        }

        int size = options.MiniBatch > 0 ? options.MiniBatch : description.MiniBatch;
        return new(size, (int)(options.FirstToken % size));
    }

    /// <summary>The position in its mini-batch of a token of the call.</summary>
    public int IndexOf(int token) => Size == 0 ? 0 : (int)(((long)First + token) % Size);

    /// <summary>Whether a token of the call is the first of its mini-batch.</summary>
    public bool BeginAt(int token) => Size > 0 && IndexOf(token) == 0;

    // Apart from Of: what is thrown is made where it is thrown, and decoding a token allocates nothing.
    private static ArgumentOutOfRangeException TooSmall(RecurrenceDescription description, int size) => new(
        "options", size, $"A mini-batch of {size} tokens was asked of {description.Name}, but it has at least one; 0 leaves it to the recurrence.");

    private static ArgumentException NoMiniBatches(RecurrenceDescription description, int size) => new(
        $"{description.Name} reads no state as it stood at the start of a mini-batch, so a mini-batch of {size} tokens means nothing to it. Leave it out.");
}
