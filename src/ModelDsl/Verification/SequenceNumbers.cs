namespace ModelDsl;

/// <summary>
/// The numbers of a call, row-major: what goes in (inputs, initial states, gradients of outputs and of final states), or what comes out
/// (outputs, final states, gradients of inputs and of initial states).
/// </summary>
internal sealed record SequenceNumbers(float[][] Inputs, float[][] InitialStates, float[][] Outputs, float[][] FinalStates)
{
    /// <summary>Those of one packed sequence; what does not depend on time is whole.</summary>
    public SequenceNumbers Segment(RecurrenceDescription description, SequenceOffsets offsets, int segment) => new(
        [.. Inputs.Select((values, i) => IsParameter(description, i) ? values : Tokens(values, offsets, segment))],
        [.. InitialStates.Select(values => Row(values, offsets, segment))],
        [.. Outputs.Select(values => Tokens(values, offsets, segment))],
        [.. FinalStates.Select(values => Row(values, offsets, segment))]);

    /// <summary>The same with NaN for all tokens and states of the segments that are not kept.</summary>
    public SequenceNumbers Poisoned(RecurrenceDescription description, SequenceOffsets offsets, Func<int, bool> keep)
    {
        SequenceNumbers copy = new(Copy(Inputs), Copy(InitialStates), Copy(Outputs), Copy(FinalStates));
        for (int s = 0; s < offsets.Count; s++)
        {
            if (keep(s))
            {
                continue;
            }

            for (int i = 0; i < copy.Inputs.Length; i++)
            {
                Poison(IsParameter(description, i) ? [] : TokensOf(copy.Inputs[i], offsets, s));
            }

            foreach (float[] values in copy.Outputs)
            {
                Poison(TokensOf(values, offsets, s));
            }

            foreach (float[] values in copy.InitialStates.Concat(copy.FinalStates))
            {
                Poison(RowOf(values, offsets, s));
            }
        }

        return copy;

        static void Poison(Span<float> values) => values.Fill(float.NaN);
    }

    /// <summary>
    /// Two sequences as a batch, the shorter one with tokens of the longer one after its own: padding, of which nothing is asked, neither by a gradient of its
    /// outputs nor by one of final states.
    /// </summary>
    public static SequenceNumbers Padded(RecurrenceDescription description, SequenceNumbers longer, SequenceNumbers shorter) => new(
        [.. longer.Inputs.Select((values, i) => IsParameter(description, i) ? values : [.. values, .. shorter.Inputs[i], .. values.AsSpan(shorter.Inputs[i].Length)])],
        [.. longer.InitialStates.Select((values, i) => (float[])[.. values, .. shorter.InitialStates[i]])],
        [.. longer.Outputs.Select((values, i) => (float[])[.. values, .. shorter.Outputs[i], .. new float[values.Length - shorter.Outputs[i].Length]])],
        [.. longer.FinalStates.Select(values => new float[2 * values.Length])]);

    /// <summary>The part of the batch that a sequence of <see cref="Padded"/> is, less its padding.</summary>
    /// <param name="description">The recurrence.</param>
    /// <param name="row">Which of both.</param>
    /// <param name="share">Its tokens, of those of the batch's row.</param>
    public SequenceNumbers Unpadded(RecurrenceDescription description, int row, (int Tokens, int Of) share)
    {
        return new(
            [.. Inputs.Select((values, i) => IsParameter(description, i) ? values : Cut(values))],
            [.. InitialStates.Select(Half)],
            [.. Outputs.Select(Cut)],
            [.. FinalStates.Select(Half)]);

        float[] Half(float[] values) => values.AsSpan(row * (values.Length / 2), values.Length / 2).ToArray();

        float[] Cut(float[] values) => Half(values)[..(values.Length / 2 / share.Of * share.Tokens)];
    }

    public static bool IsParameter(RecurrenceDescription description, int input) => description.Inputs[input].Shared.HasFlag(Across.Time);

    private static float[] Tokens(float[] values, SequenceOffsets offsets, int segment) => TokensOf(values, offsets, segment).ToArray();

    private static Span<float> TokensOf(float[] values, SequenceOffsets offsets, int segment)
    {
        int token = values.Length / offsets.Tokens;
        return values.AsSpan(offsets.Start(segment) * token, offsets.Length(segment) * token);
    }

    private static float[] Row(float[] values, SequenceOffsets offsets, int segment) => RowOf(values, offsets, segment).ToArray();

    private static Span<float> RowOf(float[] values, SequenceOffsets offsets, int segment)
    {
        int row = values.Length / offsets.Count;
        return values.AsSpan(segment * row, row);
    }

    private static float[][] Copy(float[][] values) => [.. values.Select(v => (float[])v.Clone())];
}
