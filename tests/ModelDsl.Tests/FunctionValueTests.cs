namespace ModelDsl.Tests;

/// <summary>The value of every function against its definition.</summary>
public class FunctionValueTests
{
    private static readonly double[] s_points = [-50, -3, -1, -0.25, 0, 0.25, 1, 3, 50];

    public static TheoryData<string, Func<Tensor<Key>, Tensor<Key>>, Func<double, double>> Unary => new()
    {
        { "Exp", x => Exp(x), Math.Exp },
        { "Log", x => Log(Abs(x) + 1), x => Math.Log(Math.Abs(x) + 1) },
        { "Sigmoid", x => Sigmoid(x), x => 1 / (1 + Math.Exp(-x)) },
        { "LogSigmoid", x => LogSigmoid(x), x => x < -30 ? x : x > 30 ? -Math.Exp(-x) : -Math.Log(1 + Math.Exp(-x)) },
        { "Softplus", x => Softplus(x), x => x > 30 ? x : x < -30 ? Math.Exp(x) : Math.Log(1 + Math.Exp(x)) },
        { "Tanh", x => Tanh(x), Math.Tanh },
        { "Sin", x => Sin(x), Math.Sin },
        { "Cos", x => Cos(x), Math.Cos },
        { "Sqrt", x => Sqrt(Abs(x)), x => Math.Sqrt(Math.Abs(x)) },
        { "Rsqrt", x => Rsqrt(Abs(x) + 1), x => 1 / Math.Sqrt(Math.Abs(x) + 1) },
        { "Abs", x => Abs(x), Math.Abs },
        { "Sign", x => Sign(x), x => Math.Sign(x) },
        { "Relu", x => Relu(x), x => Math.Max(x, 0) },
        { "Square", x => Square(x), x => x * x },
        { "SiLU", x => SiLU(x), x => x / (1 + Math.Exp(-x)) },
        { "GeluTanh", x => GeluTanh(x), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) },
        { "Power", x => Power(x, 3), x => x * x * x },
        { "Power of a negative", x => Power(Abs(x) + 1, -2), x => 1 / ((Math.Abs(x) + 1) * (Math.Abs(x) + 1)) },
        { "Power of zero", x => Power(x, 0), _ => 1 },
        { "Detach", x => Detach(x), x => x },
        { "Max", x => Max(x, 0.5), x => Math.Max(x, 0.5) },
        { "Min", x => Min(0.5, x), x => Math.Min(x, 0.5) },
        { "LogAddExp", x => LogAddExp(x, 1), x => Math.Max(x, 1) + Math.Log(1 + Math.Exp(-Math.Abs(x - 1))) },
        { "EqualTo", x => EqualTo(x, 1), x => x == 1 ? 1 : 0 },
        { "Greater", x => x > 1, x => x > 1 ? 1 : 0 },
        { "Less", x => x < 1, x => x < 1 ? 1 : 0 },
        { "GreaterOrEqual", x => x >= 1, x => x >= 1 ? 1 : 0 },
        { "LessOrEqual", x => 1 <= x, x => x >= 1 ? 1 : 0 },
        { "Where", x => Where(x > 0, x, -2), x => x > 0 ? x : -2 },
    };

    [Theory]
    [MemberData(nameof(Unary))]
    public void ElementByElement(string name, Func<Tensor<Key>, Tensor<Key>> function, Func<double, double> definition)
    {
        double[] values = function(new(s_points)).Value.Data.ToArray();
        for (int i = 0; i < s_points.Length; i++)
        {
            double expected = definition(s_points[i]);
            Assert.True(Math.Abs(values[i] - expected) <= 1e-14 * Math.Max(1e-20, Math.Abs(expected)), $"{name}({s_points[i]}) is {values[i]} instead of {expected}");
        }
    }

    /// <summary>The logarithm of nothing is minus infinity, and of nothing and nothing too.</summary>
    [Fact]
    public void LogAddExpOfEqualInfinitiesIsThatInfinity()
    {
        Assert.Equal("[-Infinity, Infinity, 3]", LogAddExp(
            new Tensor<Key>(double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity), new Tensor<Key>(double.NegativeInfinity, double.PositiveInfinity, 3)).ToString());
    }

    [Fact]
    public void ProductsContractTheSharedAxis()
    {
        double[,] m = Matrix(2, 3), n = Matrix(3, 4), turnedM = new double[3, 2], turnedN = new double[4, 3], product = new double[2, 4];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                turnedM[j, i] = m[i, j];
                for (int k = 0; k < 4; k++)
                {
                    product[i, k] += m[i, j] * n[j, k];
                    turnedN[k, j] = n[j, k];
                }
            }
        }

        Tensor<Key, Value> a = new(m);
        Tensor<Value, Key> aTurned = new(turnedM);
        Tensor<Value, Other> b = new(n);
        Tensor<Other, Value> bTurned = new(turnedN);
        string expected = new Tensor<Key, Other>(product).ToString();
        Assert.Equal(expected, Dot(a, b).ToString());
        Assert.Equal(expected, Dot(a, bTurned).ToString());
        Assert.Equal(expected, Dot(aTurned, b).ToString());
        Assert.Equal(expected, Dot(aTurned, bTurned).ToString());
        Assert.Equal("[6, 9, 12, 15]", Dot(new Tensor<Value>(0, 1, 1), new Tensor<Value, Other>(new double[,] { { 1, 1, 1, 1 }, { 2, 4, 6, 8 }, { 4, 5, 6, 7 } })).ToString());
        Assert.Equal(Dot(a, new Tensor<Value>(1, 2, 3)).ToString(), Dot(new Tensor<Value>(1, 2, 3), a).ToString());
        Assert.Equal(11, Dot(new Tensor<Key>(1, 2), new Tensor<Key>(3, 4)).Number);
    }

    [Fact]
    public void ThreeAxesKeepTheirOrder()
    {
        Tensor<Key> x = new(1, 2);
        Tensor<Value> y = new(1, 10, 100);
        Tensor<Other> z = new(3, 4);
        Tensor<Key, Value, Other> t = Outer(x, Outer(y, z));
        Assert.Equal("[[[3, 4], [30, 40], [300, 400]], [[6, 8], [60, 80], [600, 800]]]", t.ToString());
        Assert.Equal(t.ToString(), Outer(Outer(x, y), z).ToString());
        Assert.Equal("[[15, 20], [150, 200], [1500, 2000]]", Dot(x, t).ToString());
        Assert.Equal("[[30303, 40404], [60606, 80808]]", Dot(t, y).ToString());
        Assert.Equal("[[25, 250, 2500], [50, 500, 5000]]", Dot(z, t).ToString());
        Assert.Equal("[600, 800]", t[1][2].ToString());
    }

    [Fact]
    public void BroadcastingIsByNameNotByPosition()
    {
        // Square, so that position alone could not tell rows from columns.
        Tensor<Key, Value> m = new(new double[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal("[[10, 20], [300, 400]]", (new Tensor<Key>(10, 100) * m).ToString());
        Assert.Equal("[[10, 200], [30, 400]]", (new Tensor<Value>(10, 100) * m).ToString());
        Assert.Equal("[[10, 200], [30, 400]]", (m * new Tensor<Value>(10, 100)).ToString());
        Assert.Equal("[[9, 98], [7, 96]]", (new Tensor<Value>(10, 100) - m).ToString());
        Assert.Equal("[[1, 0], [0, 0]]", (m < new Tensor<Value>(2, 2)).ToString());

        Tensor<Key, Value, Other> t = Outer(m, new Tensor<Other>(1, 0));
        Tensor<Key, Other> ko = new(new double[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal("[[[2, 2], [3, 2]], [[6, 4], [7, 4]]]", (t + ko).ToString());
        Assert.Equal("[[[1, 1], [2, 1]], [[3, 1], [4, 1]]]", (t + new Tensor<Other>(0, 1)).ToString());
    }

    [Fact]
    public void ReductionsTakeAllAxesOrTheNamedOne()
    {
        Tensor<Key, Value> m = new(new double[,] { { 1, 5, 3 }, { 4, 2, 9 } });
        Assert.Equal(24, Sum(m).Number);
        Assert.Equal(4, Mean(m).Number);
        Assert.Equal(9, MaxOver(m).Number);
        Assert.Equal("[5, 7, 12]", Sum(m, Over<Key>()).ToString());
        Assert.Equal("[3, 5]", Mean(m, Over<Value>()).ToString());
        Assert.Equal("[4, 5, 9]", MaxOver(m, Over<Key>()).ToString());
        Assert.Equal(2, Size(m, Over<Key>()).Number);
        Assert.Equal(3, Size(m[0]).Number);
    }

    [Fact]
    public void NormalisationsSumToOne()
    {
        Tensor<Key, Value> m = new(new double[,] { { 1, 5, 3 }, { 4, 2, 900 } });
        Assert.All(Sum(Softmax(m, Over<Key>()), Over<Key>()).Value.Data.ToArray(), s => Assert.Equal(1, s, 1e-15));
        Assert.All(Sum(Square(L2Normalize(m, Over<Value>(), 0)), Over<Value>()).Value.Data.ToArray(), s => Assert.Equal(1, s, 1e-15));
        Assert.Equal(3 / Math.Sqrt(25 + 1e-6), L2Normalize(new Tensor<Key>(3, 4))[0].Number);
        Assert.Equal(3 / Math.Sqrt(26), L2Normalize(new Tensor<Key>(3, 4), 1)[0].Number);
    }

    [Fact]
    public void RotateTurnsPairs()
    {
        Tensor<Key> x = new(1, 0, 0, 2);
        Assert.Equal("[0, 1, -2, 0]", QuarterTurn(x).ToString());
        double[] turned = Rotate(x, Math.PI / 6).Value.Data.ToArray();
        Assert.Equal(Math.Cos(Math.PI / 6), turned[0], 1e-15);
        Assert.Equal(0.5, turned[1], 1e-15);
        Assert.Equal(-1, turned[2], 1e-15);
        Assert.Equal(2 * Math.Cos(Math.PI / 6), turned[3], 1e-15);
        Assert.Equal("[[0, -1], [1, 0]]", QuarterTurn(new Tensor<Key, Value>(new double[,] { { 1, 0 }, { 0, 1 } }), Over<Key>()).ToString());
        Assert.Contains("Axis Key has size 3", Assert.Throws<ArgumentException>(() => QuarterTurn(new Tensor<Key>(1, 2, 3))).Message);
    }

    [Fact]
    public void TiesShareTheGradient()
    {
        Assert.Equal([0.5], Gradient(x => Max(x, 2), 2));
        Assert.Equal([0.5], Gradient(x => Min(x, 2), 2));
        Assert.Equal([0.0], Gradient(x => Abs(x), 0));
        Assert.Equal([0.5, 0, 0.5], Gradient(x => MaxOver(x) + 0 * x, 3, 1, 3));
        Assert.Equal([0.0], Gradient(x => Detach(x), 3));

        static double[] Gradient(Func<Tensor<Key>, Tensor<Key>> function, params double[] at)
        {
            OracleValue leaf = OracleValue.Tracked(at, at.Length);
            OracleValue result = function(new(leaf)).Value;
            double[] seed = new double[at.Length];
            seed[0] = 1;
            OracleTape.Backward([(result, seed)]);
            return leaf.Gradient.ToArray();
        }
    }

    [Fact]
    public void TheBranchNotTakenHasNoSay()
    {
        OracleValue leaf = OracleValue.Tracked([-4, 4], 2);
        Tensor<Key> x = new(leaf);
        OracleValue result = Where(x > 0, Sqrt(x), x).Value;
        OracleTape.Backward([(result, [1, 1])]);
        Assert.Equal([-4.0, 2.0], result.Data.ToArray());
        Assert.Equal([1, 0.25], leaf.Gradient.ToArray());
    }

    [Fact]
    public void GradientsOfSharedArgumentsAddUp()
    {
        OracleValue leaf = OracleValue.Tracked([3], []);
        Scalar x = new(leaf), y = x * x, z = y + y * x;
        OracleTape.Backward([(z.Value, [1]), (y.Value, [10])]);
        Assert.Equal([2 * 3 + 3 * 9 + 10 * 6], leaf.Gradient.ToArray());
    }

    [Fact]
    public void MistakesAreNamed()
    {
        Tensor<Key, Value> none = default;
        Assert.Equal(
            "A Tensor<Key, Value> is used before it has a value: a state field or a local was never assigned.",
            Assert.Throws<InvalidOperationException>(() => none * 2).Message);
        Assert.Equal("(no value)", none.ToString());
        Assert.Equal("Axis Key has size 2 in one operand and 3 in another.", Assert.Throws<ArgumentException>(() => new Tensor<Key>(1, 2) + new Tensor<Key>(1, 2, 3)).Message);
        Assert.Contains("has the axis Key twice", Assert.Throws<ArgumentException>(() => Outer(new Tensor<Key>(1, 2), new Tensor<Key>(1, 2))).Message);
        Assert.Contains("has the indices 0 to 1", Assert.Throws<ArgumentOutOfRangeException>(() => new Tensor<Key>(1, 2)[2]).Message);
        Assert.Contains("A Tensor<Key> cannot be a Tensor<Value>", Assert.Throws<ArgumentException>(() => new Tensor<Value>(new Tensor<Key>(1, 2).Value)).Message);
        Assert.Contains("it has 1 axes, not 2", Assert.Throws<ArgumentException>(() => new Tensor<Key, Value>(new OracleValue([1, 2], 2))).Message);
        Assert.Contains("2 elements were given for a value of shape [3]", Assert.Throws<ArgumentException>(() => new OracleValue([1, 2], 3)).Message);
        Assert.Contains("Axis Fixed is fixed at size 4", Assert.Throws<ArgumentException>(() => new Tensor<Fixed>(1, 2)).Message);
        Assert.Contains("no names yet", Assert.Throws<InvalidOperationException>(() => new OracleValue([1, 2], 2).Axes).Message);
    }

    private static double[,] Matrix(int rows, int columns)
    {
        var random = new Random(3);
        var m = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            m[i / columns, i % columns] = random.Next(-9, 9);
        }

        return m;
    }

    [Axis(4)]
    private struct Fixed : IAxis;
}
