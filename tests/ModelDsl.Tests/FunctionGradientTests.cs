using System.Reflection;

namespace ModelDsl.Tests;

/// <summary>The exact gradient of every operator and function against central finite differences.</summary>
public class FunctionGradientTests
{
    private const double Step = 1e-5;

    /// <summary>By function, its name first: expressions that use its overloads.</summary>
    private static readonly Dictionary<string, Func<Arguments, OracleValue>> s_cases = new()
    {
        ["Exp"] = a => Exp(a.M).Value,
        ["ExpMinusOne"] = a => (ExpMinusOne(a.M) + ExpMinusOne(a.S)).Value,
        ["Log"] = a => Log(Square(a.M) + 1).Value,
        ["Sigmoid"] = a => Sigmoid(a.T).Value,
        ["LogSigmoid"] = a => LogSigmoid(a.M).Value,
        ["Softplus"] = a => Softplus(a.M).Value,
        ["Tanh"] = a => Tanh(a.X).Value,
        ["Sin"] = a => Sin(a.S).Value,
        ["Cos"] = a => Cos(a.M).Value,
        ["Sqrt"] = a => Sqrt(Abs(a.M) + 0.1).Value,
        ["Rsqrt"] = a => Rsqrt(Square(a.T) + 0.1).Value,
        ["Abs"] = a => Abs(a.M).Value,
        ["Sign"] = a => (Sign(a.M) * a.M).Value,
        ["Relu"] = a => Relu(a.M).Value,
        ["Square"] = a => Square(a.X).Value,
        ["SiLU"] = a => SiLU(a.M).Value,
        ["GeluTanh"] = a => GeluTanh(a.M).Value,
        ["Power"] = a => (Power(a.M, 3) + Power(a.M, 0) + Power(a.M, 1) + Power(2 + Abs(a.X), -2)).Value,
        ["Max"] = a => (Max(a.M, a.M2) + Max(a.M, 0.1) + Max(a.S, a.M) + Max(a.M, a.X) + Max(a.X, a.M) + Max(a.Y, a.M) + Max(a.M, a.Y) + Max(a.S, 0.1)).Value,
        ["Min"] = a => (Min(a.M, a.M2) + Min(a.M, 0.1) + Min(a.S, a.M) + Min(a.M, a.X) + Min(a.Y, a.M) + Min(a.S, 0.1)).Value,
        ["LogAddExp"] = a => (LogAddExp(a.M, a.M2) + LogAddExp(a.M, 0.1) + LogAddExp(a.S, a.M) + LogAddExp(a.M, a.X) + LogAddExp(a.Y, a.M) + LogAddExp(a.S, 1)).Value,
        ["EqualTo"] = a => (EqualTo(a.M, a.M) * a.M + EqualTo(a.M, 0) + EqualTo(a.M, a.X) + EqualTo(a.S, a.S)).Value,
        ["Where"] = a => (Where(a.M > 0, a.M, a.M2) + Where(a.M > a.X, a.S, a.M) + Where(a.M > a.Y, a.M2, 0.5) + Where(a.M > 0, 1, a.S)
            + Where(a.S > 0, a.M, a.M2) + Where(a.S > 0, a.M, 0) + Where(a.S < 0, a.M, a.S) + Where(a.S > 0, a.S, 2)
            + Where(a.X > 0, a.M, a.M2) + Where(a.Y > 0, a.M, 0) + Where(a.Y < 0, a.S, a.M2)).Value,
        ["Dot vectors"] = a => Dot(a.X, a.X * a.X).Value,
        ["Dot"] = a => (Dot(a.X, a.M) * Dot(a.M2, a.X) + Dot(Dot(a.Y, a.M2) * Dot(a.M, a.Y), a.M)).Value,
        ["Dot matrices"] = a => (Dot(a.M, a.N) + Dot(a.M2, a.W) * Dot(a.V, a.N) + Dot(a.V, a.W)).Value,
        ["Dot three axes"] = a => (Dot(a.X, a.T) * a.N + Dot(a.T, a.X) + Dot(Dot(a.Y, a.T) * a.X, a.M)[0] + Sum(Dot(a.T, a.Y) * a.Z)
            + Sum(Dot(a.Z, a.T) * a.M) + Sum(Dot(a.T, a.Z) * a.M2)).Value,
        ["Dot three axes and a matrix"] = a => (Dot(a.T, Rename(a.N, FromTo<Value, Fourth>())) + Dot(a.T * a.T, Rename(a.W, FromTo<Value, Fourth>()))).Value,
        ["Dot complex three axes and a matrix"] = a => Parts(Sum(
            Dot(Complex(a.T, 1), Complex(Rename(a.N, FromTo<Value, Fourth>()), 0)) + Dot(Complex(1, a.T), Complex(Rename(a.W, FromTo<Value, Fourth>()), 1)), Over<Fourth>())),
        ["Outer"] = a => (Outer(a.X, a.Y) + a.M).Value,
        ["Outer three axes"] = a => (Outer(a.M, a.Z) + Outer(a.X, a.N)).Value,
        ["Sum"] = a => (Sum(a.T) + Sum(a.M) + Sum(a.X) + Sum(Sum(a.M, Over<Key>()) * a.Y) + Sum(Sum(a.M, Over<Value>()) * a.X)
            + Sum(Sum(a.T, Over<Key>()) * a.N) + Sum(Sum(a.T, Over<Value>()), Over<Key>())[0] + Sum(Sum(a.T, Over<Other>()) * a.M) + Sum(a.S)).Value,
        ["Mean"] = a => (Mean(a.T) + Mean(a.M * a.M) + Mean(Mean(a.M, Over<Key>()) * a.Y) + Mean(Mean(a.T, Over<Value>()), Over<Other>())[1]).Value,
        ["MaxOver"] = a => (MaxOver(a.T) + MaxOver(a.X) + Sum(MaxOver(a.M, Over<Key>()) * a.Y) + Sum(MaxOver(a.M, Over<Value>())) + Sum(MaxOver(a.T, Over<Value>()))).Value,
        ["Softmax"] = a => (Softmax(a.M, Over<Key>()) + Softmax(a.M, Over<Value>()) * Softmax(a.X) + Sum(Softmax(a.T, Over<Value>()) * a.T, Over<Other>())).Value,
        ["L2Normalize"] = a => (L2Normalize(a.M, Over<Key>()) + L2Normalize(a.M, Over<Value>(), 0.1) * L2Normalize(a.X) + Sum(L2Normalize(a.T, Over<Other>()), Over<Other>())).Value,
        ["QuarterTurn"] = a => (QuarterTurn(a.X) * QuarterTurn(a.M, Over<Key>()) + QuarterTurn(Sum(a.T, Over<Other>()), Over<Key>())).Value,
        ["Shift"] = a => (Shift(a.X, 1) * Shift(a.M, Over<Key>(), -1) + Shift(a.M * a.M, Over<Value>(), 2) + Sum(Shift(a.T, Over<Other>(), -1) + Shift(a.T, Over<Key>(), 2) * Shift(a.T, Over<Value>(), 1), Over<Other>())).Value,
        ["Shift of complex"] = a => Parts(Shift(Complex(a.X, 1), 1) * Shift(Complex(a.M, a.M2), Over<Key>(), -1) + Shift(Complex(a.M, 1), Over<Value>(), 2)
            + Sum(Shift(Complex(a.T, 1), Over<Other>(), -1) + Shift(Complex(a.T, 1), Over<Key>(), 2) * Shift(Complex(a.T, 1), Over<Value>(), 1), Over<Other>())),
        ["Circulant"] = a => (Dot(Circulant(a.X, FromTo<Key, Fourth>()), a.M * a.M2) * a.Y).Value,
        ["Push"] = a => (Push(a.M * a.M, a.Y * a.Y) + Push(a.X, a.S * a.S) * a.M + Sum(Push(a.T * a.T, Sum(a.T, Over<Key>())), Over<Other>())).Value,
        ["Rotate"] = a => (Rotate(a.X, a.S) * Rotate(a.M, a.X) + Rotate(a.X, a.X * a.X) + Rotate(a.M, a.S, Over<Key>())).Value,
        ["Detach"] = a => (Detach(a.M * 0 + 1) * a.M + Detach(1)).Value,
        ["Size"] = a => (a.X * Size(a.X) + Size(a.M, Over<Value>()) * Size(a.T, Over<Other>())).Value,
        ["Rename"] = a => (Rename(a.M, FromTo<Value, Other>()) + Rename(Rename(a.N, FromTo<Value, Key>()), FromTo<Other, Fourth>())[0][0] + Rename(a.X, FromTo<Key, Other>())[0]
            + Rename(Rename(a.T, FromTo<Value, Fourth>()), FromTo<Key, Value>())[1][0][1]).Value,
        ["As"] = a => (a.X.As<Value>()[0] * a.Y).Value,
        ["index"] = a => (a.T[1] * a.M[0] * a.X[1] + a.T[0][2]).Value,
        ["scalar operators"] = a => (-a.S + a.S * a.S - a.S / (3 + a.S) + (1 - a.S) + (a.S - 0.5) * 2).Value,
        ["vector operators"] = a => (-a.X + a.X * a.X / (3 + a.X) - a.S * a.X + a.X / (3 + a.S) + (1 - a.X) * 2 - a.S / (a.X + 4)).Value,
        ["matrix operators"] = a => (-a.M + a.M * a.M2 / (4 + a.M) - a.S * a.M + a.X * a.M - a.M / (4 + a.X) + a.Y / (5 + a.M) - (a.M - a.Y) * (a.Y - a.M) + (a.X - a.M)).Value,
        ["three-axis operators"] = a => (-a.T * a.T + a.T * a.X - a.Y * a.T / (4 + a.T) + (a.Z - a.T) * a.M + a.N * a.T - Outer(a.X, a.Z) * a.T / 3 + a.M / (5 + a.T) - a.S).Value,
        ["Complex"] = a => Parts(Complex(a.M, a.M2) * Complex(a.S, a.X) / Complex(2 + a.Y, a.S) + Complex(a.S, a.S) - Complex(a.T, 1)[1][0][1] * Complex(1, a.T)[0][1][0]),
        ["Polar"] = a => Parts(Polar(a.M, a.M2) * Polar(1, a.X) / Polar(2 + a.Y, a.S) + Polar(a.S, a.S) - Polar(a.T, 1)[1][0][1] * Polar(1, a.T)[0][1][0]),
        ["Conjugate"] = a => Parts(Conjugate(Complex(a.M, a.M2)) * Complex(a.M, a.X[0])),
        ["SquaredAbs"] = a => (SquaredAbs(Complex(a.M, a.M2)) + SquaredAbs(Complex(a.X, a.S)) + SquaredAbs(Complex(a.S, 1)) + SquaredAbs(Complex(a.T, 1))[0][1][1]).Value,
        ["Abs of complex"] = a => (Abs(Complex(a.M, a.M2)) + Abs(Complex(a.X, a.S)) + Abs(Complex(a.S, 1)) + Abs(Complex(a.T, 1))[0][1][1]).Value,
        ["Exp of complex"] = a => Parts(Exp(Complex(a.M, a.M2)) * Exp(Complex(a.X, a.S)) + Exp(Complex(a.S, 1)) + Exp(Complex(a.T, 1))[0][1][1]),
        ["ExpMinusOne of complex"] = a => Parts(
            ExpMinusOne(Complex(a.M, a.M2)) * ExpMinusOne(Complex(a.X, a.S)) + ExpMinusOne(Complex(a.S, 1)) + ExpMinusOne(Complex(a.T, 1))[0][1][1]),
        ["Where of complex"] = a => Parts(Where(a.M > 0, Complex(a.M, a.S), a.M2) + Where(a.S > 0, Complex(a.M, a.M2), a.M) + Where(a.X > 0, Complex(a.X, a.S), a.X)
            + Where(a.S < 0, Complex(a.S, 1), a.S)),
        ["Dot of complex"] = a => Parts(Dot(Complex(a.X, a.S), Complex(a.M, a.M2)) * Complex(a.M, 1) + Dot(Complex(a.M, 1), Complex(1, a.Y)) + Dot(a.X, Complex(a.X, 1))
            + Dot(Dot(Complex(a.M, a.S), Complex(a.N, 1)), Complex(1, a.Z))),
        ["Outer of complex"] = a => Parts(Outer(Complex(a.X, a.S), a.Y) + Outer(a.X, Complex(a.Y, 1)) * Outer(Complex(1, a.X), Complex(a.Y, 1))
            + Sum(Outer(Complex(a.X, 1), a.N) * Outer(a.M, Complex(1, a.Z)), Over<Other>())),
        ["Sum of complex"] = a => Parts(Sum(Complex(a.M, a.M2)) * Sum(Complex(a.T, a.S), Over<Other>()) + Sum(Complex(a.M, a.M2), Over<Key>()) * Sum(Complex(1, a.X))),
        ["complex operators"] = a => Parts(-Complex(a.M, a.M2) + Complex(a.M, a.S) / (3 + Complex(a.M2, a.M)) - a.X * Complex(a.M, 1) - (Complex(a.X, 1) - Complex(a.M, 0)) + Complex(1, a.Y) / Complex(a.M2, 1)
            + Complex(a.X, 1).As<Value>()[1] - a.S / Complex(a.S + 3, a.S) * (1 - Complex(a.Y, a.Y))),
        ["complex three-axis operators"] = a => Parts(Sum(
            Complex(a.T, a.S) * Complex(a.M, 1) / (4 + Complex(1, a.T)) - a.N * Complex(a.T, 1) - Complex(a.Z, 1) * (Complex(1, a.T) - a.X) + a.Y * Complex(1, a.T), Over<Other>())),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientIsThatOfFiniteDifferences(string name)
    {
        Func<Arguments, OracleValue> function = s_cases[name];
        var random = new Random(7);
        double[][] values = [.. Arguments.Sizes.Select(s => Enumerable.Range(0, s.Aggregate(1, (a, b) => a * b)).Select(_ => (2 * random.NextDouble()) - 1).ToArray())];

        OracleValue[] leaves = [.. values.Select((v, i) => OracleValue.Tracked([.. v], Arguments.Sizes[i]))];
        OracleValue result = function(new(leaves));
        double[] seed = [.. Enumerable.Range(0, result.Data.Length).Select(_ => random.NextDouble() + 0.5)];
        OracleTape.Backward([(result, seed)]);
        Assert.Contains(leaves, l => l.Gradient.ContainsAnyExcept(0.0));

        for (int i = 0; i < values.Length; i++)
        {
            for (int j = 0; j < values[i].Length; j++)
            {
                double value = values[i][j];
                values[i][j] = value + Step;
                double up = Loss();
                values[i][j] = value - Step;
                double down = Loss();
                values[i][j] = value;
                double expected = (up - down) / (2 * Step), actual = leaves[i].Gradient[j];
                Assert.True(Math.Abs(expected - actual) < 1e-7 * Math.Max(1, Math.Abs(expected)), $"{name}, argument {i}[{j}]: {actual} instead of {expected}");
            }
        }

        double Loss()
        {
            OracleValue untracked = function(new([.. values.Select((v, i) => new OracleValue([.. v], Arguments.Sizes[i]))]));
            Assert.False(untracked.IsTracked);
            return untracked.Data.ToArray().Zip(seed, (x, y) => x * y).Sum();
        }
    }

    [Fact]
    public void EveryFunctionHasACase()
    {
        // Stale reads and convolutions are no functions of numbers: the runner keeps what they give.
        HashSet<string> names = [.. s_cases.Keys.Select(k => k.Split(' ')[0]), "Over", "FromTo", "Stale", "Convolve", "ConvolveByFrequency"];
        string[] missing =
        [
            .. typeof(Functions).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Select(m => m.Name).Distinct().Where(n => !names.Contains(n)),
        ];
        Assert.Empty(missing);
    }

    /// <summary>Both parts, each with a weight of its own.</summary>
    private static OracleValue Parts(ComplexTensor<Key, Value> z) => (z.Re + 0.7 * z.Im).Value;

    internal struct Fourth : IAxis;

    /// <summary>Vectors, matrices with the axes either way round, a tensor of three axes and a scalar.</summary>
    private sealed class Arguments(OracleValue[] values)
    {
        public static int[][] Sizes { get; } = [[2], [3], [4], [2, 3], [2, 3], [3, 4], [3, 2], [4, 3], [2, 3, 4], []];

        public Tensor<Key> X => new(values[0]);

        public Tensor<Value> Y => new(values[1]);

        public Tensor<Other> Z => new(values[2]);

        public Tensor<Key, Value> M => new(values[3]);

        public Tensor<Key, Value> M2 => new(values[4]);

        public Tensor<Value, Other> N => new(values[5]);

        public Tensor<Value, Key> V => new(values[6]);

        public Tensor<Other, Value> W => new(values[7]);

        public Tensor<Key, Value, Other> T => new(values[8]);

        public Scalar S => new(values[9]);
    }
}
