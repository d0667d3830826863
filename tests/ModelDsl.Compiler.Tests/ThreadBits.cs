namespace ModelDsl.Compiler.Tests;

/// <summary>Whether the bits of a run depend on how many threads it has: outputs, final states and every gradient, in every legal mode.</summary>
internal static class ThreadBits
{
    private static readonly int[] s_threads = [2, 7];

    /// <summary>What differs from the same run on one thread, in words.</summary>
    public static IEnumerable<string> Differences(RecurrenceHandle recurrence, int seed)
    {
        RecurrenceDescription description = recurrence.Description;

        // Units, sequences and chunks that no number of threads divides, and so many that the work is shared out at all; sizes that a spec which rotates pairs can have, too.
        var shape = new SequenceShape(3, 113, 37, [.. description.Axes.Select((axis, i) => axis.FixedSize ?? 4 + (2 * (axis.EqualTo ?? i)))]);
        SequenceTensor[] inputs = Sequences.Random(description, shape, seed, 0.5f);
        var state = new RecurrentState(description, [.. description.States.Select((_, i) => Random(description.StateShape(i, shape), i))]);
        SequenceTensor[] outputGradients = [.. description.Outputs.Select((_, i) => Random(description.OutputShape(i, shape), i))];
        foreach (Mode mode in description.LegalModes)
        {
            int[] one = Bits(1);
            foreach (int threads in s_threads.Where(threads => !Bits(threads).AsSpan().SequenceEqual(one)))
            {
                yield return $"{mode}: {threads} threads give other bits than one";
            }

            int[] Bits(int threads)
            {
                RunOptions options = new(mode, ChunkSize: 16, Threads: threads);
                RecurrenceResult result = RecurrenceRunner.Run(recurrence.Kernel, inputs, state, options);
                RecurrenceGradients gradients = RecurrenceRunner.Gradient(recurrence.Kernel, inputs, state, outputGradients, state, options);
                IEnumerable<SequenceTensor> all = [.. result.Outputs, .. result.FinalState.Tensors, .. gradients.Inputs, .. gradients.InitialState.Tensors];
                return [.. all.SelectMany(t => t.Data).Select(BitConverter.SingleToInt32Bits)];
            }
        }

        SequenceTensor Random(int[] dimensions, int index)
        {
            var random = new Random(HashCode.Combine(seed, index, dimensions.Length));
            return Sequences.Filled(dimensions, () => random.NextSingle() - 0.5f);
        }
    }
}
