using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Updates that are affine over another semiring than the numbers', in the ways in which they are written: each is found, is carried as such in every mode, and computes
/// with its gradients what it says.
/// </summary>
public sealed class SemiringFormTests
{
    private const string Max = "max and plus", Min = "min and plus", Log = "log-add-exp and plus";

    private static readonly Mode[] s_all = [Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan, Mode.Quadratic];

    /// <summary>An update of m, what it is affine over, and its normal form.</summary>
    public static readonly TheoryData<string, string, string> Forms = new()
    {
        { "Max(f + m, i)", Max, "max(f + m, i)" },
        { "Max(i, m + f)", Max, "max(f + m, i)" },
        { "Max(m, i)", Max, "max(m, i)" },
        { "Max(1 * m, i)", Max, "max(m, i)" },
        { "Max(m - f, i)", Max, "max(m - f, i)" },
        { "Max(f + (m - j), i)", Max, "max(f - j + m, i)" },
        { "Max(Max(f + m, i), j)", Max, "max(f + m, max(i, j))" },
        { "Max(j, Max(i, m + f) + f)", Max, "max(f + f + m, max(j, i + f))" },
        { "Max(f + m, i + m)", Max, "max(f, i) + m" },
        { "Max(m - 0.25, -0.5)", Max, "max(m - 0.25, -0.5)" },
        { "Relu(m + f)", Max, "max(f + m, 0)" },
        { "Where(reset > 0.5, i, Max(f + m, i))", Max, "max(where(reset > 0.5, -inf, f) + m, i)" },
        { "Where(reset > 0.5, Max(f + m, i), m)", Max, "max(where(reset > 0.5, f, 0) + m, where(reset > 0.5, i, -inf))" },
        { "Where(reset > 0.5, Max(f + m, i), Max(m, j))", Max, "max(where(reset > 0.5, f, 0) + m, where(reset > 0.5, i, j))" },
        { "Min(f + m, i)", Min, "min(f + m, i)" },
        { "Where(reset > 0.5, i, Min(j, m))", Min, "min(where(reset > 0.5, inf, 0) + m, where(reset > 0.5, i, j))" },
        { "LogAddExp(f + m, i)", Log, "logAddExp(f + m, i)" },
        { "LogAddExp(f + m, i + m)", Log, "logAddExp(f, i) + m" },
        { "LogAddExp(i, m)", Log, "logAddExp(m, i)" },
        { "LogAddExp(LogAddExp(i, m - f), j)", Log, "logAddExp(m - f, logAddExp(i, j))" },
        { "Where(reset > 0.5, i, LogAddExp(f + m, i))", Log, "logAddExp(where(reset > 0.5, -inf, f) + m, i)" },
        { "Softplus(m + f)", Log, "logAddExp(f + m, 0)" },
        { "i + Softplus(m - i)", Log, "logAddExp(i - i + m, i)" },
        { "Log(Exp(f + m) + Exp(i))", Log, "logAddExp(f + m, i)" },
        { "Log(1 + Exp(f + m) + Exp(i))", Log, "logAddExp(f + m, logAddExp(0, i))" },
        { "Max(f + m, i) + Softplus(-Abs(f + m - i))", Log, "logAddExp(f + m, i)" },
        { "Max(f + m, i) + Log(Exp(f + m - Max(f + m, i)) + Exp(i - Max(f + m, i)))", Log, "logAddExp(f + m, i)" },
    };

    private static readonly Lazy<CompiledSpecs> s_specs = new(() => SpecCompiler.Compile([Specs.Axes, .. Forms.Select((form, n) => Spec(n, (string)form[0]))]));

    /// <summary>What is not affine over any one of them.</summary>
    [Theory]
    [InlineData("Max(2 * m, i)")]
    [InlineData("Max(Min(m + f, i), j)")]
    [InlineData("Max(i - m, j)")]
    [InlineData("Max(m * f, i)")]
    [InlineData("Max(m, i) + m")]
    [InlineData("LogAddExp(m, Max(m, i))")]
    [InlineData("Max(Detach(m), i)")]
    [InlineData("Max(Where(m > i, m, j), i)")]
    [InlineData("Max(f + m, i) + Log(Exp(f + m - i) + Exp(i - f))")]
    public void OtherUpdatesRunTokenByToken(string update)
    {
        RecurrenceDescription description = SpecCompiler.Compile(Specs.Axes, Spec(0, update)).Recurrence("Form0").Description;
        Assert.Equal("nonlinear in the state", description.StructureClass);
        Assert.Equal([Mode.Recurrent], description.LegalModes);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void AnUpdateIsFound(string update, string over, string normalForm)
    {
        RecurrenceDescription description = s_specs.Value.Recurrence(Name(update)).Description;
        Assert.Equal($"elementwise decay, general input (over {over})", description.StructureClass);
        Assert.Contains($"m <- {normalForm}\n", description.NormalForm);
        Assert.Equal(s_all, description.LegalModes);
        Assert.Contains($"'m' over {over}", description.Modes.Single(m => m.Mode == Mode.ParallelScan).Reason);
        Assert.Contains($"linear over {over}, not over plus and times", description.Modes.Single(m => m.Mode == Mode.Convolution).Reason);
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void EveryModeComputesIt(string update, string over, string normalForm)
    {
        _ = (over, normalForm);

        // A chunk of 8: lengths on both sides of one, of two, and one that ends in the middle of many.
        var options = new VerificationOptions { ChunkSize = 8, Lengths = [1, 2, 7, 8, 9, 19, 61], Ranges = new Dictionary<string, (double, double)> { ["reset"] = (0, 1) } };
        VerificationReport report = ModeVerification.Verify(s_specs.Value.Recurrence(Name(update)), options);
        Assert.True(report.Passed, report.ToString());
    }

    private static string Name(string update) => $"Form{Forms.Select(f => (string)f[0]).ToList().IndexOf(update)}";

    private static string Spec(int number, string update) =>
        $$"""
        [Recurrence]
        public partial struct Form{{number}}
        {
            [State] Tensor<Unit> m;

            public Tensor<Unit> Step(Tensor<Unit> f, Tensor<Unit> i, Tensor<Unit> j, Scalar reset)
            {
                var before = m;
                m = {{update}};
                return m - 0.5 * before + 0.1 * (f + i + j + reset);
            }
        }

        """;
}
