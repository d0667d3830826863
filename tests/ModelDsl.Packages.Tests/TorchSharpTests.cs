namespace ModelDsl.Packages.Tests;

/// <summary>A user refers to ModelDsl.TorchSharp and libtorch, and TorchSharp works, built or published, whatever this system's libstdc++.</summary>
[Collection(nameof(PackageFeed))]
public sealed class TorchSharpTests(PackageFeed feed)
{
    private const string Program = """
        using static TorchSharp.torch;

        Console.WriteLine($"sum {ones(2, 3).sum().item<float>()}");
        """;

    [Fact]
    public void It_loads_when_built_and_when_published()
    {
        string folder = feed.NewProject("UsesTorch", [$"ModelDsl.TorchSharp/{PackageFeed.Version}", $"{PackageFeed.LibtorchPackage}/2.10.0"], Program);
        Assert.Contains("sum 6", Dotnet.Run(folder, "run", "-c", "Release"));
        Dotnet.Run(folder, "publish", "-c", "Release", "--use-current-runtime", "--no-self-contained", "-o", "published");
        Assert.Contains("sum 6", Dotnet.Run(folder, "published/UsesTorch.dll"));
    }

    [Fact]
    public void A_missing_libtorch_is_told_with_what_to_add()
    {
        string folder = feed.NewProject("LacksLibtorch", [$"ModelDsl.TorchSharp/{PackageFeed.Version}"], Program, "<TreatWarningsAsErrors>false</TreatWarningsAsErrors>");
        Assert.Contains($"""<PackageReference Include="{PackageFeed.LibtorchPackage}" Version="2.10.0" />""", Dotnet.Run(folder, "build", "-c", "Release"));
    }
}
