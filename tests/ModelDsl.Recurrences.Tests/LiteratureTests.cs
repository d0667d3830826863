namespace ModelDsl.Recurrences.Tests;

/// <summary>Layers as papers describe them, written as their readers would: no golden file holds them, so each is held against its own spec.</summary>
public class LiteratureTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void KimiDelta() => Invented.Verify<KimiDelta>(All);

    [Fact]
    public void Rwkv7() => Invented.Verify<Rwkv7>(All);

    [Fact]
    public void Rwkv5() => Invented.Verify<Rwkv5>(All);

    [Fact]
    public void GatedDeltaProduct() => Invented.Verify<GatedDeltaProduct>(All);

    [Fact]
    public void Comba() => Invented.Verify<Comba>(All);

    [Fact]
    public void Hgrn2() => Invented.Verify<Hgrn2>(All);

    [Fact]
    public void GatedSlots() => Invented.Verify<GatedSlots>(All);

    [Fact]
    public void TransNormer() => Invented.Verify<TransNormer>(All, Sized(("Key", 6)));

    [Fact]
    public void ThreeAxis() => Invented.Verify<ThreeAxis>(All, Sized(("Key", 5), ("Value", 9), ("Scale", 3)));

    [Fact]
    public void ThreeAxisDelta() => Invented.Verify<ThreeAxisDelta>(All, Sized(("Key", 5), ("Value", 9), ("Scale", 3)));

    [Fact]
    public void MultiScale() => Invented.Verify<MultiScale>(All);

    // A delay line only moves its elements: it keeps no mode from what it feeds.
    [Fact]
    public void ConvThenDelta() => Invented.Verify<ConvThenDelta>(All);

    [Fact]
    public void SignedGla() => Invented.Verify<SignedGla>(All);

    [Fact]
    public void TwoLayers() => Invented.Verify<TwoLayers>(All);

    [Fact]
    public void FoxLinear() => Invented.Verify<FoxLinear>(All, Between(("z", 0.5, 1)));

    // The system to solve must be positive.
    [Fact]
    public void Mesa() => Invented.Verify<Mesa>(All, Sized(("Key", 5), ("Slot", 5)) with { Ranges = Between(("lambda", 20, 21), ("H", -0.1, 0.1)).Ranges });

    [Fact]
    public void Abc() => Invented.Verify<Abc>(All, Between(("z", 0.5, 2)));

    // A maximum is linear over max and plus.
    [Fact]
    public void MLstm() => Invented.Verify<MLstm>(All);

    [Fact]
    public void HopfieldRead() => Invented.Verify<HopfieldRead>(All, Sized(("Key", 5), ("Value", 9), ("Slot", 6)));

    [Fact]
    public void MomentumDelta() => Invented.Verify<MomentumDelta>(Mode.Recurrent | Mode.ParallelScan, Sized(("Key", 4), ("Value", 5)));

    [Fact]
    public void MutualMemories() => Invented.Verify<MutualMemories>(Mode.Recurrent | Mode.ParallelScan, Sized(("Key", 4), ("Value", 5)));

    [Fact]
    public void EmaCovariance() => Invented.Verify<EmaCovariance>(All, Sized(("Row", 5), ("Column", 5)));

    [Fact]
    public void Mamba3() => Invented.Verify<Mamba3>(All);

    [Fact]
    public void Rwkv4Stable() => Invented.Verify<Rwkv4Stable>(All, Between(("den", 0.5, 2)));

    [Fact]
    public void MinLstm() => Invented.Verify<MinLstm>(All);

    [Fact]
    public void LinOss() => Invented.Verify<LinOss>(All | Mode.Convolution);

    [Fact]
    public void DampedLinOss() => Invented.Verify<DampedLinOss>(All);

    [Fact]
    public void LmuLinear() => Invented.Verify<LmuLinear>(
        Mode.Recurrent | Mode.ParallelScan | Mode.Convolution, Sized(("N", 6), ("Row", 6)) with { Ranges = Between(("A", -0.2, 0.2)).Ranges });

    [Fact]
    public void Unicornn() => Invented.Verify<Unicornn>(Mode.Recurrent);

    [Fact]
    public void Lotka() => Invented.Verify<Lotka>(Mode.Recurrent);

    [Fact]
    public void Welford() => Invented.Verify<Welford>(All, Between(("m2", 0, 2)));

    [Fact]
    public void ResetCounter() => Invented.Verify<ResetCounter>(All, Between(("count", 1, 3), ("reset", 0, 0.9)));

    // The operands of one state are those of another: computed once, they must be in memory for both.
    [Fact]
    public void SharedGate() => Invented.Verify<SharedGate>(All, Between(("den", 0.5, 2)));

    [Fact]
    public void GateIsOutput() => Invented.Verify<GateIsOutput>(All);

    private static VerificationOptions Sized(params (string Axis, int Size)[] sizes) => new() { AxisSizes = sizes.ToDictionary(s => s.Axis, s => s.Size) };

    private static VerificationOptions Between(params (string Name, double Low, double High)[] ranges) => new() { Ranges = ranges.ToDictionary(r => r.Name, r => (r.Low, r.High)) };
}
