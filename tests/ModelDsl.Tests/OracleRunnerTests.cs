namespace ModelDsl.Tests;

public class OracleRunnerTests
{
    // Batch 2, time 5, 4 heads, of which v holds 2; Key 2, Value 3.
    private static readonly SequenceShape s_shape = new(2, 5, 4, [2, 3]);
    private static readonly int[][] s_inputShapes = [[2, 5, 2], [2, 5, 2, 3], [2, 5, 4], [4, 3], []];
    private static readonly int[][] s_stateShapes = [[2, 4, 2, 3], [2, 4, 2]];
    private static readonly OracleRunner s_oracle = new(RecurrenceHandle.Of<DecayMemory>());

    [Fact]
    public void EveryGradientIsThatOfFiniteDifferences()
    {
        const double Step = 1e-6;
        double[][] inputs = [.. s_inputShapes.Select((s, i) => Random(s, i))], states = [.. s_stateShapes.Select((s, i) => Random(s, 10 + i))];
        double[][] outputSeeds = [Random([2, 5, 4, 3], 20)], stateSeeds = [.. s_stateShapes.Select((s, i) => Random(s, 30 + i))];
        OracleGradients gradients = s_oracle.Gradient(s_shape, inputs, states, outputSeeds, stateSeeds);

        foreach ((double[] values, double[] gradient) in inputs.Concat(states).Zip(gradients.Inputs.Concat(gradients.InitialStates)))
        {
            Assert.Equal(values.Length, gradient.Length);
            foreach (int at in new[] { 0, values.Length / 2, values.Length - 1 })
            {
                double value = values[at];
                values[at] = value + Step;
                double up = Loss();
                values[at] = value - Step;
                double down = Loss();
                values[at] = value;
                Assert.Equal((up - down) / (2 * Step), gradient[at], 1e-7);
            }
        }

        double Loss()
        {
            OracleResult result = s_oracle.Run(s_shape, inputs, states);
            return result.Outputs.Zip(outputSeeds).Concat(result.FinalStates.Zip(stateSeeds)).Sum(p => p.First.Zip(p.Second, (x, y) => x * y).Sum());
        }
    }

    [Fact]
    public void GroupedHeadsAreRepeatedInOrder()
    {
        double[][] inputs = [.. s_inputShapes.Select((s, i) => Random(s, i))];
        double[][] repeated = [.. inputs];

        // Heads 0 and 1 use head 0 of v, heads 2 and 3 its head 1.
        repeated[1] = [.. Enumerable.Range(0, 2 * 5 * 4).SelectMany(row => inputs[1].AsSpan(((row / 4 * 2) + (row % 4 / 2)) * 3, 3).ToArray())];
        OracleGradients grouped = s_oracle.Gradient(s_shape, inputs, null, [Random([2, 5, 4, 3], 20)]);
        OracleGradients full = s_oracle.Gradient(s_shape, repeated, null, [Random([2, 5, 4, 3], 20)]);
        Assert.Equal(full.Result.Outputs[0], grouped.Result.Outputs[0]);
        for (int i = 0; i < grouped.Inputs[1].Length; i++)
        {
            int row = i / 3, first = (((row / 2 * 4) + (row % 2 * 2)) * 3) + (i % 3);
            Assert.Equal(full.Inputs[1][first] + full.Inputs[1][first + 3], grouped.Inputs[1][i], 1e-12);
        }
    }

    [Fact]
    public void WrongArgumentsAreNamed()
    {
        double[][] inputs = [.. s_inputShapes.Select((s, i) => Random(s, i))];
        Assert.Contains("DecayMemory has the axes [Key, Value], but 1 sizes were given.", Assert.Throws<ArgumentException>(() => s_oracle.Run(s_shape with { AxisSizes = [2] }, inputs)).Message);
        Assert.Contains("5 tensors of kind input, but 4 were given", Assert.Throws<ArgumentException>(() => s_oracle.Run(s_shape, inputs[..4])).Message);
        Assert.Contains(
            "The size of time of DecayMemory is 0, but at least 1 was expected.", Assert.ThrowsAny<ArgumentException>(() => s_oracle.Run(s_shape with { Time = 0 }, inputs)).Message);
        inputs[1] = new double[7];
        Assert.Equal(
            "DecayMemory, input \"v\": 7 elements were given, but [2, 5, 1, 3] was expected for each of its heads, whose number divides 4.",
            Assert.Throws<ArgumentException>(() => s_oracle.Run(s_shape, inputs)).Message);
    }

    private static double[] Random(int[] shape, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => random.NextDouble() - 0.6)];
    }
}
