namespace ModelDsl;

/// <summary>Holds the oracle's own gradients against finite differences of the spec: the last link of the proof that <see cref="ModeVerification"/> makes.</summary>
public static class OracleVerification
{
    /// <summary>Combinations round to float32 between their parts: a smaller step would measure that.</summary>
    private const double CombinedStep = 1e-2;

    private const double Step = 1e-6;

    /// <summary>
    /// The worst disagreement between the oracle's gradient and central differences, along one random direction per input and initial
    /// state. About 1e-9 is exact (1e-3 for a combination, whose parts meet in float32); a spec with <see cref="Functions.Detach{T}(T)"/> means to disagree.
    /// </summary>
    /// <typeparam name="T">The spec.</typeparam>
    /// <param name="options">Sizes and ranges.</param>
    public static VerificationError GradientError<T>(VerificationOptions? options = null)
        where T : struct, IRecurrence<T> => GradientError(RecurrenceHandle.Of<T>(), options);

    /// <inheritdoc cref="GradientError{T}(VerificationOptions)"/>
    /// <param name="recurrence">The recurrence.</param>
    /// <param name="options">Sizes and ranges; the second length is used.</param>
    public static VerificationError GradientError(RecurrenceHandle recurrence, VerificationOptions? options = null)
    {
        options ??= new VerificationOptions { Lengths = [1, 7] };
        RecurrenceDescription description = recurrence.Description;
        VerificationCase at = VerificationCase.All(recurrence, options)[Math.Min(1, (options.Lengths?.Count ?? 2) - 1)];
        var oracle = new OracleRunner(recurrence) { MiniBatch = at.Options.MiniBatch };
        double[][] inputs = Doubles(at.Numbers.Inputs), states = Doubles(at.Numbers.InitialStates);
        double[][] outputSeeds = Doubles(at.Numbers.Outputs), stateSeeds = Doubles(at.Numbers.FinalStates);
        string[] names = [.. description.Inputs.Select(i => i.Name), .. description.States.Select(s => $"{s.Name}0")];
        double[][] values = [.. inputs, .. states], gradients = [.. at.Expected.Inputs, .. at.Expected.InitialStates];

        var random = new Random(options.Seed);
        VerificationError worst = default;
        for (int i = 0; i < values.Length; i++)
        {
            double[] value = values[i], direction = [.. value.Select(_ => (2 * random.NextDouble()) - 1)];
            double[] copy = [.. value];
            double step = recurrence.IsCombined ? CombinedStep : Step;
            double difference = (Loss(step) - Loss(-step)) / (2 * step);
            copy.CopyTo(value, 0);
            double expected = direction.Zip(gradients[i], (d, g) => d * g).Sum();

            // Relative to what the directional derivative would be if nothing cancelled.
            double size = direction.Zip(gradients[i], (d, g) => Math.Abs(d * g)).Sum();
            worst = worst.Or(new(Math.Abs(difference - expected) / Math.Max(size, 1), $"d{names[i]} T={at.Name}"));

            double Loss(double distance)
            {
                for (int j = 0; j < value.Length; j++)
                {
                    value[j] = copy[j] + (distance * direction[j]);
                }

                OracleResult result = oracle.Run(at.Shape, inputs, states, at.Options.FirstToken);
                return result.Outputs.Zip(outputSeeds).Concat(result.FinalStates.Zip(stateSeeds)).Sum(p => p.First.Zip(p.Second, (x, y) => x * y).Sum());
            }
        }

        return worst;
    }

    private static double[][] Doubles(float[][] values) => [.. values.Select(v => v.Select(x => (double)x).ToArray())];
}
