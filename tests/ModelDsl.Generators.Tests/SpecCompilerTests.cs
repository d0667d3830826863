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
