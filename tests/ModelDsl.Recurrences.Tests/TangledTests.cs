namespace ModelDsl.Recurrences.Tests;

/// <summary>What random specs have found, made small.</summary>
public class TangledTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    // What was added to the row after the last token was lost when the row before it was written as a whole vector.
    [Fact]
    public void NumberBeforeAndAfter() => Invented.Verify<NumberBeforeAndAfter>(All);

    // The gradient of what packed sequences share was held to the bound of outputs.
    [Fact]
    public void OneScaleForAll() => Invented.Verify<OneScaleForAll>(Mode.Recurrent | Mode.ParallelScan);

    // What begins with a load was taken for one term: a - b * h.
    [Fact]
    public void ScaledByADifference() => Invented.Verify<ScaledByADifference>(All | Mode.Convolution);

    // Without its parentheses k was added to one of two large numbers, and lost digits to it.
    [Fact]
    public void SharesOfLargeLevels() => Invented.Verify<SharesOfLargeLevels>(All, new() { Ranges = new Dictionary<string, (double, double)> { ["level"] = (1000, 1001), ["i"] = (1000, 1001) } });
}
