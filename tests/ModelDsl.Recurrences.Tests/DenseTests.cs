namespace ModelDsl.Recurrences.Tests;

/// <summary>Updates that are linear in all elements at once: token by token, and as a scan with dense transitions.</summary>
public class DenseTests
{
    private const Mode Dense = Mode.Recurrent | Mode.ParallelScan;

    // Where elements only move, a token costs no more than element by element.
    private const Mode Moving = Dense | Mode.Chunkwise | Mode.Quadratic;

    // Where the transition is the same for all tokens, and what enters is not mixed by it.
    private const Mode TimeInvariant = Dense | Mode.Convolution;

    [Theory]
    [InlineData(5)]
    [InlineData(17)]
    public void TokenMatrix(int size) => Invented.Verify<TokenMatrix>(Dense, Square(size));

    [Theory]
    [InlineData(6)]
    [InlineData(33)]
    public void StateSpace(int size) => Invented.Verify<StateSpace>(TimeInvariant, Square(size));

    [Fact]
    public void SlowingRotation() => Invented.Verify<SlowingRotation>(Moving, new() { AxisSizes = new Dictionary<string, int> { ["Rotary"] = 18 } });

    [Fact]
    public void MixedStates() => Invented.Verify<MixedStates>(Dense);

    [Theory]
    [InlineData(3, 5)]
    [InlineData(7, 20)]
    public void Companion(int lags, int channels) =>
        Invented.Verify<Companion>(TimeInvariant, new() { AxisSizes = new Dictionary<string, int> { ["Lag"] = lags, ["Channel"] = channels } });

    [Fact]
    public void AskedWindow() => Invented.Verify<AskedWindow>(Moving | Mode.Convolution);

    [Fact]
    public void DenseBeforeMemory() => Invented.Verify<DenseBeforeMemory>(Dense);

    [Fact]
    public void ScalarThroughVector() => Invented.Verify<ScalarThroughVector>(Dense);

    [Fact]
    public void StructureSaysWhatVaries()
    {
        Assert.Equal("dense, token-dependent", ModelDsl.Recurrences.Tests.TokenMatrix.Description.StructureClass);
        Assert.Equal("dense, time-invariant", ModelDsl.Recurrences.Tests.StateSpace.Description.StructureClass);
        Assert.Equal("dense, time-invariant", ModelDsl.Recurrences.Tests.Companion.Description.StructureClass);
        Assert.Equal("dense, time-invariant, then elementwise decay, rank-1 writes", ModelDsl.Recurrences.Tests.DenseBeforeMemory.Description.StructureClass);
        string reason = ModelDsl.Recurrences.Tests.TokenMatrix.Description.Modes.Single(m => m.Mode == Mode.Chunkwise).Reason;
        Assert.Contains("dense", reason, StringComparison.Ordinal);
    }

    private static VerificationOptions Square(int size) => new() { AxisSizes = new Dictionary<string, int> { ["Row"] = size, ["Column"] = size } };
}
