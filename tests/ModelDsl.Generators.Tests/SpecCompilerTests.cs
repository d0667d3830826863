using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>From the text of a spec to a recurrence that runs.</summary>
public class SpecCompilerTests
{
    [Fact]
    public void ASpecInATextRunsInEveryMode()
    {
        using CompiledSpecs specs = SpecCompiler.Compile("""
            namespace Somewhere;

            public struct Key : IAxis;
            public struct Value : IAxis;

            internal static partial class Layers
            {
                [Recurrence(Require = Mode.Chunkwise)]
                internal partial struct Corrected
                {
                    [State] Tensor<Key, Value> S;

                    Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g)
                    {
                        S *= Sigmoid(g);
                        S += Outer(L2Normalize(k), 0.5 * (v - Dot(L2Normalize(k), S)));
                        return Dot(q, S);
                    }
                }
            }
            """);
        RecurrenceHandle recurrence = specs.Recurrence("Corrected");
        Assert.True(recurrence.Description.IsLegal(Mode.ParallelScan));
        VerificationReport report = ModeVerification.Verify(
            recurrence, new VerificationOptions { ChunkSize = 4, Lengths = [1, 5, 11], Batch = 1, Heads = 2 });
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void SpecsOfOneNameInDifferentTypesAreToldApart()
    {
        const string spec = "{ [Recurrence] partial struct Ema { [State] Scalar h; Scalar Step(Scalar x) => h = 0.5 * h + x; } }";
        GeneratorRun run = GeneratorRun.Of($"partial class First {spec} partial class Second {spec}");
        Assert.Null(run.Result.Exception);
        Assert.Equal(2, run.Specs.Count);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
    }

    [Fact]
    public void InputsMayBeCalledLikeWhatIsGenerated()
    {
        using CompiledSpecs specs = SpecCompiler.Compile("""
            [Recurrence]
            partial struct Named
            {
                [State] Scalar Zero;
                [State] Scalar tokens;

                Scalar Step(Scalar initialState, Scalar mode, Scalar offsets, Scalar Kernel, Scalar t, Scalar keep)
                {
                    Zero = 0.5 * Zero + initialState * mode;
                    tokens = 0.5 * tokens + offsets * Kernel;
                    return Zero + tokens * t + keep;
                }
            }
            """);
        Verify(specs.Recurrence("Named"));
    }

    [Fact]
    public void LocalsMayBeCalledLikeIndicesAndPointers()
    {
        using CompiledSpecs specs = SpecCompiler.Compile("""
            public struct Channel : IAxis;

            [Recurrence]
            partial struct Named
            {
                [State] Tensor<Channel> h;

                (Tensor<Channel> Channel, Tensor<Channel> nChannel) Step(Tensor<Channel> x, Tensor<Channel> y)
                {
                    var iChannel = Tanh(x * y);
                    var sChannel = iChannel * iChannel;
                    var pX = sChannel + iChannel;
                    var pXRow = pX * sChannel;
                    h = 0.5 * h + pXRow * pX;
                    return (h, pXRow);
                }
            }
            """);
        Verify(specs.Recurrence("Named"));
    }

    [Fact]
    public void NumbersThatAreNoneAreWrittenAsCSharpWritesThem()
    {
        using CompiledSpecs specs = SpecCompiler.Compile("""
            [Recurrence]
            partial struct Masked
            {
                [State] Scalar h;

                Scalar Step(Scalar x)
                {
                    h = 0.5 * h + Where(x > 5, double.NaN, Exp(Where(x > 4, x, double.NegativeInfinity)) + Min(x, 1e300));
                    return h;
                }
            }
            """);
        Verify(specs.Recurrence("Masked"));
    }

    // A formula written out, and a walk along every path, would double with every turn: a thousand million of them.
    [Theory]
    [InlineData("Scalar y = x; for (int i = 0; i < 30; i++) { y = Sin(y * y) - 0.5 * y; } h = 0.5 * h + y;")]
    [InlineData("for (int i = 0; i < 30; i++) { h = 0.4 * h + Sin(x) * h * 0.1; } h += x;")]
    [InlineData("for (int i = 0; i < 30; i++) { h = Tanh(h * h - 0.5 * h + x); }")]
    public void ALoopThatUsesItsValueTwiceIsCompiledInNoTime(string body)
    {
        using CompiledSpecs specs = SpecCompiler.Compile($$"""
            [Recurrence]
            partial struct Loop
            {
                [State] Scalar h;

                Scalar Step(Scalar x)
                {
                    {{body}}
                    return h;
                }
            }
            """);
        Assert.InRange(specs.GeneratedText.Length, 1, 500_000);
        Verify(specs.Recurrence("Loop"));
    }

    [Fact]
    public void ThereMayBeMoreStatesThanBitsInAWord()
    {
        const int count = 66;
        IEnumerable<int> all = Enumerable.Range(0, count);
        using CompiledSpecs specs = SpecCompiler.Compile($$"""
            [Recurrence]
            partial struct Cascade
            {
                {{string.Join("\n", all.Select(i => $"[State] Scalar s{i};"))}}

                Scalar Step(Scalar x)
                {
                    {{string.Join("\n", all.Select(i => $"s{i} = 0.5 * s{i} + {(i == 0 ? "x" : $"s{i - 1}")};"))}}
                    return s{{count - 1}};
                }
            }
            """);
        ModeVerification.Verify(specs.Recurrence("Cascade"), new VerificationOptions { Lengths = [5], Segments = [], Batch = 1, Heads = 1, Modes = [Mode.Recurrent] });
    }

    private static void Verify(RecurrenceHandle recurrence)
    {
        VerificationReport report = ModeVerification.Verify(recurrence, new VerificationOptions { ChunkSize = 4, Lengths = [1, 5, 11], Segments = [3, 5], Batch = 1, Heads = 2 });
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void AnUnexpectedDiagnosticShowsTheLinesAroundIt()
    {
        var failure = Assert.Throws<SpecCompilationException>(() => SpecCompiler.Compile("""
            [Recurrence]
            partial struct Growing
            {
                [State] Scalar h;

                Scalar Step(Scalar x) => h = 2 * h + x;
            }
            """));
        Assert.Contains("MDSL031", failure.Message);
        Assert.Contains(">     6     Scalar Step(Scalar x) => h = 2 * h + x;", failure.Message);
    }

    [Fact]
    public void ACSharpErrorShowsTheLinesAroundIt() =>
        Assert.Contains("CS0103", Assert.Throws<SpecCompilationException>(() => SpecCompiler.Compile("class C { int x = y; }")).Message);

    [Fact]
    public void MarksAreTakenOutOfASource()
    {
        Markup markup = Markup.Parse("a[|b{|ID2:c|}|]d", "ID1");
        Assert.Equal("abcd", markup.Source);
        Assert.Equal([("ID1", new(1, 2)), ("ID2", new Microsoft.CodeAnalysis.Text.TextSpan(2, 1))], markup.Spans);
    }
}
