namespace ModelDsl.Recurrences.Tests;

/// <summary>More of what somebody might write who has read no more than the first page: statistics, circuits, and layers of several strata.</summary>
public class OutsideLayerTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void HoltWinters() => Invented.Verify<HoltWinters>(All | Mode.Convolution);

    [Fact]
    public void TwoSidedTest() => Invented.Verify<TwoSidedTest>(All);

    [Fact]
    public void Drawdown() => Invented.Verify<Drawdown>(All);

    [Fact]
    public void MinMaxScaler() => Invented.Verify<MinMaxScaler>(All);

    [Fact]
    public void PeakHold() => Invented.Verify<PeakHold>(All);

    [Fact]
    public void Debounce() => Invented.Verify<Debounce>(All);

    [Fact]
    public void LogForward() => Invented.Verify<LogForward>(All);

    [Fact]
    public void Adam() => Invented.Verify<Adam>(All | Mode.Convolution, new() { Ranges = new Dictionary<string, (double, double)> { ["second"] = (0.1, 1) } });

    [Fact]
    public void Lattice() => Invented.Verify<Lattice>(All | Mode.Convolution);

    [Fact]
    public void TransposedForm() => Invented.Verify<TransposedForm>(All | Mode.Convolution);

    [Fact]
    public void AllPassPair() => Invented.Verify<AllPassPair>(All | Mode.Convolution);

    [Fact]
    public void Waveguide() => Invented.Verify<Waveguide>(All | Mode.Convolution);

    [Fact]
    public void MovingAverages() => Invented.Verify<MovingAverages>(Mode.Recurrent | Mode.ParallelScan | Mode.Convolution);

    [Fact]
    public void Discharge() => Invented.Verify<Discharge>(All | Mode.Convolution);

    // Its sums are a convolution behind another one: of a state's cosine.
    [Fact]
    public void Compass() => Invented.Verify<Compass>(All | Mode.Convolution);

    [Fact]
    public void DroppedRows() => Invented.Verify<DroppedRows>(All);

    [Fact]
    public void LogSlots() => Invented.Verify<LogSlots>(All);

    [Fact]
    public void ProductKeys() => Invented.Verify<ProductKeys>(All, Sized(("Row", 3), ("Column", 5), ("Value", 7)));

    [Fact]
    public void Trapezoid() => Invented.Verify<Trapezoid>(All);

    [Fact]
    public void Levels() => Invented.Verify<Levels>(All, Sized(("Key", 5), ("Value", 7)));

    [Fact]
    public void PathMemory() => Invented.Verify<PathMemory>(All);

    [Fact]
    public void ComplexMemory() => Invented.Verify<ComplexMemory>(All, Sized(("Key", 5), ("Value", 7)));

    [Fact]
    public void StabilisedAddresses() => Invented.Verify<StabilisedAddresses>(All);

    [Fact]
    public void PooledKeys() => Invented.Verify<PooledKeys>(All, Sized(("Slot", 3), ("Channel", 5), ("Value", 7)));

    [Fact]
    public void StaleBesideStabilised() => Invented.Verify<StaleBesideStabilised>(Mode.Recurrent | Mode.Chunkwise);

    [Fact]
    public void LargestOfThree() => Invented.Verify<LargestOfThree>(All, Sized(("Row", 3), ("Column", 5), ("Channel", 2), ("Value", 7)));

    [Fact]
    public void GatesOfAState() => Invented.Verify<GatesOfAState>(All);

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };
}
