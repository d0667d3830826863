using ModelDsl.Testing;

namespace ModelDsl.TorchSharp.Tests;

/// <summary>Layers of the literature, and what outsiders might write, in every legal mode through torch's autograd.</summary>
public sealed class WrittenSpecTests(WrittenSpecTests.Compiled compiled) : IClassFixture<WrittenSpecTests.Compiled>
{
    public static TheoryData<string> Names => [.. WrittenSpecs.Options.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_mode_agrees_with_the_definition(string name)
    {
        var recurrence = compiled.Specs.Recurrence(name);
        var report = ModeVerification.Verify(recurrence, WrittenSpecs.Options[name] with
        {
            Lengths = [1, 9],
            Segments = [9, 0, 3],
            ChunkSize = 4,
            Targets = [new("torch", new TorchKernel(recurrence.Kernel))],
        });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(2 * recurrence.Description.LegalModes.Count(), report.Rows.Count);
    }

    /// <summary>The specs, compiled once.</summary>
    public sealed class Compiled : IDisposable
    {
        public CompiledSpecs Specs { get; } = WrittenSpecs.Compile(WrittenSpecs.Options.Keys);

        public void Dispose() => Specs.Dispose();
    }
}
