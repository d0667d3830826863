namespace ModelDsl.Packages.Tests;

/// <summary>A user refers to ModelDsl alone, writes a spec, and every mode of it is right, also as a native program.</summary>
[Collection(nameof(PackageFeed))]
public sealed class SpecTests(PackageFeed feed)
{
    private const string Program = """
        VerificationReport report = ModeVerification.Verify<GatedDeltaRule>();
        Console.WriteLine(report);
        Console.WriteLine($"verified {string.Join(", ", GatedDeltaRule.Description.LegalModes)}: {report.Passed}");
        return report.Passed ? 0 : 1;

        public struct Key : IAxis;

        public struct Value : IAxis;

        [Recurrence(Require = Mode.Recurrent | Mode.Chunkwise | Mode.ParallelScan | Mode.Quadratic)]
        public partial struct GatedDeltaRule
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
            {
                S *= Exp(g);                                   // decay
                S += Outer(k, beta * (v - Dot(k, S)));         // correct what the memory holds under k
                return Dot(q, S);                              // read
            }
        }
        """;

    private const string Verified = "verified Recurrent, Chunkwise, ParallelScan, Quadratic: True";

    private static readonly string[] s_packages = [$"ModelDsl/{PackageFeed.Version}"];

    [Fact]
    public void A_spec_runs_in_all_its_modes()
    {
        string folder = feed.NewProject("WritesSpec", s_packages, Program);
        Assert.Contains(Verified, Dotnet.Run(folder, "run", "-c", "Release"));
    }

    [SkippableFact]
    public void A_spec_runs_as_native_code()
    {
        string folder = feed.NewProject("WritesNativeSpec", s_packages, Program, "<PublishAot>true</PublishAot><InvariantGlobalization>true</InvariantGlobalization>");
        string restored = Dotnet.Try(folder, out int status, "restore", "--use-current-runtime");
        Skip.If(status != 0 && restored.Contains("ILCompiler"), "The native compiler's package is not served here.");
        string published = Dotnet.Run(folder, "publish", "-c", "Release", "--use-current-runtime", "-o", "published");
        Assert.Contains("IlcInstructionSet", published);  // the way to wide vectors is told
        Assert.Contains(Verified, Dotnet.Start(Path.Combine(folder, "published", "WritesNativeSpec"), folder));
    }

    [Fact]
    public void What_breaks_a_mode_is_an_error_at_its_place()
    {
        string folder = feed.NewProject("AsksTooMuch", s_packages, """
            Console.WriteLine(Elman.Description);

            [Recurrence(Require = Mode.Chunkwise)]
            public partial struct Elman
            {
                [State] Scalar h;

                public Scalar Step(Scalar x)
                {
                    h = Tanh(h + x);
                    return h;
                }
            }
            """);
        string printed = Dotnet.Try(folder, out int status, "build", "-c", "Release");
        Assert.NotEqual(0, status);
        Assert.Matches(@"Program\.cs\(\d+,\d+\): error MDSL\d+: .*Chunkwise", printed);
    }
}
