using ModelDsl.Conformance.Reporting;
using ModelDsl.Conformance.Targets;
using Xunit;

namespace ModelDsl.Conformance.Tests;

/// <summary>Files other than the carried ones: other sizes, and files that are wrong. Only the oracle is run: what is tested is the reading and comparing.</summary>
public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("modeldsl-conformance-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void OtherSizesAreReadFromTheFile()
    {
        // The first tokens of the second sequence and head: a recurrence does not see what comes later or elsewhere.
        const int time = 17;
        Safetensors whole = Safetensors.Read(Golden("gated_delta_rule"));
        Dictionary<string, SequenceTensor> part = [];
        foreach (string name in new[] { "q", "k", "v", "g", "beta", "out" })
        {
            part.Add(name, Cut(whole.Tensors[name], [(1, 1), (0, time), (1, 1)]));
        }

        part.Add("initial_state", Cut(whole.Tensors["initial_state"], [(1, 1), (1, 1)]));

        Row row = Assert.Single(Run(Write("gated_delta_rule_T17", part, whole.Metadata)));

        Assert.Equal("gated_delta_rule", row.Architecture);
        Assert.Equal(Outcome.Passed, row.Outcome);
        Assert.Null(row.Errors.Gradients);
    }

    [Theory]
    [InlineData("out")]
    [InlineData("final_state")]
    [InlineData("gradfs_beta")]
    public void AWrongValueFails(string tensor)
    {
        Safetensors golden = Safetensors.Read(Golden("gated_delta_rule"));
        float[] data = golden.Tensors[tensor].Data;
        data[data.Length / 2] += 2e-4f * data.Max(Math.Abs);

        Row row = Assert.Single(Run(Write("gated_delta_rule", golden.Tensors, golden.Metadata)));

        Assert.Equal(Outcome.Failed, row.Outcome);
    }

    [Fact]
    public void ATruncatedFileFailsWithAMessage()
    {
        string path = Path.Combine(_folder, "gla.safetensors");
        File.WriteAllBytes(path, File.ReadAllBytes(Golden("gla"))[..1000]);

        AssertFails(path, "gla.safetensors");
    }

    [Fact]
    public void AMissingTensorFailsWithItsName()
    {
        Safetensors golden = Safetensors.Read(Golden("gla"));
        Dictionary<string, SequenceTensor> tensors = new(golden.Tensors);
        tensors.Remove("gk");

        AssertFails(Write("gla", tensors, golden.Metadata), "'gk'");
    }

    [Fact]
    public void ContradictingShapesFailWithBoth()
    {
        Safetensors golden = Safetensors.Read(Golden("gla"));
        Dictionary<string, SequenceTensor> tensors = new(golden.Tensors) { ["gk"] = Cut(golden.Tensors["gk"], [(0, 2), (0, 60)]) };

        AssertFails(Write("gla", tensors, golden.Metadata), "61", "60");
    }

    [Fact]
    public void AGradientOfAnUnknownTensorFails()
    {
        Safetensors golden = Safetensors.Read(Golden("gla"));
        Dictionary<string, SequenceTensor> tensors = new(golden.Tensors) { ["grad_other"] = golden.Tensors["q"] };

        AssertFails(Write("gla", tensors, golden.Metadata), "'other'");
    }

    [Theory]
    [InlineData("gla", "gla")]
    [InlineData("gla_T300", "gla")]
    [InlineData("simple_gla_B1_seed3", "simple_gla")]
    [InlineData("mamba_selective_scan_T7", "mamba_selective_scan")]
    [InlineData("mamba_selective_scan_grouped_T7", "mamba_selective_scan_grouped")]
    [InlineData("mamba2_ssd_minimal_seed1", "mamba2_ssd_minimal")]
    [InlineData("mega_ema_bidirectional", "mega_ema_bidirectional")]
    [InlineData("mamba1_block", null)]
    [InlineData("lightning_attention3", null)]
    [InlineData("glad", null)]
    public void TheLongestNameBeforeASuffixIsTheArchitecture(string file, string? architecture) =>
        Assert.Equal(architecture, FileNames.Find(file)?.Name);

    [Fact]
    public void AnUnknownArchitectureIsSkipped()
    {
        Row row = Assert.Single(Run(Path.Combine(_folder, "something_else.safetensors")));

        Assert.Equal(Outcome.Skipped, row.Outcome);
        Assert.NotEmpty(row.Note);
    }

    private static string Golden(string architecture) => Path.Combine(Repository.Goldens, architecture + ".safetensors");

    private static List<Row> Run(string path) => [.. new ConformanceRunner([new OracleTarget()], [], [0]).Run(path)];

    private static void AssertFails(string path, params string[] expected)
    {
        Row row = Assert.Single(Run(path));
        Assert.Equal(Outcome.Failed, row.Outcome);
        Assert.All(expected, text => Assert.Contains(text, row.Note, StringComparison.Ordinal));
    }

    private string Write(string name, IReadOnlyDictionary<string, SequenceTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        string path = Path.Combine(_folder, name + ".safetensors");
        Safetensors.Write(path, tensors, metadata);
        return path;
    }

    /// <summary>A part of a tensor: for each of its first axes, where it begins and how much of it.</summary>
    private static SequenceTensor Cut(SequenceTensor tensor, (int Start, int Count)[] ranges)
    {
        (int Start, int Count)[] all = [.. ranges, .. tensor.Shape.Skip(ranges.Length).Select(size => (0, size))];
        IEnumerable<int> positions = [0];
        for (int axis = 0; axis < all.Length; axis++)
        {
            int size = tensor.Shape[axis];
            (int start, int count) = all[axis];
            positions = [.. positions.SelectMany(p => Enumerable.Range(start, count).Select(i => (p * size) + i))];
        }

        return new SequenceTensor([.. positions.Select(p => tensor.Data[p])], [.. all.Select(a => a.Count)]);
    }
}
