namespace ModelDsl;

/// <summary>One sequence to verify with: its numbers, and what the oracle says about them. Made once, used for every mode and target.</summary>
internal sealed class VerificationCase
{
    private const double LargestValue = 1e4;

    private readonly RecurrenceDescription _description;

    private VerificationCase(
        RecurrenceDescription description, string name, SequenceShape shape, int[] inputHeads, RunOptions options, bool zeroStates, bool scattered)
    {
        _description = description;
        Name = name;
        Shape = shape;
        InputHeads = inputHeads;
        Options = options;
        ZeroStates = zeroStates;
        Scattered = scattered;
    }

    /// <summary>The length, and what is special about the run.</summary>
    public string Name { get; }

    public SequenceShape Shape { get; }

    /// <summary>Heads per input; fewer than those of the call where heads are grouped.</summary>
    public int[] InputHeads { get; }

    /// <summary>Chunk size, mini-batch, and where the run begins in its sequence.</summary>
    public RunOptions Options { get; }

    /// <summary>Whether initial states and the gradients of final states are left out, which stands for zero.</summary>
    public bool ZeroStates { get; }

    /// <summary>Whether tensors lie in memory as no dense tensor does.</summary>
    public bool Scattered { get; }

    /// <summary>What goes in.</summary>
    public SequenceNumbers Numbers { get; private set; } = new([], [], [], []);

    /// <summary>What is right; not known of a case that was derived from another.</summary>
    public OracleGradients Expected { get; private set; } = null!;

    /// <summary>One of the packed sequences, alone.</summary>
    public VerificationCase Segment(int segment) =>
        With(Numbers.Segment(_description, Shape.Offsets!, segment), Shape with { Time = Shape.Offsets!.Length(segment), Offsets = null });

    /// <summary>This sequence and a shorter one as a padded batch.</summary>
    public VerificationCase PaddedWith(VerificationCase shorter) =>
        With(SequenceNumbers.Padded(_description, Numbers, shorter.Numbers), Shape with { Batch = 2 });

    /// <summary>The same with a loss that does not depend on final states.</summary>
    public VerificationCase WithoutFinalGradients() =>
        With(Numbers with { FinalStates = [.. Numbers.FinalStates.Select(values => new float[values.Length])] });

    /// <summary>The same with other numbers.</summary>
    public VerificationCase With(SequenceNumbers numbers, SequenceShape? shape = null) =>
        new(_description, Name, shape ?? Shape, InputHeads, Options, ZeroStates, Scattered) { Numbers = numbers };

    /// <summary>The runs that the options ask for.</summary>
    public static List<VerificationCase> All(RecurrenceHandle recurrence, VerificationOptions options)
    {
        int chunk = options.ChunkSize;
        IReadOnlyList<int> lengths = options.Lengths ?? [.. new[] { 1, 2, chunk - 1, chunk, chunk + 1, (2 * chunk) + 3, 61 }.Where(t => t > 0).Distinct().Order()];
        int[] sizes = AxisSizes(recurrence, options);
        RecurrenceDescription description = recurrence.Description;
        int[] heads = [.. description.Inputs.Select(_ => options.Heads)];
        bool knowsMiniBatches = description.MiniBatch > 0;
        var run = new RunOptions(ChunkSize: chunk, MiniBatch: knowsMiniBatches ? options.MiniBatch : 0);
        List<VerificationCase> cases =
        [
            .. lengths.Select(t => new VerificationCase(description, $"{t}", Sized(t, options.Heads), heads, run, false, false)),
        ];
        if (options.Sample is null)
        {
            // Of four heads, every second input holds two.
            int middle = lengths[lengths.Count / 2];
            int[] grouped = [.. description.Inputs.Select((_, i) => i % 2 == 0 ? 2 : 4)];
            cases.Add(new(description, $"{middle} grouped", Sized(middle, 4), grouped, run, false, false));
        }

        if (knowsMiniBatches)
        {
            // From the middle of a mini-batch that holds chunks and a part of one; and one token short of the end of another.
            RunOptions begun = run with { ChunkSize = 5, MiniBatch = 12, FirstToken = 12 + 7 };
            cases.Add(new(description, $"{lengths[^1]} begun", Sized(lengths[^1], options.Heads), heads, begun, false, false));
            cases.Add(new(description, $"{lengths[0]} begun", Sized(lengths[0], options.Heads), heads, begun with { FirstToken = 11 }, false, false));
        }

        int[] segments = [.. options.Segments ?? (options.Sample is null ? [chunk + 1, 0, 1, (2 * chunk) + 3, chunk] : [])];
        if (segments.Length > 0)
        {
            SequenceOffsets offsets = SequenceOffsets.OfLengths(segments);
            cases.Add(new(description, $"{string.Join('+', segments)} packed", SequenceShape.Packed(offsets, options.Heads, sizes), heads, run, false, false));
        }

        // Without states, and in a layout that no dense tensor has, with the chunk size that the kernel likes best.
        cases.Add(new(description, $"{lengths[0]} from zero", Sized(lengths[0], options.Heads), heads, run, true, false));
        cases.Add(new(description, $"{lengths[^1]} scattered", Sized(lengths[^1], options.Heads), heads, run with { ChunkSize = 0 }, true, true));
        foreach (VerificationCase one in cases)
        {
            one.Fill(recurrence, options);
        }

        return cases;

        SequenceShape Sized(int time, int heads) => new(options.Batch, time, heads, sizes);
    }

    /// <summary>The first default sizes with which <c>Step</c> runs: it may ask for even ones, or for an index beyond them.</summary>
    private static int[] AxisSizes(RecurrenceHandle recurrence, VerificationOptions options)
    {
        RecurrenceDescription description = recurrence.Description;
        if (options.AxisSizes.Keys.FirstOrDefault(n => description.Axes.All(a => a.Name != n)) is { } unknown)
        {
            throw new ArgumentException(
                $"{description.Name} has no axis \"{unknown}\" to give a size to; it has {string.Join(", ", description.Axes.Select(a => a.Name))}.", nameof(options));
        }

        ArgumentException? first = null;
        foreach (int[] defaults in (int[][])[[5, 19, 7, 3, 11, 13], [6, 18, 10, 4, 12, 14], [34, 38, 36, 42, 40, 44]])
        {
            int[] sizes = [.. description.Axes.Select((a, i) =>
                a.FixedSize ?? (options.AxisSizes.TryGetValue(a.Name, out int size) ? size : defaults[i % defaults.Length]))];
            for (int i = 0; i < sizes.Length; i++)
            {
                sizes[i] = description.Axes[i].EqualTo is { } other ? sizes[other] : sizes[i];
            }

            var shape = new SequenceShape(1, 1, 1, sizes);
            try
            {
                new OracleRunner(recurrence).Run(
                    shape, [.. description.Inputs.Select((_, i) => Enumerable.Repeat(0.5, Count(description.InputShape(i, shape))).ToArray())]);
                return sizes;
            }
            catch (Exception e) when ((e is AggregateException { InnerException: ArgumentException } ? e.InnerException : e) is ArgumentException refusal)
            {
                first ??= refusal;
            }
        }

        throw first!;
    }

    private static int Count(int[] shape) => shape.Aggregate(1, (a, b) => a * b);

    private void Fill(RecurrenceHandle recurrence, VerificationOptions options)
    {
        var oracle = new OracleRunner(recurrence) { MiniBatch = Options.MiniBatch };
        for (double scale = 1; ; scale /= 2)
        {
            // The same seed at every scale and length: a run can be repeated alone.
            var random = new Random(options.Seed);
            float[][] inputs = [.. _description.Inputs.Select((d, i) => Draw(random, options, d.Name, _description.InputShape(i, Shape, InputHeads[i]), d.Domain, scale))];
            float[][] initialStates = [.. _description.States.Select((d, i) => Draw(random, options, d.Name, _description.StateShape(i, Shape), null, scale))];
            float[][] outputGradients = [.. _description.Outputs.Select((d, i) => Uniform(random, Count(_description.OutputShape(i, Shape)), -1, 1))];
            float[][] finalStateGradients = [.. _description.States.Select((d, i) => Uniform(random, Count(_description.StateShape(i, Shape)), -1, 1))];
            Numbers = new(inputs, initialStates, outputGradients, finalStateGradients);
            Expected = oracle.Gradient(
                Shape,
                Doubles(inputs),
                ZeroStates ? null : Doubles(initialStates),
                Doubles(outputGradients),
                ZeroStates ? null : Doubles(finalStateGradients),
                Options.FirstToken);

            // A recurrence may blow up at random numbers that nobody would feed it; that says nothing about a mode.
            if (scale < 1e-3 || Expected.Result.Outputs.Concat(Expected.Result.FinalStates).Concat(Expected.Inputs).All(values => values.All(v => Math.Abs(v) <= LargestValue)))
            {
                return;
            }
        }
    }

    private static float[] Draw(Random random, VerificationOptions options, string name, int[] shape, Domain? domain, double scale)
    {
        if (options.Sample?.Invoke(name, shape) is { } given)
        {
            return given.Length == Count(shape)
                ? given
                : throw new ArgumentException($"Sample gave {given.Length} numbers for \"{name}\", but {SequenceTensor.TextOf(shape)} was expected.", nameof(options));
        }

        (double low, double high) = options.Ranges.TryGetValue(name, out (double Low, double High) range) ? range : domain switch
        {
            Domain.LogDecay => (-3, 0),
            Domain.Rate => (0.02, 0.98),
            Domain.Positive => (0.1, 2),
            Domain.Flag => (0, 1),
            _ => (-scale, scale),
        };
        float[] numbers = Uniform(random, Count(shape), low, high);
        return domain == Domain.Flag ? [.. numbers.Select(x => MathF.Round(x))] : numbers;
    }

    private static float[] Uniform(Random random, int count, double low, double high) =>
        [.. Enumerable.Range(0, count).Select(_ => (float)(low + ((high - low) * random.NextDouble())))];

    private static double[][] Doubles(float[][] values) => [.. values.Select(v => v.Select(x => (double)x).ToArray())];
}
