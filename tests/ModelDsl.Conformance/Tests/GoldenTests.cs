using ModelDsl.Conformance.Reporting;
using ModelDsl.Conformance.Targets;
using Xunit;

namespace ModelDsl.Conformance.Tests;

public sealed class GoldenTests
{
    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Repository.Goldens, "*.safetensors").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>The targets on the processor. For devices the conformance program is run by itself: a compiler for each file, and reasons for what is skipped.</summary>
    private static ITarget[] Targets { get; } = [.. KnownTargets.All.Where(target => target is not GpuTarget)];

    [Theory]
    [MemberData(nameof(Files))]
    public void EveryTargetAgreesInEveryLegalMode(string file)
    {
        List<Row> rows = [.. new ConformanceRunner(Targets, [], [0, 16]).Run(Path.Combine(Repository.Goldens, file + ".safetensors"))];

        Assert.All(rows, row => Assert.True(row.Outcome == Outcome.Passed, string.Join("  ", row.Cells)));
        Assert.All(Targets, target => Assert.Contains(rows, row => row.Target == target.Name));
    }

    [Fact]
    public void EveryArchitectureHasAGolden() =>
        Assert.All(Architectures.All, architecture => Assert.True(File.Exists(Path.Combine(Repository.Goldens, architecture.Name + ".safetensors")), architecture.Name));
}
