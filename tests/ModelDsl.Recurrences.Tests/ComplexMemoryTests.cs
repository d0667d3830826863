namespace ModelDsl.Recurrences.Tests;

/// <summary>Memories of several states, such as the two parts of complex numbers, whose updates feed each other.</summary>
public class ComplexMemoryTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Theory]
    [InlineData(5, 7)]
    [InlineData(18, 3)]
    public void ComplexDeltaRule(int key, int value) => Invented.Verify<ComplexDeltaRule>(All, Sized(("Key", key), ("Value", value)));

    [Fact]
    public void ComplexDecayOfKeys() => Invented.Verify<ComplexDecayOfKeys>(All, Sized(("Key", 5), ("Value", 4)));

    [Fact]
    public void ComplexFilter() => Invented.Verify<ComplexFilter>(All, Sized(("Key", 7)));

    [Fact]
    public void MemoriesThatCorrectEachOther() => Invented.Verify<MemoriesThatCorrectEachOther>(All, Sized(("Key", 5), ("Value", 4)));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(18, 3)]
    public void TurningDeltaRule(int key, int value) => Invented.Verify<TurningDeltaRule>(All, Sized(("Key", key), ("Value", value)));

    [Theory]
    [InlineData(5, 7)]
    [InlineData(18, 3)]
    public void TurningKeys(int key, int value) => Invented.Verify<TurningKeys>(All, Sized(("Key", key), ("Value", value)));

    [Fact]
    public void TurningPairs() => Invented.Verify<TurningPairs>(All, Sized(("Left", 3), ("Right", 5), ("Value", 4)));

    [Fact]
    public void ForgetfulPair() => Invented.Verify<ForgetfulPair>(All, Sized(("Key", 4), ("Value", 5)));

    [Fact]
    public void TurningProducts() => Invented.Verify<TurningProducts>(All, Sized(("Key", 5), ("Value", 4)));

    [Fact]
    public void TurnedNowAndThen() => Invented.Verify<TurnedNowAndThen>(All, Sized(("Key", 5), ("Value", 4)));

    [Fact]
    public void DecayWithoutPhase()
    {
        Invented.Verify<DecayWithoutPhase>(Mode.Recurrent | Mode.ParallelScan, Sized(("Key", 3), ("Value", 4)));
        Assert.Contains("given by its parts, not by modulus and phase", Reason(ModelDsl.Recurrences.Tests.DecayWithoutPhase.Description), StringComparison.Ordinal);
        Assert.Contains("carried over to each other along values", Reason(TurningValues.Description), StringComparison.Ordinal);
    }

    [Fact]
    public void TheNormalFormSaysWhatIsReadFromBothParts()
    {
        string form = ModelDsl.Recurrences.Tests.ComplexDeltaRule.Description.NormalForm;
        Assert.Contains("SReRead = SRe^T (", form, StringComparison.Ordinal);
        Assert.Contains(" + SIm^T (", form, StringComparison.Ordinal);
    }

    private static string Reason(RecurrenceDescription description) => description.Modes.Single(m => m.Mode == Mode.Chunkwise).Reason;

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };
}
