namespace ModelDsl.Packages.Tests;

/// <summary>A user refers to ModelDsl.TorchSharp and libtorch, and TorchSharp works, built or published, whatever this system's libstdc++.</summary>
[Collection(nameof(PackageFeed))]
public sealed class TorchSharpTests(PackageFeed feed)
{
    private const string Program = """
        using ModelDsl.TorchSharp;
        using static TorchSharp.torch;

        Tensor x = ones([1, 3, 1, 1], requires_grad: true), decay = full([1, 1], 0.5f);
        RecurrenceTensors result = Average.Run(x, decay);
        result.Output.sum().backward();
        Console.WriteLine($"ends at {result.FinalStates[0].item<float>()} with slope {x.grad![0, 0, 0, 0].item<float>()}");
        var report = ModeVerification.Verify<Average>(new() { Targets = [TorchKernel.Target<Average>()] });
        Console.WriteLine(report);
        Console.WriteLine($"torch and CPU verified: {report.Passed}");

        public struct Channel : IAxis;

        [Recurrence]
        public partial struct Average
        {
            [State] Tensor<Channel> m;

            public Tensor<Channel> Step(Tensor<Channel> x, [Shared(Across.Time)] Tensor<Channel> decay)
            {
                m = decay * m + x;
                return m;
            }
        }
        """;

    /// <summary>1, then 1 + 1/2, then 1 + 3/4; the first token counts 1 + 1/2 + 1/4.</summary>
    private static readonly string[] s_expected = ["ends at 1.75 with slope 1.75", "torch and CPU verified: True"];

    [Fact]
    public void It_loads_when_built_and_when_published()
    {
        string folder = feed.NewProject("UsesTorch", [$"ModelDsl.TorchSharp/{PackageFeed.Version}", $"{PackageFeed.LibtorchPackage}/2.10.0"], Program);
        string printed = Dotnet.Run(folder, "run", "-c", "Release");
        Assert.All(s_expected, line => Assert.Contains(line, printed));
        Dotnet.Run(folder, "publish", "-c", "Release", "--use-current-runtime", "--no-self-contained", "-o", "published");
        Assert.Contains(s_expected[0], Dotnet.Run(folder, "published/UsesTorch.dll"));
    }

    [Fact]
    public void A_missing_libtorch_is_told_with_what_to_add()
    {
        string folder = feed.NewProject("LacksLibtorch", [$"ModelDsl.TorchSharp/{PackageFeed.Version}"], Program, "<TreatWarningsAsErrors>false</TreatWarningsAsErrors>");
        Assert.Contains($"""<PackageReference Include="{PackageFeed.LibtorchPackage}" Version="2.10.0" />""", Dotnet.Run(folder, "build", "-c", "Release"));
    }
}
