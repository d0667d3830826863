namespace ModelDsl.Compiler.Tests;

/// <summary>Numbers for tests that run recurrences.</summary>
internal static class Sequences
{
    /// <summary>Inputs of a call, from [-scale, scale].</summary>
    public static SequenceTensor[] Random(RecurrenceDescription description, SequenceShape shape, int seed, float scale = 1)
    {
        var random = new Random(seed);
        return [.. description.Inputs.Select((_, i) => Filled(description.InputShape(i, shape), () => ((2 * random.NextSingle()) - 1) * scale))];
    }

    public static SequenceTensor Filled(int[] shape, Func<float> next)
    {
        SequenceTensor tensor = SequenceTensor.Zeros(shape);
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            tensor.Data[i] = next();
        }

        return tensor;
    }

    /// <summary>The largest difference, relative to the largest expected value; infinite where a number is none.</summary>
    public static double Error(IReadOnlyList<float> found, IReadOnlyList<double> expected)
    {
        double worst = 0, largest = 1e-30;
        for (int i = 0; i < found.Count; i++)
        {
            double difference = Math.Abs(found[i] - expected[i]);
            worst = double.IsNaN(difference) ? double.PositiveInfinity : Math.Max(worst, difference);
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        return worst / largest;
    }

    public static double[] Doubles(this IEnumerable<float> values) => [.. values.Select(v => (double)v)];
}
