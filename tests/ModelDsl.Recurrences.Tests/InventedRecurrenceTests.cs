namespace ModelDsl.Recurrences.Tests;

/// <summary>Recurrences that no golden file holds, in all their legal modes against their own spec, and the spec's gradients against finite differences.</summary>
public class InventedRecurrenceTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void MixedDecays() => Invented.Verify<MixedDecays>(All);

    [Fact]
    public void ScaledBySizes() => Invented.Verify<ScaledBySizes>(All | Mode.Convolution, Sized(("Lag", 6), ("Row", 3)));

    [Fact]
    public void TwoFeedbackWrites() => Invented.Verify<TwoFeedbackWrites>(All);

    [Fact]
    public void ReadBetweenWrites() => Invented.Verify<ReadBetweenWrites>(All);

    [Fact]
    public void NormaliserBesideMemory() => Invented.Verify<NormaliserBesideMemory>(All);

    [Fact]
    public void ShiftedKeys() => Invented.Verify<ShiftedKeys>(All);

    [Fact]
    public void SoftmaxReadQueriesSecondMemory() => Invented.Verify<SoftmaxReadQueriesSecondMemory>(All);

    // A key may come from a state that is declared later; only not from one that depends on what it asks.
    [Fact]
    public void MemoryAskedByLaterState() => Invented.Verify<MemoryAskedByLaterState>(All);

    [Fact]
    public void MemoryAskedByLaterMemory() => Invented.Verify<MemoryAskedByLaterMemory>(All);

    [Fact]
    public void MemoryAskedByItsReader() => Invented.Verify<MemoryAskedByItsReader>(Mode.Recurrent | Mode.ParallelScan, Sized(("Key", 4), ("Value", 5)));

    [Fact]
    public void PerValueDecayWithFeedback() => Invented.Verify<PerValueDecayWithFeedback>(All);

    [Fact]
    public void SignedMultipliers() => Invented.Verify<SignedMultipliers>(All);

    [Fact]
    public void ConstantLoop() => Invented.Verify<ConstantLoop>(All);

    [Fact]
    public void AccumulatedAngle() => Invented.Verify<AccumulatedAngle>(All, new() { AxisSizes = new Dictionary<string, int> { ["Rotary"] = 6 } });

    [Fact]
    public void WindowThenGate() => Invented.Verify<WindowThenGate>(All);

    [Fact]
    public void MomentumBeforeMemory() => Invented.Verify<MomentumBeforeMemory>(All);

    [Fact]
    public void BonusAndScalarOutput() => Invented.Verify<BonusAndScalarOutput>(All);

    [Fact]
    public void RemoveAndReplace() => Invented.Verify<RemoveAndReplace>(All);

    [Fact]
    public void MemoryFeedsMemory() => Invented.Verify<MemoryFeedsMemory>(All);

    // The initial count of tokens must be one.
    [Fact]
    public void PositionDependentDecay() => Invented.Verify<PositionDependentDecay>(All, new() { Ranges = new Dictionary<string, (double, double)> { ["t"] = (1, 3) } });

    [Fact]
    public void GeneralMatrixInput() => Invented.Verify<GeneralMatrixInput>(All);

    [Fact]
    public void AResetIsAFlag()
    {
        Invented.Verify<ResetMemory>(All);
        Assert.Equal([null, null, null, Domain.LogDecay, Domain.Flag], ResetMemory.Description.Inputs.Select(i => i.Domain));
        SequenceTensor half = new([0.5f], 1, 1, 1);
        Assert.Contains(
            "Input \"reset\" of ResetMemory holds 0.5 at [0, 0, 0], but 0 or 1 was expected.",
            Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(
                ResetMemory.Kernel, [SequenceTensor.Zeros(1, 1, 1, 2), SequenceTensor.Zeros(1, 1, 1, 2), SequenceTensor.Zeros(1, 1, 1, 3), SequenceTensor.Zeros(1, 1, 1), half],
                options: new(CheckDomains: true))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void GatedCell() => Invented.Verify<GatedCell>(Mode.Recurrent);

    [Fact]
    public void MovedKeysAndValues() => Invented.Verify<MovedKeysAndValues>(All);

    // Axes shorter and longer than a vector, which lanes go around once or several times.
    [Theory]
    [InlineData(3)]
    [InlineData(21)]
    public void Bindings(int size) => Invented.Verify<Bindings>(All, Sized(("Value", size), ("OtherValue", size)));

    [Theory]
    [InlineData(3)]
    [InlineData(18)]
    public void TurnedState(int size) => Invented.Verify<TurnedState>(Mode.Recurrent | Mode.ParallelScan, Sized(("Key", size), ("OtherKey", size)));

    [Fact]
    public void ComplexImages() => Invented.Verify<ComplexImages>(All | Mode.Convolution, Sized(("Row", 3), ("Column", 5), ("Key", 4), ("Value", 6)));

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(37)]
    public void NeighbourCell(int channels) => Invented.Verify<NeighbourCell>(Mode.Recurrent, new() { AxisSizes = new Dictionary<string, int> { ["Channel"] = channels } });

    [Fact]
    public void FeedbackDelay() => Invented.Verify<FeedbackDelay>(Mode.Recurrent);

    [Fact]
    public void RunningMean() => Invented.Verify<RunningMean>(All);

    [Fact]
    public void PositionedMemory() => Invented.Verify<PositionedMemory>(All, new() { AxisSizes = new Dictionary<string, int> { ["Rotary"] = 6 } });
}
