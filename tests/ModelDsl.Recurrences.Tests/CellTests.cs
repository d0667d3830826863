namespace ModelDsl.Recurrences.Tests;

/// <summary>Recurrences that are nonlinear in their states, with matrix products of every kind, at batches that fill blocks of sequences and that do not.</summary>
public class CellTests
{
    private static readonly string[] s_matrices = ["blocks", "left", "right", "input", "recurrent", "output"];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void BlockCell(int batch) => Verify<BlockCell>(batch);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void TwoSidedCell(int batch) => Verify<TwoSidedCell>(batch);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public void ProjectedCell(int batch) => Verify<ProjectedCell>(batch);

    /// <summary>Whole vectors and panels of them: rows need no padding there, and tensors may be read where they lie.</summary>
    [Fact]
    public void WholeVectors() => Verify<ProjectedCell>(5, new() { AxisSizes = new Dictionary<string, int> { ["Unit"] = 160, ["Previous"] = 160, ["Row"] = 32 }, Lengths = [1, 17], Heads = 1 });

    /// <summary>Sums over a block of sequences have the same bits on any number of threads, and a sequence has those that it has alone.</summary>
    [Fact]
    public void BitsDependOnNeitherThreadsNorNeighbours()
    {
        const int Batch = 11, Time = 37, Heads = 2, Units = 40, Rows = 24;
        var random = new Random(3);
        SequenceTensor Random(params int[] shape) => new([.. Enumerable.Range(0, shape.Aggregate(1, (a, b) => a * b)).Select(_ => (float)(random.NextDouble() - 0.5) * 0.4f)], shape);
        SequenceTensor[] inputs =
        [
            Random(Batch, Time, Heads, Rows), Random(Batch, Time, Heads),
            Random(Heads, Rows, Units), Random(Heads, 2, Units, Units), Random(Heads, Units, Rows),
        ];
        SequenceTensor[] outputGradients = [Random(Batch, Time, Heads, Rows), Random(Batch, Time, Heads, Units)];
        RecurrenceGradients Gradients(int threads) =>
            RecurrenceRunner.Gradient(Tests.ProjectedCell.Kernel, inputs, null, outputGradients, null, new RunOptions(Threads: threads));
        RecurrenceGradients one = Gradients(1), two = Gradients(2);
        Assert.All(one.Inputs.Zip(two.Inputs), pair => Assert.True(pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data)));

        float[] together = RecurrenceRunner.Run(Tests.ProjectedCell.Kernel, inputs).Output.Data;
        int length = Time * Heads * Rows;
        for (int row = 0; row < Batch; row++)
        {
            SequenceTensor Row(SequenceTensor x) => new([.. x.Data.Skip(row * x.Data.Length / Batch).Take(x.Data.Length / Batch)], [1, .. x.Shape.Skip(1)]);
            float[] alone = RecurrenceRunner.Run(Tests.ProjectedCell.Kernel, [Row(inputs[0]), Row(inputs[1]), .. inputs[2..]]).Output.Data;
            Assert.True(together.AsSpan(row * length, length).SequenceEqual(alone));
        }
    }

    private static void Verify<T>(int batch, VerificationOptions? options = null)
        where T : struct, IRecurrence<T>
    {
        // Larger matrices make such recurrences chaotic: any rounding grows with every token.
        options = (options ?? new()) with { Batch = batch, Ranges = s_matrices.ToDictionary(name => name, _ => (-0.2, 0.2)) };
        VerificationReport report = ModeVerification.Verify<T>(options);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal([Mode.Recurrent], T.Description.LegalModes);
    }
}
