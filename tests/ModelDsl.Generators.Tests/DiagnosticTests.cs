using Microsoft.CodeAnalysis;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>Every diagnostic, at its exact place: <c>[| |]</c> marks where it is expected.</summary>
public class DiagnosticTests
{
    private const string Axes = """
        public struct Key : IAxis;
        public struct Value : IAxis;
        [Axis(4)] public struct N : IAxis;
        [Axis(3)] public struct Odd : IAxis;

        """;

    [Theory]
    [InlineData("MDSL001", "[Recurrence] struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL002", "class [|Outer|] { [Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => h = x; } }")]
    [InlineData("MDSL003", "[Recurrence] partial struct [|Spec|]<T> { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL003", "[Recurrence] partial record struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL003", "[Recurrence] ref partial struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL003", "[Recurrence] file partial struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL003", "[Recurrence] partial class [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("MDSL003", "partial class Outer<T> { [Recurrence] partial struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x; } }")]
    [InlineData("MDSL004", "[Recurrence] partial struct [|Spec|] { [State] Scalar h; Scalar Steps(Scalar x) => h = x; }")]
    [InlineData("MDSL004", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => h = x; Scalar [|Step|]() => h; }")]
    [InlineData("MDSL005", "[Recurrence] partial struct Spec { [State] Scalar h; static Scalar [|Step|](Scalar x) => x; }")]
    [InlineData("MDSL005", "[Recurrence] partial struct Spec { [State] Scalar h; [|void|] Step(Scalar x) => h = x; }")]
    [InlineData("MDSL005", "[Recurrence] partial struct Spec { [State] Scalar h; [|double|] Step(Scalar x) { h = x; return 1; } }")]
    [InlineData("MDSL005", "[Recurrence] partial struct Spec { [State] Scalar h; [|(Scalar, int)|] Step(Scalar x) => (h = x, 1); }")]
    [InlineData("MDSL005", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar [|Step|]<T>(Scalar x) => h = x; }")]
    [InlineData("MDSL006", "[Recurrence] partial struct Spec { [State] [|double|] h; Scalar Step(Scalar x) => x; }")]
    [InlineData("MDSL006", "[Recurrence] partial struct Spec { [State] static [|Scalar|] h; Scalar Step(Scalar x) => x; }")]
    [InlineData("MDSL006", "[Recurrence] partial struct Spec { [State] [|Scalar|] Run; Scalar Step(Scalar x) => Run = x; }")]
    [InlineData("MDSL007", "[Recurrence] partial struct Spec { [State] Scalar h [|= 1|]; public Spec() { } Scalar Step(Scalar x) => h = x; }", "MDSL007")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x, [|double y|]) => h = x; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step([|ref Scalar x|]) => h = x; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step([|Scalar x = default|]) => h = x; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step([|params Scalar[] x|]) => h = x[0]; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x, [|[TokenIndex] Tensor<Key> t|]) => h = x + Sum(t); }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x, [|[TokenIndex, Shared(Across.Heads)] Scalar t|]) => h = x + t; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step([TokenIndex] Scalar t, [|[TokenIndex] Scalar s|]) => h = s + t; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x, [|Scalar h|]) => this.h = x * h; }")]
    [InlineData("MDSL008", "[Recurrence] partial struct Spec { [State] ComplexScalar z; Scalar Step([|Scalar zIm|]) => Abs(z *= zIm); }")]
    [InlineData("MDSL009", "[Recurrence] partial struct [|Spec|] { Scalar Step(Scalar x) => x; }")]
    [InlineData("MDSL021", "[Recurrence] partial struct Spec { [State] [|Tensor<Key, Key>|] S; Scalar Step(Scalar x) => x; }")]
    [InlineData("MDSL021", "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step([|Tensor<Key, Value, Key>|] x) => h = Sum(x); }")]
    public void Declaration(string id, string marked, string? alsoAtConstructor = null) =>
        DiagnosticAssert.Reports(Axes + (alsoAtConstructor is null ? marked : marked.Replace("public Spec()", $"public {{|{alsoAtConstructor}:Spec|}}()")), id);

    [Theory]
    [InlineData("[Recurrence(MiniBatch = 4)] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => h += [|Stale(x)|] * x; }")]
    [InlineData("[Recurrence(MiniBatch = 4)] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => (h += x) * [|Stale(h)|]; }")]
    [InlineData("[Recurrence(MiniBatch = 4)] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) { var y = h * x; h = y; return [|Stale(y)|]; } }")]
    [InlineData("[Recurrence(MiniBatch = 4)] partial struct Spec { [State] Tensor<Key> h; Tensor<Key> Step(Tensor<Key> x) => h += [|Stale(Stale(h))|] * x; }")]
    public void StaleReads(string marked) => DiagnosticAssert.Reports(Axes + marked, "MDSL050");

    [Theory]
    [InlineData("[Recurrence(MiniBatch = [|4|])] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => h = x; }")]
    [InlineData("[Recurrence(MiniBatch = [|0|], Require = Mode.Recurrent)] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x) => h = x + Stale(h); }")]
    [InlineData("[Recurrence] partial struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x) => h = x + Stale(h); }")]
    [InlineData("[Recurrence] partial struct [|Spec|] { [State] Scalar h; Scalar Step(Scalar x, [MiniBatchIndex] Scalar i) => h = x + i; }")]
    public void MiniBatches(string marked) => DiagnosticAssert.Reports(Axes + marked, "MDSL051");

    [Theory]
    [InlineData("Tensor<Key> x, [|[MiniBatchIndex] Tensor<Key> i|]", "i")]
    [InlineData("Tensor<Key> x, [|[MiniBatchIndex, Shared(Across.Time)] Scalar i|]", "i * x")]
    [InlineData("Tensor<Key> x, [MiniBatchIndex] Scalar j, [|[MiniBatchIndex] Scalar i|]", "i * j * x")]
    public void PositionInAMiniBatch(string parameters, string value) => DiagnosticAssert.Reports(
        $"{Axes}[Recurrence(MiniBatch = 4)] partial struct Spec {{ [State] Tensor<Key> h; Tensor<Key> Step({parameters}) => h = {value}; }}", "MDSL008");

    [Theory]
    [InlineData("MDSL060", "Scalar x, [Lag] Scalar lag", "[|Convolve(x, x * lag)|]")]
    [InlineData("MDSL060", "Scalar x, [Shared(Across.Heads)] Scalar rate, [Lag] Scalar lag", "x + [|Convolve(x, Exp(-rate * lag))|]")]
    [InlineData("MDSL060", "Scalar x, [TokenIndex] Scalar index", "[|Convolve(x, Exp(-index))|]")]
    [InlineData("MDSL060", "Scalar x, [Lag] Scalar lag", "[|ConvolveByFrequency(x, Complex(lag, 0))|]")]
    [InlineData("MDSL060", "Scalar x, [Delay] ComplexScalar delay", "[|Convolve(x, delay.Re)|]")]
    [InlineData("MDSL061", "Scalar x, [Lag] Scalar lag", "[|x * lag|] + Convolve(x, Exp(-lag))")]
    [InlineData("MDSL061", "Scalar x, [Lag] Scalar lag", "Convolve([|x * lag|], Exp(-lag))")]
    [InlineData("MDSL061", "Scalar x, [SequenceLength] Scalar length", "Convolve(x, 1 / length) + [|Tanh(length)|]")]
    [InlineData("MDSL061", "Scalar x, [Delay] ComplexTensor<Key> delay", "[|Sum(delay.Re)|] + ConvolveByFrequency(x, Sum(delay))")]
    [InlineData("MDSL062", "Scalar x, [Lag] Scalar lag", "[|Convolve(1 + Convolve(x, lag), lag)|]")]
    [InlineData("MDSL008", "Scalar x, [|[Lag] Tensor<Key> lag|]", "Convolve(x, Sum(lag))")]
    [InlineData("MDSL008", "Scalar x, [|[Delay] Scalar delay|]", "Convolve(x, delay)")]
    [InlineData("MDSL008", "Scalar x, [|[Delay] ComplexTensor<Key, Value> delay|]", "ConvolveByFrequency(x, Sum(delay))")]
    [InlineData("MDSL008", "Scalar x, [|[Lag, Shared(Across.Time)] Scalar lag|]", "Convolve(x, lag)")]
    [InlineData("MDSL008", "Scalar x, [Lag] Scalar lag, [|[Lag] Scalar late|]", "Convolve(x, lag * late)")]
    public void GivenKernels(string id, string parameters, string value) =>
        DiagnosticAssert.Reports($"{Axes}[Recurrence] partial struct Spec {{ Scalar Step({parameters}) => {value}; }}", id);

    [Fact]
    public void AConvolutionHasNoState() => DiagnosticAssert.Reports(
        "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x, [Lag] Scalar lag) => h = [|Convolve(x, Exp(-lag))|] + 0.5 * h; }", "MDSL063");

    [Fact]
    public void AConvolutionHasNoOtherMode() => DiagnosticAssert.Reports(
        "[Recurrence(Require = Mode.Chunkwise)] partial struct Spec { Scalar Step(Scalar x, [Lag] Scalar lag) => x + [|Convolve(x, Exp(-lag))|]; }", "MDSL040");

    [Theory]
    [InlineData("MDSL010", "[|while (true) { h = x; }|]")]
    [InlineData("MDSL010", "[|foreach (int i in new[] { 1 }) { h = x; }|] return h;")]
    [InlineData("MDSL010", "[|try { h = x; } finally { }|] return h;")]
    [InlineData("MDSL010", "[|switch (1) { case 1: h = x; break; }|] return h;")]
    [InlineData("MDSL010", "ref Scalar [|w = ref h|]; return x;")]
    [InlineData("MDSL011", "Func<Scalar, Scalar> f = [|y => y|]; return h = f(x);")]
    [InlineData("MDSL011", "h = [|new Scalar(null!)|]; return h;")]
    [InlineData("MDSL011", "var other = [|new Spec()|]; return h = other.h + x;")]
    [InlineData("MDSL011", "h = [|default|]; return h;")]
    [InlineData("MDSL011", "h = x; return [|1 switch { _ => h }|];")]
    [InlineData("MDSL010", "[|goto end;|] [|end: h = x;|] return h;")]
    [InlineData("MDSL010", "[|lock (typeof(Spec)) { h = x; }|] return h;")]
    [InlineData("MDSL011", "Span<double> a = [|stackalloc double[2]|]; return h = x;")]
    [InlineData("MDSL011", "Scalar[] a = [|[x, h]|]; return h = x;")]
    [InlineData("MDSL015", "[|for (int i = 0; ; i++) { h += x; if (i > 2) { break; } }|] return h;")]
    [InlineData("MDSL019", "(h, [|h|]) = (x, h + x); return h;")]
    [InlineData("MDSL011", "h = x; Console.WriteLine([|\"text\"|]); return h;")]
    [InlineData("MDSL012", "h = x; [|Console.WriteLine()|]; return h;")]
    [InlineData("MDSL012", "h = x * [|Math.BitIncrement(1.0)|]; return h;")]
    [InlineData("MDSL012", "h = x + Sum([|Tensor<Key>.Zeros(3)|]); return h;")]
    [InlineData("MDSL012", "Out([|out Scalar w|]); return h = w; void Out(out Scalar z) => z = x;")]
    [InlineData("MDSL013", "return h = Forever(x); static Scalar Forever(Scalar y) => [|Forever(y)|];")]
    [InlineData("MDSL013", "return h = Ping(x); static Scalar Ping(Scalar y) => Pong(y); static Scalar Pong(Scalar y) => [|Ping(y)|];")]
    [InlineData("MDSL014", "if ([|x.Number > 0|]) { h = x; } return h;")]
    [InlineData("MDSL015", "for (int i = 0; [|i < Limit|]; i++) { h += x; } return h;")]
    [InlineData("MDSL014", "h = [|x.Number > 0|] ? x : 2 * x; return h;")]
    [InlineData("MDSL014", "if ([|x > 0|]) { h = x; } return h;")]
    [InlineData("MDSL014", "return h = [|x > 0|] ? x : 2 * x;")]
    [InlineData("MDSL011", "h = x * [|x.Number|]; return h;")]
    [InlineData("MDSL011", "int none = 0; return h = x * ([|5 / none|]);")]
    [InlineData("MDSL015", "[|for (; ;) { h += x; break; }|] return h;")]
    [InlineData("MDSL016", "for (int i = 0; [|i < 1025|]; i++) { h += x; } return h;")]
    [InlineData("MDSL016", "for (int i = 0; i < 64; i++) { for (int j = 0; [|j < 64|]; j++) { h += x; } } return h;")]
    [InlineData("MDSL017", "h = [|other|] * x; return h;")]
    [InlineData("MDSL017", "[|other|] = x; return h = x;")]
    [InlineData("MDSL017", "h = [|Limit|] * x; return h;")]
    [InlineData("MDSL019", "h = x; [|h|] = 2 * x; return h;")]
    [InlineData("MDSL019", "for (int i = 0; i < 3; i++) { [|h|] = i * x; } return h;")]
    [InlineData("MDSL022", "h = y[[|4|]] + x; return h;")]
    [InlineData("MDSL022", "h = y[[|-1|]] + x; return h;")]
    [InlineData("MDSL017", "h = y[[|Limit|]] + x; return h;")]
    [InlineData("MDSL021", "h = Sum([|Outer(y, y)|]); return h;")]
    [InlineData("MDSL024", "h = Sum([|y.As<Odd>()|]); return h;")]
    [InlineData("MDSL024", "h = x * Sum([|Rotate(z, x)|]); return h;")]
    [InlineData("MDSL024", "h = x / [|Size<Key>()|]; return h;")]
    [InlineData("", "h = x / Size<N>(); return h;")]
    [InlineData("MDSL023", "return x;", "state")]
    [InlineData("MDSL030", "h *= [|Exp(0.1)|]; return h += x;")]
    [InlineData("MDSL030", "h = x - (h * 0.5) * [|Exp(2 - 1)|]; return h;")]
    [InlineData("MDSL031", "h = [|1.5 * h|] + x; return h;")]
    [InlineData("MDSL031", "[|h *= -2|]; return h;")]
    [InlineData("MDSL031", "h += [|3 * (0.5 * h + x)|]; return h;")]
    [InlineData("", "h += 0.05 * (x - 4.7 * h); return h;")]
    [InlineData("", "h = x * (2 * h + 1); return h;")]
    public void Body(string id, string marked, string variant = "")
    {
        string state = variant == "state" ? "[|h|]" : "h";
        DiagnosticAssert.Reports(
            Axes + $$"""
            [Recurrence]
            partial struct Spec
            {
                [State] Scalar {{state}};
                Scalar other;
                static int Limit;

                Scalar Step(Scalar x, Tensor<N> y, Tensor<Odd> z)
                {
                    {{marked}}
                }
            }
            """,
            id);
    }

    [Fact]
    public void AnAxisMustHoldAnElement() => DiagnosticAssert.Reports(
        "[Axis(0)] struct None : IAxis; [Recurrence] partial struct [|Spec|] { [State] Tensor<None> h; Tensor<None> Step(Tensor<None> x) => h = x; }", "MDSL024");

    [Theory]
    [InlineData("CS0019", "[|S += Outer(v, q)|]; return Dot(q, S);")]
    [InlineData("CS0029", "S = [|Outer(v, q)|]; return Dot(q, S);")]
    [InlineData("CS0029", "S *= 0.5; return [|Dot(v, S)|];")]
    public void AnAxisThatDoesNotMatchIsACSharpError(string id, string marked)
    {
        Markup markup = Markup.Parse(Axes + $$"""
            [Recurrence]
            partial struct Spec
            {
                [State] Tensor<Key, Value> S;

                Tensor<Value> Step(Tensor<Key> q, Tensor<Value> v)
                {
                    {{marked}}
                }
            }
            """, id);
        GeneratorRun run = GeneratorRun.Of(markup.Source);
        Diagnostic error = Assert.Single(run.Output.GetDiagnostics(), d => d.Severity == DiagnosticSeverity.Error);
        Assert.Equal(Assert.Single(markup.Spans), (error.Id, error.Location.SourceSpan));
        Assert.Empty(run.Result.Diagnostics);
    }

    [Theory]
    [InlineData("h = Exp(g) * h + z; return Sum(Tanh([|h|]));", "'h' is complex, but Tanh takes a real value there. Write h.Re, h.Im or Abs(h) for what is meant of it.")]
    [InlineData("h = Exp(g) * h + z; return Sum(Softmax([|h + z|]));", "Write (h + z).Re, (h + z).Im or Abs(h + z)")]
    [InlineData("h = Where([|z|], h, z); return Sum(h.Re);", "'z' is complex, but Where takes a real value there")]
    [InlineData("h = Complex(g, [|z|]); return Sum(h.Re);", "'z' is complex, but Complex takes a real value there")]
    [InlineData("h = Polar(phase: g, modulus: [|z|]); return Sum(h.Re);", "'z' is complex, but Polar takes a real value there")]
    [InlineData("h = Exp(g) * h + z; return Sum([|h|] > g);", "there is no order among complex numbers for '>'")]
    [InlineData("h = Exp(g) * h + z; return Sum(g <= [|z|]);", "there is no order among complex numbers for '<='")]
    [InlineData("h = Exp(g) * h + z; n = [|Sum(h)|]; return n;", "'Sum(h)' is complex, but Scalar is expected here")]
    [InlineData("h = Exp(g) * h + z; Tensor<N> real = [|h|]; return Sum(real);", "'h' is complex, but Tensor<N> is expected here")]
    [InlineData("h = Exp(g) * h + z; return [|Sum(h)|];", "'Sum(h)' is complex, but Scalar is expected here")]
    [InlineData("h = Exp(g) * h + z; return Real([|h|]); static Scalar Real(Tensor<N> x) => Sum(x);", "'h' is complex, but Real takes a real value there")]
    public void AComplexValueForARealOne(string marked, string message)
    {
        Diagnostic error = Assert.Single(DiagnosticAssert.Reports(
            Axes + $$"""
            [Recurrence]
            partial struct Spec
            {
                [State] ComplexTensor<N> h;
                [State] Scalar n;

                Scalar Step(Tensor<N> g, ComplexTensor<N> z)
                {
                    n += 0 * Sum(g);
                    {{marked}}
                }
            }
            """,
            "MDSL025"));
        Assert.Contains(message, error.GetMessage(null), StringComparison.Ordinal);
    }

    [Fact]
    public void AllMistakesShowAtOnce() => DiagnosticAssert.Reports(
        Axes + """
        [Recurrence]
        partial struct Spec
        {
            [State] Tensor<Key, Value> S;
            static double Factor;

            Tensor<Value> Step(Tensor<Key> q, Tensor<Value> v)
            {
                var scaled = {|MDSL017:Factor|} * v;
                S += Outer(q, scaled);
                {|MDSL012:Console.WriteLine()|};
                {|MDSL010:while (true) { break; }|}
                return Dot(q, S);
            }
        }
        """);

    [Fact]
    public void AStateReadBetweenTwoAssignmentsIsNotDead() => DiagnosticAssert.Reports(
        Axes + """
        [Recurrence]
        partial struct Spec
        {
            [State] Tensor<Key, Value> S;

            Tensor<Value> Step(Tensor<Key> q, Tensor<Value> v, Scalar g)
            {
                S *= Exp(-0.1);
                S = Exp(g) * S;
                S += Outer(q, v);
                if (1 > 2)
                {
                    S = Outer(q, v);
                }

                return 8 * Dot(q, S);
            }
        }
        """);

    [Fact]
    public void TheMessageNamesBothPlacesOfADeadAssignment()
    {
        Diagnostic diagnostic = Assert.Single(DiagnosticAssert.Reports(
            "[Recurrence] partial struct Spec { [State] Scalar h; Scalar Step(Scalar x)\n{ h = x;\n [|h|] = 2 * x; return h; } }", "MDSL019"));
        Assert.Contains("line 2", diagnostic.GetMessage(null));
        Assert.Single(diagnostic.AdditionalLocations);
    }

    [Fact]
    public void DiagnosticsCanBeSuppressedInTheSource()
    {
        GeneratorRun run = GeneratorRun.Of("""
            [Recurrence]
            partial struct Spec
            {
                [State] Scalar h;

                Scalar Step(Scalar x)
                {
            #pragma warning disable MDSL031
                    return h = 1.5 * h + x;
            #pragma warning restore MDSL031
                }
            }
            """);
        Assert.All(run.Result.Diagnostics, d => Assert.True(d.IsSuppressed));
    }
}
