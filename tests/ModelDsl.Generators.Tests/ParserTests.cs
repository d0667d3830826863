using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Tests;

/// <summary>What Step's body becomes, as the printed graph.</summary>
public class ParserTests
{
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

    [Fact]
    public void TuplesAreTakenApartAndNamed() => AssertGraph(
        """
        [Recurrence]
        partial struct Normalised
        {
            [State] Tensor<Key, Value> S;
            [State] Tensor<Key> z;

            public (Tensor<Value> attended, Scalar weight) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
            {
                (S, z) = (S + Outer(k, v), z + k);
                var (read, weight) = Read(q);
                (Scalar Item, Scalar) pair = (weight, 1);
                return (read / pair.Item, pair.Item2 * weight);
            }

            (Tensor<Value>, Scalar) Read(Tensor<Key> q) => (Dot(q, S), Dot(q, z));
        }
        """,
        """
        Normalised over Key, Value
          state S[Key, Value]
          state z[Key]
          input q[Key]
          input k[Key]
          input v[Value]
          %5[Key, Value] = k * v
          %6[Key, Value] = S + %5
          %7[Key] = z + k
          %8[Key, Value] = q * %6
          read[Value] = Sum(%8 over Key)
          %10[Key] = q * %7
          weight = Sum(%10 over Key)
          %12[Value] = read / weight
          next S = %6
          next z = %7
          return attended[Value] = %12
          return weight = weight
        """);

    [Fact]
    public void LoopsUnroll() => AssertGraph(
        """
        [Recurrence]
        partial struct Product
        {
            const int Steps = 2;
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<N, Key> keys, Tensor<N> beta)
            {
                for (int i = 0; i < Steps; i++)
                {
                    if (i % 2 == 1)
                    {
                        continue;
                    }

                    var key = keys[i];
                    S -= beta[2 * i + 1] * Outer(key, Dot(key, S));
                }

                return Dot(keys[Steps - 1], S);
            }
        }
        """,
        """
        Product over Key, Value, N
          state S[Key, Value]
          input keys[N, Key]
          input beta[N]
          key[Key] = keys[N: 0]
          %4 = beta[N: 1]
          %5[Key, Value] = key * S
          %6[Value] = Sum(%5 over Key)
          %7[Key, Value] = key * %6
          %8[Key, Value] = %4 * %7
          %9[Key, Value] = S - %8
          %10[Key] = keys[N: 1]
          %11[Key, Value] = %10 * %9
          %12[Value] = Sum(%11 over Key)
          next S = %9
          return output[Value] = %12
        """);

    [Fact]
    public void HelpersAreInlined() => AssertGraph(
        """
        static class Gates
        {
            public static readonly double Scale = 1 / Math.Sqrt(4);

            public static Scalar Twice(this Scalar x, int times = 2) => times * x;
        }

        [Recurrence]
        partial struct Helped
        {
            [State] Tensor<N> h;

            public Tensor<N> Step(Tensor<N> x, Scalar a)
            {
                static Scalar Halve(Scalar y) => Gates.Scale * y;
                Update(gate: Halve(a).Twice(), input: x);
                return Total(h) + Bias;
            }

            static Scalar Bias => 0.25f;

            Tensor<A> Total<A>(Tensor<A> y)
                where A : IAxis
            {
                return y * Sum(y);
            }

            void Update(Tensor<N> input, Scalar gate) => h = gate * h + input;
        }
        """,
        """
        Helped over N
          state h[N]
          input x[N]
          input a
          %4 = 0.5 * a
          %6 = 2 * %4
          %7[N] = %6 * h
          %8[N] = %7 + x
          %9 = Sum(%8 over N)
          %10[N] = %8 * %9
          %12[N] = %10 + 0.25
          next h = %8
          return output[N] = %12
        """);

    [Fact]
    public void FunctionsExpand() => AssertGraph(
        """
        [Recurrence]
        partial struct Functions1
        {
            [State] Tensor<Key> h;

            public (Tensor<Key> a, Tensor<Key> b, Scalar c, Tensor<Key> d, Tensor<Value> e, Scalar f) Step(Tensor<Key, Value> x, Tensor<Key> y, Scalar s)
            {
                h = y;
                return (SiLU(y), Softmax(y), Mean(x), L2Normalize(y, 0.5), y.As<Value>(), LogAddExp(s, 1));
            }
        }
        """,
        """
        Functions1 over Key, Value
          state h[Key]
          input x[Key, Value]
          input y[Key]
          input s
          %4[Key] = Sigmoid(y)
          %5[Key] = y * %4
          %6 = MaxOver(y over Key)
          %7 = Detach(%6)
          %8[Key] = y - %7
          %9[Key] = Exp(%8)
          %10 = Sum(%9 over Key)
          %11[Key] = %9 / %10
          %12[Value] = Sum(x over Key)
          %14[Value] = %12 / |Key|
          %15 = Sum(%14 over Value)
          %17 = %15 / |Value|
          %18[Key] = y * y
          %19 = Sum(%18 over Key)
          %21 = %19 + 0.5
          %22 = Rsqrt(%21)
          %23[Key] = y * %22
          %24[Value] = Rename(y, Key to Value)
          %26 = LogAddExp(s, 1)
          next h = y
          return a[Key] = %5
          return b[Key] = %11
          return c = %17
          return d[Key] = %23
          return e[Value] = %24
          return f = %26
        """);

    [Fact]
    public void AxesOverAndComparisons() => AssertGraph(
        """
        [Recurrence]
        partial struct Selected
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Key, Value> Step(Tensor<Key> k, Tensor<Key> angle)
            {
                S = Where(S > 0, Softmax(S, Over<Value>()), Rotate(S, angle)) * Power(k, 2);
                return Rename(Rename(S, FromTo<Key, N>()), FromTo<N, Key>());
            }
        }
        """,
        """
        Selected over Key, Value, N
          state S[Key, Value]
          input k[Key]
          input angle[Key]
          %4[Key, Value] = S > 0
          %5[Key] = MaxOver(S over Value)
          %6[Key] = Detach(%5)
          %7[Key, Value] = S - %6
          %8[Key, Value] = Exp(%7)
          %9[Key] = Sum(%8 over Value)
          %10[Key, Value] = %8 / %9
          %11[Key] = Cos(angle)
          %12[Key, Value] = S * %11
          %13[Key, Value] = QuarterTurn(S over Key)
          %14[Key] = Sin(angle)
          %15[Key, Value] = %13 * %14
          %16[Key, Value] = %12 + %15
          %17[Key, Value] = Where(%4, %10, %16)
          %18[Key] = k * k
          %19[Key, Value] = %17 * %18
          %20[N, Value] = Rename(%19, Key to N)
          %21[Key, Value] = Rename(%20, N to Key)
          next S = %19
          return output[Key, Value] = %21
        """);

    private static void AssertGraph(string source, string expected) =>
        Assert.Equal(expected.ReplaceLineEndings("\n") + "\n", GraphPrinter.Print(SpecParserTests.Parse(source).Specs.Single().Graph));
}
