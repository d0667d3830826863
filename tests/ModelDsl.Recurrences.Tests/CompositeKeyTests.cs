namespace ModelDsl.Recurrences.Tests;

/// <summary>Memories whose keys have several axes: the engines take them for one, whatever their sizes are.</summary>
public class CompositeKeyTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    // The innermost key axis shorter than a vector, longer, and whole vectors.
    [Theory]
    [InlineData(3, 5, 7)]
    [InlineData(2, 18, 5)]
    [InlineData(3, 16, 4)]
    public void PairedDeltaRule(int left, int right, int value) => Invented.Verify<PairedDeltaRule>(All, Sized(("Left", left), ("Right", right), ("Value", value)));

    [Theory]
    [InlineData(4, 3, 5)]
    [InlineData(2, 17, 18)]
    public void PairsInAnyOrder(int left, int right, int value) => Invented.Verify<PairsInAnyOrder>(All, Sized(("Left", left), ("Right", right), ("Value", value)));

    [Theory]
    [InlineData(5, 4)]
    [InlineData(3, 16)]
    public void BilinearFilter(int left, int right) => Invented.Verify<BilinearFilter>(All, Sized(("Left", left), ("Right", right)));

    [Fact]
    public void PairsReadByOne()
    {
        string reason = ModelDsl.Recurrences.Tests.PairsReadByOne.Description.Modes.Single(m => m.Mode == Mode.Chunkwise).Reason;
        Assert.StartsWith("'S' is read over Left and Right together, and over Left alone (a second state to which the same is written can be read so)", reason, StringComparison.Ordinal);
        Invented.Verify<CopyReadByOne>(All, Sized(("Left", 3), ("Right", 4), ("Value", 5)));
    }

    [Fact]
    public void TrilinearFilter() => Invented.Verify<TrilinearFilter>(All, Sized(("Left", 2), ("Right", 3), ("Key", 5)));

    [Fact]
    public void TheNormalFormSaysWhatIsReadWithPairsOfKeys()
    {
        Assert.Equal("decay + feedback writes", ModelDsl.Recurrences.Tests.PairedDeltaRule.Description.StructureClass);
        Assert.Contains("SRead = S^T (exp(g) * left * right)", ModelDsl.Recurrences.Tests.PairedDeltaRule.Description.NormalForm, StringComparison.Ordinal);
    }

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };
}
