namespace ModelDsl.Recurrences.Tests;

/// <summary>
/// States that are linear over other operations than plus and times: the larger of two, the smaller, the logarithm of a sum of exponentials. They run in every mode, and so
/// does what is made from them.
/// </summary>
public class SemiringTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void LogMinGru() => Invented.Verify<LogMinGru>(All);

    [Fact]
    public void LogMinLstm() => Invented.Verify<LogMinLstm>(All);

    [Fact]
    public void MaxPlusFilter() => Invented.Verify<MaxPlusFilter>(All);

    [Fact]
    public void CumulativeSum() => Invented.Verify<CumulativeSum>(All);

    [Fact]
    public void ShortestWay() => Invented.Verify<ShortestWay>(All);

    [Fact]
    public void SoftCount() => Invented.Verify<SoftCount>(All);

    [Fact]
    public void LogKeys() => Invented.Verify<LogKeys>(All);

    [Fact]
    public void StableMean() => Invented.Verify<StableMean>(All, new() { Ranges = new Dictionary<string, (double, double)> { ["weight"] = (0.5, 2) } });
}
