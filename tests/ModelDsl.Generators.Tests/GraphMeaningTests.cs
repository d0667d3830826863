using System.Runtime.CompilerServices;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Generators.Tests;

/// <summary>The graph means what Step does: both are run on the same token, the one node by node, the other as C#.</summary>
public class GraphMeaningTests
{
    private const int TokenIndex = 5;

    /// <summary>The architectures of ModelDsl.Layers, in real use.</summary>
    [Fact]
    public void OfTheArchitectures()
    {
        string folder = Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", "src", "ModelDsl.Layers");

        // Combinations of recurrences have no Step of their own, and need what is generated for theirs.
        string[] sources = [.. Directory.GetFiles(folder, "*.cs").Select(File.ReadAllText).Where(s => !s.Contains("RecurrenceHandle.Combined", StringComparison.Ordinal))];
        Assert.True(AssertSame(sources) > 15);
    }

    [Fact]
    public void OfEveryFunction() => AssertSame("""
        public struct A : IAxis;
        public struct B : IAxis;
        public struct C : IAxis;

        [Recurrence]
        partial struct Unary
        {
            [State] Tensor<A> h;

            (Tensor<A>, Tensor<A>, Tensor<A>, Tensor<A>, Scalar, Tensor<A>) Step(Tensor<A> x, Scalar s)
            {
                h = Exp(x) + Log(Square(x)) - Sigmoid(x) * LogSigmoid(x) / Softplus(x);
                var trigonometric = Tanh(Sin(x)) + Cos(-x);
                var roots = Sqrt(Abs(x)) + Rsqrt(Abs(x)) * Sign(x) + Relu(x);
                var gated = SiLU(x) * GeluTanh(x) + Detach(x);
                return (trigonometric, roots, gated, Power(x, 3) + Power(x, -2) * Power(x, 0), Power(s, 2) + Size(x), L2Normalize(x) + Softmax(x));
            }
        }

        [Recurrence]
        partial struct Several
        {
            [State] Tensor<A, B> S;

            (Tensor<A, B>, Tensor<A, B>, Tensor<B>, Scalar, Tensor<A, C>) Step(Tensor<A> x, Tensor<B> y, Tensor<B, C> m, Scalar s)
            {
                S = Max(S, x) + Min(y, S) * LogAddExp(S, 0.5) - LogAddExp(s, S);
                var chosen = Where(S > 0.1, S, s) + Where(s <= 0, 1 - S, S) + EqualTo(S, S);
                var turned = Rotate(S, x) + Rotate(S, s, Over<B>()) + QuarterTurn(S, Over<A>());
                var reduced = Sum(S, Over<A>()) * Mean(S, Over<A>()) + MaxOver(S, Over<A>());
                return (chosen, turned, reduced, Sum(S) + Mean(S) + MaxOver(S) + Dot(x, x) + Size(S, Over<B>()), Dot(S, m));
            }
        }

        [Recurrence]
        partial struct Moved
        {
            [State] Tensor<A, B, C> T;
            [State] Tensor<B> h;

            (Tensor<A, B>, Scalar) Step(Tensor<B, C> x, [TokenIndex] Scalar t, Tensor<A, B> m, Scalar s)
            {
                h = Push(h, s / (t + 1)) - Shift(h, -2) + t;
                T = Push(T, x) + Shift(T, Over<C>(), -1) * Shift(T, Over<B>(), 3) + Shift(T, Over<A>(), 0);
                return (Shift(m, Over<B>(), 1) + Push(m, h), Sum(Shift(T, Over<A>(), 100)) + Sum(h));
            }
        }

        [Recurrence]
        partial struct Shapes
        {
            [State] Tensor<A, B, C> T;

            (Tensor<A, B, C>, Tensor<C, B>, Scalar) Step(Tensor<A, B> x, Tensor<C> y, Tensor<C, B> z)
            {
                T = 0.5f * T + Outer(x, y) + Dot(y, T) * T;
                return (L2Normalize(T, Over<B>(), 1e-3) + Softmax(T, Over<C>()), 2 * z, T[0][1][2] + y[0]);
            }
        }
        """);

    /// <summary>Complex arithmetic, with real operands on either side and parts that are zero.</summary>
    [Fact]
    public void OfComplexNumbers() => AssertSame("""
        public struct A : IAxis;
        public struct B : IAxis;
        public struct C : IAxis;

        [Recurrence]
        partial struct Elementwise
        {
            [State] ComplexTensor<A> h;
            [State] ComplexScalar phase;
            [State] ComplexTensor<A> real;

            (ComplexTensor<A> h, Tensor<A>, ComplexTensor<A>, Scalar, ComplexScalar, Tensor<A>, Tensor<A>) Step(ComplexTensor<A> z, Tensor<A> x, Scalar s, ComplexScalar c)
            {
                phase *= Polar(0.9, s) / c;
                h = Exp(z) * h + x - phase * Conjugate(z) / (2 + x);
                h += Polar(s, x) * Complex(0, x) - ExpMinusOne(z) / z - ExpMinusOne(x);
                var chosen = Where(x > 0, h, Complex(s, x)) + Where(s, -z, x);
                real = Complex(x, 0);
                real *= x;
                ComplexTensor<A> copy = x;
                return (h, Abs(z) + SquaredAbs(h), chosen / c + 1, chosen[1].Im + z[0].Re, h[2] - 3, copy.Im + Twice(z).Re, Abs(copy) + real.Im);
            }

            static T Twice<T>(T z) where T : struct, IComplexTensor<T> => Conjugate(z);
        }

        [Recurrence]
        partial struct Products
        {
            [State] ComplexTensor<A, B> S;

            (ComplexTensor<B>, ComplexTensor<A, C>, ComplexScalar, ComplexTensor<B>, ComplexTensor<A>, ComplexTensor<B, C>) Step(
                ComplexTensor<A> q, Tensor<A> x, ComplexTensor<B> v, ComplexTensor<B, C> m, Tensor<B, C> n, ComplexTensor<A, B, C> t)
            {
                S = q * S + Outer(x, v) + 0.5 * Complex(Outer(x, v.Re), 1);
                S = Where(S.Re > 0, S, x * S) - Dot(t, v.As<C>()) * v;
                return (Dot(x, S) + Dot(q, S) / Sum(S), Dot(S, m + n), Sum(q) * Dot(x, Conjugate(q)), Sum(S, Over<A>()), Sum(S, Over<B>()), Sum(t * S * n * q, Over<A>()));
            }
        }
        """);

    /// <summary>Integer arithmetic, rounding and short circuits are C#'s.</summary>
    [Fact]
    public void OfConstants() => AssertSame("""
        public struct A : IAxis;

        [Recurrence]
        partial struct Constants1
        {
            const long Big = 5_000_000_000L;
            static readonly float Third = 1f / 3;
            static double Bias => Math.Pow(2, -3) + Math.Max(1, 2);

            [State] Scalar h;

            Scalar Step(Scalar x)
            {
                int n = 7;
                n /= 2;
                n -= -n % 2;
                n <<= 2;
                double d = n;
                d *= 1.5f;
                float f = 0.1f;
                f += 0.2f;
                byte small = 200;
                bool wide = n > 100 && 1 % n == 0 || !(d < 3);
                h = x * Third + Bias + (wide ? n / 5 : n % 5) + n / 5.0 + (int)(d / 7) + small + f;
                h += Big / 2000000000 + (float)0.1 + -n++ + --n;
                for (int i = 10, j = 0; i > j; i -= 3, j++)
                {
                    if (i == 7)
                    {
                        continue;
                    }

                    h = h * (i - j) + (i << 1);
                    if (j == 2)
                    {
                        break;
                    }
                }

                return h;
            }
        }
        """);

    private static int AssertSame(params string[] sources)
    {
        using CompiledSpecs specs = SpecCompiler.CompileSourcesAlone(sources);

        // Convolutions need other tokens than the one.
        foreach (RecurrenceSpec spec in specs.Specs.Where(s => !s.Graph.IsConvolution))
        {
            for (int seed = 0; seed < 3; seed++)
            {
                AssertSame(spec, specs.Type(spec.Graph.Name), new Random(seed));
            }
        }

        return specs.Specs.Count;
    }

    private static void AssertSame(RecurrenceSpec spec, Type type, Random random)
    {
        StepGraph graph = spec.Graph;
        // Different sizes show which axis is meant; an axis and its other name have one size.
        int growth = graph.Nodes.Any(n => n.Op is Op.Rename or Op.Circulate) ? 0 : 2;
        Dictionary<string, int> sizes = graph.Axes.Select((axis, i) => (axis, i)).ToDictionary(a => a.axis.Name, a => a.axis.FixedSize ?? 4 + (growth * a.i));
        GraphTensor[] inputs = [.. graph.Inputs.Select(x => Random(x.Axes))], states = [.. graph.States.Select(x => Random(x.Axes))];

        // Where Step is called by hand, what it reads stale is the state itself; it has no field of its own.
        states = [.. graph.States.Select((x, i) => states[x.StaleOf ?? i])];
        int[] fields = [.. Enumerable.Range(0, states.Length).Where(i => graph.States[i].StaleOf is null)];
        (GraphTensor[] nextStates, GraphTensor[] outputs) = new GraphEvaluator(graph, sizes, TokenIndex).Run(inputs, states);
        (double[][] expectedStates, double[][] expectedOutputs) = StepCall.Run(
            type, [.. spec.Step.Fields.Select(f => f.Name)], [.. fields.Select(i => Oracle(states[i]))], [.. inputs.Select(Oracle)], TokenIndex);

        string what = GraphPrinter.Print(graph);
        AssertClose(expectedStates, [.. fields.Select(i => nextStates[i])], "state", what);
        AssertClose(expectedOutputs, outputs, "output", what);

        GraphTensor Random(EquatableArray<string> axes) =>
            new([.. axes], [.. Enumerable.Range(0, axes.Aggregate(1, (n, a) => n * sizes[a])).Select(_ => (2 * random.NextDouble()) - 0.8)]);

        OracleValue Oracle(GraphTensor x) => new([.. x.Data], [.. x.Axes.Select(a => sizes[a])]);
    }

    private static void AssertClose(double[][] expected, GraphTensor[] actual, string what, string graph)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double scale = expected[i].Select(Math.Abs).Append(1e-30).Max();
            for (int j = 0; j < expected[i].Length; j++)
            {
                double a = expected[i][j], b = actual[i].Data[j];
                Assert.True(a.Equals(b) || Math.Abs(a - b) <= 1e-12 * scale, $"{what} {i}, element {j}: Step gives {a:R}, the graph {b:R}\n{graph}");
            }
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
