using Microsoft.CodeAnalysis;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>What a declaration becomes, beside the graph of its Step.</summary>
public class SpecParserTests
{
    private const string Axes = """
        public struct Key : IAxis;
        public struct Value : IAxis;
        public struct N : IAxis;

        """;

    [Fact]
    public void AxesOfTheSameNameAreToldApartAndSizesAreKept()
    {
        GeneratorRun run = Parse("""
            public static class Other
            {
                [Axis(8)]
                public struct Key : IAxis;
            }

            [Recurrence]
            partial struct TwoKeys
            {
                [State] Tensor<Key, Other.Key> S;

                Tensor<Key> Step(Tensor<Other.Key> q, Tensor<Key> k) => Dot(q, S += Outer(k, q));
            }
            """);
        RecurrenceSpec spec = Assert.Single(run.Specs);
        Assert.Equal(EquatableArray.Of(new AxisInfo("Key", null), new AxisInfo("Key2", 8)), spec.Graph.Axes);
        Assert.Equal(EquatableArray.Of("global::Key", "global::Other.Key"), spec.AxisTypes);
    }

    [Fact]
    public void AComplexTensorIsTwoRealOnesWithNamesOfTheirOwn()
    {
        RecurrenceSpec spec = Assert.Single(Parse("""
            [Recurrence]
            partial struct Oscillator
            {
                [State] ComplexTensor<N> h;
                [State] Scalar hIm;

                (ComplexTensor<N> h, Scalar level) Step([Shared(Across.Time)] ComplexTensor<N> a, Scalar x, Tensor<N> aRe)
                {
                    hIm += x;
                    h = a * h + aRe;
                    return (h, hIm);
                }
            }
            """).Specs);
        Assert.Equal(["aRe2", "aIm", "x", "aRe"], spec.Graph.Inputs.Select(i => i.Name));
        Assert.Equal([true, true, false, false], spec.Graph.Inputs.Select(i => i.SharedAcrossTime));
        Assert.Equal(["hRe", "hIm2", "hIm"], spec.Graph.States.Select(s => s.Name));
        Assert.Equal(["hRe", "hIm", "level"], spec.Graph.Outputs.Select(o => o.Name));
        Assert.Equal(EquatableArray.Of(new StepValue("a", true), new StepValue("x", false), new StepValue("aRe", false)), spec.Step.Parameters);
        Assert.Equal(EquatableArray.Of(new StepValue("h", true), new StepValue("hIm", false)), spec.Step.Fields);
        Assert.Equal(EquatableArray.Of(new StepValue("h", true), new StepValue("level", false)), spec.Step.Results);
    }

    [Fact]
    public void WhereASpecIsDeclaredIsKept()
    {
        RecurrenceSpec spec = Assert.Single(Parse("""
            namespace Some.Where
            {
                public partial class Outer
                {
                    internal partial record struct Inner
                    {
                        [Recurrence(Require = Mode.Chunkwise | Mode.Recurrent)]
                        public partial struct Ema
                        {
                            [State] Scalar h;

                            public Scalar Step(Scalar x) => this.h = 0.5 * h + x;
                        }
                    }
                }
            }
            """).Specs);
        Assert.Equal("Some.Where", spec.Namespace);
        Assert.Equal(EquatableArray.Of("partial class Outer", "partial record struct Inner"), spec.ContainingTypes);
        Assert.Equal("internal", spec.Accessibility);
        Assert.Equal((int)(Mode.Chunkwise | Mode.Recurrent), spec.RequiredModes);
        Assert.False(spec.Step.ReturnsTuple);
        Assert.False(spec.EmitTorch);
    }

    [Fact]
    public void TorchIsEmittedWhereItIsReferenced()
    {
        GeneratorRun run = Parse("""
            namespace ModelDsl.TorchSharp
            {
                public static class RecurrenceFunction;
            }

            [Recurrence]
            partial struct Ema
            {
                [State] Scalar h;

                Scalar Step(Scalar x) => h = 0.5 * h + x;
            }
            """);
        Assert.True(Assert.Single(run.Specs).EmitTorch);
    }

    [Fact]
    public void ASpecMayUseWhatIsGeneratedForIt()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Recurrence]
            partial struct Ema
            {
                [State] Scalar h;

                Scalar Step(Scalar x) => h = 0.5 * h + x;

                public static bool IsLinear => Description.IsLegal(Mode.Chunkwise);
            }
            """);
        Assert.Single(run.Specs);
        Assert.DoesNotContain(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
    }

    [Fact]
    public void ABrokenHelperIsLeftToTheCSharpCompiler()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Recurrence]
            partial struct Ema
            {
                [State] Scalar h;

                Scalar Step(Scalar x) => h = Half(h) + x;

                static Scalar Half(Scalar y) => 0.5 * z;
            }
            """);
        Assert.Empty(run.Specs);
        Assert.Empty(run.Result.Diagnostics);
    }

    [Fact]
    public void ASpecWithCSharpErrorsIsLeftToTheCSharpCompiler()
    {
        GeneratorRun run = GeneratorRun.Of(Axes + """
            [Recurrence]
            partial struct Broken
            {
                [State] Tensor<Key, Value> S;

                Tensor<Value> Step(Tensor<Key> q, Tensor<Value> v)
                {
                    S += Outer(v, q);
                    while (true) { }
                }
            }
            """);
        Assert.Empty(run.Result.Diagnostics);
        Assert.Empty(run.Specs);
    }

    /// <summary>Parses specs that are right: neither C# nor the generator has anything to say.</summary>
    internal static GeneratorRun Parse(string source)
    {
        GeneratorRun run = GeneratorRun.Of(Axes + source);
        var errors = run.Input.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).ToArray();
        Assert.True(errors.Length == 0, SpecCompiler.Describe(errors));
        Assert.Null(run.Result.Exception);
        Assert.True(run.Result.Diagnostics.IsEmpty, SpecCompiler.Describe(run.Result.Diagnostics));
        return run;
    }
}
