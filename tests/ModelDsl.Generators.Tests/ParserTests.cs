using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>What Step's body becomes, as the printed graph.</summary>
public class ParserTests
{
    private const string Axes = """
        public struct Key : IAxis;
        public struct Value : IAxis;
        public struct N : IAxis;

        """;

    [Fact]
    public void GatedDeltaRule() => AssertGraph(
        """
        [Recurrence]
        public partial struct GatedDeltaRule
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar g, Scalar beta)
            {
                S *= Exp(g);
                S += Outer(k, beta * (v - Dot(k, S)));
                return Dot(q, S);
            }
        }
        """,
        """
        GatedDeltaRule over Key, Value
          state S[Key, Value]
          input q[Key]
          input k[Key]
          input v[Value]
          input g
          input beta
          %6 = Exp(g)
          %7[Key, Value] = S * %6
          %8[Key, Value] = k * %7
          %9[Value] = Sum(%8 over Key)
          %10[Value] = v - %9
          %11[Value] = beta * %10
          %12[Key, Value] = k * %11
          %13[Key, Value] = %7 + %12
          %14[Key, Value] = q * %13
          %15[Value] = Sum(%14 over Key)
          next S = %13
          return output[Value] = %15
        """);

    [Fact]
    public void SelectiveScan() => AssertGraph(
        """
        [Recurrence]
        public partial struct SelectiveScan
        {
            [State] Tensor<N> h;

            public Scalar Step(Scalar x, Scalar delta, [Shared(Across.Time)] Tensor<N> A,
                               [Shared(Across.Heads)] Tensor<N> b, [Shared(Across.Heads)] Tensor<N> c,
                               [Shared(Across.Time)] Scalar d)
            {
                h = Exp(delta * A) * h + delta * x * b;
                return Dot(c, h) + d * x;
            }
        }
        """,
        """
        SelectiveScan over N
          state h[N]
          input x
          input delta
          input A[N] shared across time
          input b[N] shared across heads
          input c[N] shared across heads
          input d shared across time
          %7[N] = delta * A
          %8[N] = Exp(%7)
          %9[N] = %8 * h
          %10 = delta * x
          %11[N] = %10 * b
          %12[N] = %9 + %11
          %13[N] = c * %12
          %14 = Sum(%13 over N)
          %15 = d * x
          %16 = %14 + %15
          next h = %12
          return output = %16
        """);

    private static void AssertGraph(string source, string expected)
    {
        GeneratorRun run = GeneratorRun.Of(Axes + source);
        Assert.Null(run.Result.Exception);
        Assert.True(run.Result.Diagnostics.IsEmpty, string.Join("\n", run.Result.Diagnostics));
        var errors = run.Input.GetDiagnostics().Where(d => d.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error).ToArray();
        Assert.True(errors.Length == 0, string.Join("\n", errors.AsEnumerable()));
        Assert.Equal(expected.ReplaceLineEndings("\n") + "\n", GraphPrinter.Print(Assert.Single(run.Specs).Graph));
    }
}
