namespace ModelDsl.Recurrences.Tests;

/// <summary>Recurrences that no golden file holds, in all their legal modes against their own spec, and the spec's gradients against finite differences.</summary>
public class InventedRecurrenceTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void MixedDecays() => Verify<MixedDecays>(All);

    [Fact]
    public void TwoFeedbackWrites() => Verify<TwoFeedbackWrites>(All);

    [Fact]
    public void ReadBetweenWrites() => Verify<ReadBetweenWrites>(All);

    [Fact]
    public void NormaliserBesideMemory() => Verify<NormaliserBesideMemory>(All);

    [Fact]
    public void ShiftedKeys() => Verify<ShiftedKeys>(All);

    [Fact]
    public void SoftmaxReadQueriesSecondMemory() => Verify<SoftmaxReadQueriesSecondMemory>(All);

    [Fact]
    public void PerValueDecayWithFeedback() => Verify<PerValueDecayWithFeedback>(All);

    [Fact]
    public void SignedMultipliers() => Verify<SignedMultipliers>(All);

    [Fact]
    public void ConstantLoop() => Verify<ConstantLoop>(All);

    [Fact]
    public void AccumulatedAngle() => Verify<AccumulatedAngle>(All, new() { AxisSizes = new Dictionary<string, int> { ["Rotary"] = 6 } });

    [Fact]
    public void WindowThenGate() => Verify<WindowThenGate>(All);

    [Fact]
    public void MomentumBeforeMemory() => Verify<MomentumBeforeMemory>(All);

    [Fact]
    public void BonusAndScalarOutput() => Verify<BonusAndScalarOutput>(All);

    [Fact]
    public void RemoveAndReplace() => Verify<RemoveAndReplace>(All);

    [Fact]
    public void MemoryFeedsMemory() => Verify<MemoryFeedsMemory>(All);

    // The initial count of tokens must be one.
    [Fact]
    public void PositionDependentDecay() => Verify<PositionDependentDecay>(All, new() { Ranges = new Dictionary<string, (double, double)> { ["t"] = (1, 3) } });

    [Fact]
    public void GeneralMatrixInput() => Verify<GeneralMatrixInput>(All);

    [Fact]
    public void GatedCell() => Verify<GatedCell>(Mode.Recurrent);

    [Fact]
    public void MovedKeysAndValues() => Verify<MovedKeysAndValues>(All);

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(37)]
    public void NeighbourCell(int channels) => Verify<NeighbourCell>(Mode.Recurrent, new() { AxisSizes = new Dictionary<string, int> { ["Channel"] = channels } });

    [Fact]
    public void FeedbackDelay() => Verify<FeedbackDelay>(Mode.Recurrent);

    [Fact]
    public void RunningMean() => Verify<RunningMean>(All);

    [Fact]
    public void PositionedMemory() => Verify<PositionedMemory>(All, new() { AxisSizes = new Dictionary<string, int> { ["Rotary"] = 6 } });

    /// <param name="expected">The modes that must be legal, and no other.</param>
    /// <param name="options">Sizes and ranges.</param>
    private static void Verify<T>(Mode expected, VerificationOptions? options = null)
        where T : struct, IRecurrence<T>
    {
        VerificationReport report = ModeVerification.Verify<T>(options);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(expected, T.Description.LegalModes.Aggregate((a, b) => a | b));
        VerificationError oracle = OracleVerification.GradientError<T>((options ?? new()) with { Lengths = [1, 7] });
        Assert.True(oracle.Value < 1e-7, $"{report.Recurrence}: the oracle's gradient differs from finite differences: {oracle}");
    }
}
