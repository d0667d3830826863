namespace ModelDsl.Recurrences.Tests;

/// <summary>What somebody who has read no more than the first page might write: filters, controllers, memories, cells and statistics of every kind.</summary>
public class OutsideTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void LeastMeanSquares() => Invented.Verify<LeastMeanSquares>(All);

    // The inverse is not linear in itself, but costs a token no more than the weights do. It stays one only if it begins as one.
    [Fact]
    public void RecursiveLeastSquares() => Invented.Verify<RecursiveLeastSquares>(
        All & ~Mode.ParallelScan,
        Sized(("Row", 5), ("Column", 5)) with
        {
            Sample = (name, shape) => name == "P" ? [.. Enumerable.Range(0, shape.Aggregate((a, b) => a * b)).Select(i => i % 25 % 6 == 0 ? 1f : 0f)] : null,
            Segments = [5, 0, 18],
        });

    [Fact]
    public void ScalarKalman() => Invented.Verify<ScalarKalman>(Mode.Recurrent, Between(("variance", 0.1, 2)));

    [Fact]
    public void SteadyKalman() => Invented.Verify<SteadyKalman>(Mode.Recurrent | Mode.ParallelScan | Mode.Convolution, Sized(("N", 5), ("Row", 5)) with { Ranges = Between(("F", -0.5, 0.5)).Ranges });

    [Fact]
    public void Pid() => Invented.Verify<Pid>(All | Mode.Convolution);

    [Fact]
    public void Differences() => Invented.Verify<Differences>(All | Mode.Convolution);

    [Fact]
    public void Biquad() => Invented.Verify<Biquad>(All);

    [Fact]
    public void HoltTrend() => Invented.Verify<HoltTrend>(All | Mode.Convolution);

    [Fact]
    public void TemporalDifference() => Invented.Verify<TemporalDifference>(All);

    [Fact]
    public void ForwardAlgorithm() => Invented.Verify<ForwardAlgorithm>(Mode.Recurrent | Mode.ParallelScan, Sized(("N", 5), ("Row", 5)) with { Ranges = Between(("belief", 0, 1), ("likelihood", -1, 0)).Ranges });

    [Fact]
    public void LowRankTransition() => Invented.Verify<LowRankTransition>(Mode.Recurrent | Mode.ParallelScan | Mode.Convolution, Sized(("N", 6), ("Rank", 2)));

    [Fact]
    public void TwoLevels() => Invented.Verify<TwoLevels>(All, Sized(("Key", 5), ("Value", 6)));

    [Fact]
    public void TwoSidedDelta() => Invented.Verify<TwoSidedDelta>(All);

    [Fact]
    public void EluAttention() => Invented.Verify<EluAttention>(All, Between(("z", 0.5, 2)));

    [Fact]
    public void ForgetsAsAsked() => Invented.Verify<ForgetsAsAsked>(All);

    [Fact]
    public void GateOfLastAnswer() => Invented.Verify<GateOfLastAnswer>(Mode.Recurrent);

    [Fact]
    public void Reflections() => Invented.Verify<Reflections>(All);

    [Fact]
    public void Antisymmetric() => Invented.Verify<Antisymmetric>(All, Sized(("Key", 5), ("Copy", 5)));

    [Fact]
    public void MultiQuery() => Invented.Verify<MultiQuery>(All);

    [Fact]
    public void TurningMemory() => Invented.Verify<TurningMemory>(All, Sized(("Key", 5), ("Value", 7)));

    // A convolution, since delay lines are the same for all tokens: of what is done with them nothing is asked.
    [Fact]
    public void SlidingWindow() => Invented.Verify<SlidingWindow>(All | Mode.Convolution);

    [Fact]
    public void HebbianTrace() => Invented.Verify<HebbianTrace>(All);

    [Fact]
    public void Holographic() => Invented.Verify<Holographic>(All);

    [Fact]
    public void PairKeys() => Invented.Verify<PairKeys>(All, Sized(("Key", 5), ("Slot", 3), ("Value", 7)));

    [Fact]
    public void EraseAndAdd() => Invented.Verify<EraseAndAdd>(All);

    [Fact]
    public void ContentAddressed() => Invented.Verify<ContentAddressed>(Mode.Recurrent);

    [Fact]
    public void ResidualMemories() => Invented.Verify<ResidualMemories>(All);

    [Fact]
    public void TimeScales() => Invented.Verify<TimeScales>(All);

    // Finite differences see the threshold and not what stands in for its gradient.
    [Fact]
    public void SpikingNeuron()
    {
        VerificationReport report = ModeVerification.Verify<SpikingNeuron>();
        Assert.True(report.Passed, report.ToString());
        Assert.Equal([Mode.Recurrent], Recurrences.Tests.SpikingNeuron.Description.LegalModes);
    }

    [Fact]
    public void ResetBySpikes() => Invented.Verify<ResetBySpikes>(All);

    [Fact]
    public void LiquidStep() => Invented.Verify<LiquidStep>(All);

    [Fact]
    public void MidpointCell() => Invented.Verify<MidpointCell>(Mode.Recurrent, Sized(("Unit", 6), ("Previous", 6)));

    [Fact]
    public void Kuramoto() => Invented.Verify<Kuramoto>(Mode.Recurrent);

    [Fact]
    public void TiedGates() => Invented.Verify<TiedGates>(All);

    [Fact]
    public void SoftHistogram() => Invented.Verify<SoftHistogram>(All | Mode.Convolution, Between(("counts", 0, 2)));

    [Fact]
    public void CrossCovariance() => Invented.Verify<CrossCovariance>(All);

    [Fact]
    public void FadingMoments() => Invented.Verify<FadingMoments>(All);

    [Fact]
    public void Saturating() => Invented.Verify<Saturating>(Mode.Recurrent);

    [Fact]
    public void Conveyor() => Invented.Verify<Conveyor>(All);

    [Fact]
    public void TurnOfTheLast() => Invented.Verify<TurnOfTheLast>(All);

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };

    private static VerificationOptions Between(params (string Name, double Low, double High)[] ranges) => new() { Ranges = ranges.ToDictionary(r => r.Name, r => (r.Low, r.High)) };
}
