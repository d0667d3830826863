namespace ModelDsl.Recurrences.Tests;

/// <summary>Combinations of recurrences in all their modes, with every gradient, packed and not, against the same combination of oracles.</summary>
public class CombinatorTests
{
    private const Mode All = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic;

    [Fact]
    public void ReversedMemory() => Verify<MixedDecays>(memory => memory.Reversed(), All);

    [Fact]
    public void ReversedCell() => Verify<GatedCell>(cell => cell.Reversed(), Mode.Recurrent);

    [Fact]
    public void ReversedWindow() => Verify<WindowThenGate>(window => window.Reversed(), All);

    [Fact]
    public void DelayedMemoryIsCausal() => Verify<ShiftedKeys>(memory => memory.Delayed(), All, isCausal: true);

    [Fact]
    public void BothDirectionsShareParameters() => Verify<MixedDecays>(memory => memory.Bidirectional(), All);

    [Fact]
    public void BothDirectionsWithParametersAndOutputsOfTheirOwn() => Verify<WindowThenGate>(
        window => window.Bidirectional(separate: ["w0", "w1", "output"]),
        All,
        description =>
        {
            Assert.Equal(["x", "w0", "w1", "w2", "w0Backward", "w1Backward"], description.Inputs.Select(i => i.Name));
            Assert.Equal(["output", "outputBackward"], description.Outputs.Select(o => o.Name));
            Assert.Equal(["x1", "x2", "h", "x1Backward", "x2Backward", "hBackward"], description.States.Select(s => s.Name));
        });

    [Fact]
    public void DelayedDirections() => Verify<NormaliserBesideMemory>(memory => memory.Delayed().Bidirectional(), All);

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(1000)]
    public void MemoryAfterAPrefix(int tokens) => Verify<NormaliserBesideMemory>(
        memory => memory.WithPrefix(memory.Renamed(("k", "prefixKey"), ("v", "prefixValue")), tokens),
        All,
        description => Assert.Equal(["S", "z"], description.States.Select(s => s.Name)));

    [Fact]
    public void MemoryAfterTheWholeSequenceReversed() => Verify<NormaliserBesideMemory>(memory => memory.WithPrefix(memory.Reversed()).Reversed(), All);

    [Fact]
    public void OneAfterAnother()
    {
        RecurrenceHandle handle = RecurrenceHandle.Combined(on => on(RecurrenceHandle.Of<WindowThenGate>()).Renamed(("output", "z")).Reversed()
            .Then(on(RecurrenceHandle.Of<GatedCell>()).Renamed(("h", "cell"))));
        Verify(handle, Mode.Recurrent);
        Assert.Equal(["x", "w0", "w1", "w2", "i", "f", "r"], handle.Description.Inputs.Select(i => i.Name));
    }

    [Fact]
    public void WhatDoesNotFitIsRefused()
    {
        Refused(() => MixedDecays.Kernel.Beside(MixedDecays.Kernel), "it has a state \"S\", as another part has: give one of them another name with Renamed");
        Refused(() => MixedDecays.Kernel.Renamed(("p", "q")), "MixedDecays has no tensor \"p\"; it has \"q\", \"k\"");
        Refused(() => MixedDecays.Kernel.WithPrefix(WindowThenGate.Kernel), "no state of the prefix (x1, x2, h) is one of the recurrence (S)");
        Refused(() => MixedDecays.Kernel.Then(WindowThenGate.Kernel), "no output of the first (output) is an input of the second (x, w0, w1, w2)");
        Refused(() => WindowThenGate.Kernel.Beside(GatedCell.Kernel.Renamed(("h", "cell"), ("z", "w0"))), "input \"w0\" is shared across None, but across Time in another part");
        Assert.Throws<ArgumentOutOfRangeException>(() => MixedDecays.Kernel.WithPrefix(MixedDecays.Kernel, 0));
    }

    private static void Refused(Func<IRecurrenceKernel> combine, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(combine).Message, StringComparison.Ordinal);

    private static void Verify<T>(
        Func<IRecurrenceKernel, IRecurrenceKernel> combine, Mode expected, Action<RecurrenceDescription>? check = null, bool isCausal = false)
        where T : struct, IRecurrence<T>
    {
        RecurrenceHandle spec = RecurrenceHandle.Of<T>();
        var handle = RecurrenceHandle.Combined(on => combine(on(spec)), isCausal);
        check?.Invoke(handle.Description);
        Verify(handle, expected);
    }

    private static void Verify(RecurrenceHandle handle, Mode expected)
    {
        VerificationReport report = ModeVerification.Verify(handle);
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(expected, handle.Description.LegalModes.Aggregate((a, b) => a | b));
        VerificationError oracle = OracleVerification.GradientError(handle, new VerificationOptions { Lengths = [1, 7] });
        Assert.True(oracle.Value < 1e-2, $"{report.Recurrence}: the oracle's gradient differs from finite differences: {oracle}");
    }
}
