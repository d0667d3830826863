namespace ModelDsl.Packages.Tests;

/// <summary>What is in the packages, and what they ask for.</summary>
[Collection(nameof(PackageFeed))]
public sealed class ContentTests(PackageFeed feed)
{
    [Fact]
    public void ModelDsl_carries_runtime_kernels_and_generator()
    {
        Assert.Superset(
            (HashSet<string>)
            [
                "lib/net10.0/ModelDsl.dll", "lib/net10.0/ModelDsl.xml",
                "lib/net10.0/ModelDsl.Kernels.Cpu.dll", "lib/net10.0/ModelDsl.Kernels.Cpu.xml",
                "analyzers/dotnet/cs/ModelDsl.Generators.dll", "analyzers/dotnet/cs/ModelDsl.Compiler.dll",
                "buildTransitive/ModelDsl.props", "README.md",
            ],
            feed.Files("ModelDsl").ToHashSet());
        Assert.DoesNotContain("<dependency ", feed.Manifest("ModelDsl"));
    }

    [Fact]
    public void ModelDsl_TorchSharp_brings_all_of_ModelDsl_and_no_libtorch()
    {
        Assert.Contains("buildTransitive/ModelDsl.TorchSharp.targets", feed.Files("ModelDsl.TorchSharp"));
        string manifest = feed.Manifest("ModelDsl.TorchSharp");
        Assert.Contains($"""<dependency id="ModelDsl" version="{PackageFeed.Version}" include="All" />""", manifest);
        Assert.Contains("""<dependency id="TorchSharp" """, manifest);
        Assert.DoesNotContain("libtorch-cpu\"", manifest);
    }

    [Fact]
    public void ModelDsl_Gpu_brings_the_runtime_for_GPUs_and_only_it_brings_ILGPU()
    {
        Assert.Contains("lib/net10.0/ModelDsl.Kernels.Gpu.dll", feed.Files("ModelDsl.Gpu"));
        string manifest = feed.Manifest("ModelDsl.Gpu");
        Assert.Contains($"""<dependency id="ModelDsl" version="{PackageFeed.Version}" include="All" />""", manifest);
        Assert.Contains("""<dependency id="ILGPU" """, manifest);
        foreach (string package in (string[])["ModelDsl", "ModelDsl.TorchSharp"])
        {
            Assert.DoesNotContain("ILGPU", feed.Manifest(package));
            Assert.DoesNotContain("Gpu", string.Join(' ', feed.Files(package)));
        }
    }
}
