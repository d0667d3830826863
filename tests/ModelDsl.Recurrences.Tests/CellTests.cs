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
