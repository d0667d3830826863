using Number = System.Numerics.Complex;

namespace ModelDsl.Tests;

/// <summary>Complex operators and functions against those of System.Numerics.</summary>
public class ComplexTests
{
    private static readonly Number[] s_points =
        [new(0.3, -0.8), new(-2, 1.5), new(1e-9, 1e-9), new(-1e-6, 3e-6), new(0, 1), new(-3, 0), new(1, 40), new(-0.5, -3)];

    public static TheoryData<string, Func<ComplexTensor<Key>, ComplexTensor<Key>>, Func<Number, Number>> Unary => new()
    {
        { "negative", z => -z, z => -z },
        { "real part", z => z.Re, z => z.Real },
        { "imaginary part", z => z.Im, z => z.Imaginary },
        { "Conjugate", z => Conjugate(z), Number.Conjugate },
        { "Exp", z => Exp(z), Number.Exp },
        { "ExpMinusOne", z => ExpMinusOne(z), ExpMinusOneOf },
        { "Abs", z => Abs(z), z => Number.Abs(z) },
        { "SquaredAbs", z => SquaredAbs(z), z => z.Real * z.Real + z.Imaginary * z.Imaginary },
        { "Complex", z => Complex(z.Im, z.Re), z => new Number(z.Imaginary, z.Real) },
        { "Complex with a number", z => Complex(2, z.Re), z => new Number(2, z.Real) },
        { "Polar", z => Polar(z.Re, z.Im), z => Number.FromPolarCoordinates(1, z.Imaginary) * z.Real },
        { "Where", z => Where(z.Re > 0, z, 0 * z), z => z.Real > 0 ? z : 0 },
        { "sum", z => z + 2, z => z + 2 },
        { "difference", z => 1 - z, z => 1 - z },
        { "product", z => z * z * 3, z => z * z * 3 },
        { "product with a real vector", z => z.Re * z, z => z.Real * z },
        { "product of a real vector and a complex number", z => z.Re * Complex((Scalar)2, 1), z => z.Real * new Number(2, 1) },
        { "difference of a complex number and a real vector", z => Complex((Scalar)2, 1) - z.Re, z => new Number(2, 1) - z.Real },
        { "quotient", z => (z + 1) / z, z => (z + 1) / z },
        { "quotient of a real vector", z => z.Re / z, z => z.Real / z },
    };

    [Theory]
    [MemberData(nameof(Unary))]
    public void ElementByElement(string name, Func<ComplexTensor<Key>, ComplexTensor<Key>> function, Func<Number, Number> definition)
    {
        ComplexTensor<Key> values = function(new(new(s_points.Select(z => z.Real).ToArray()), new(s_points.Select(z => z.Imaginary).ToArray())));
        for (int i = 0; i < s_points.Length; i++)
        {
            Number expected = definition(s_points[i]), actual = new(values.Re.Value.Data[i], values.Im.Value.Data[i]);
            Assert.True(Number.Abs(actual - expected) <= 1e-14 * Number.Abs(expected), $"{name}({s_points[i]}) is {actual} instead of {expected}");
        }
    }

    [Fact]
    public void TheSlopeOfTheModulusIsZeroAtZero()
    {
        OracleValue re = OracleValue.Tracked([0], 1), im = OracleValue.Tracked([0], 1);
        OracleTape.Backward([(Abs(new ComplexTensor<Key>(new(re), new(im))).Value, [1])]);
        Assert.Equal([0.0], re.Gradient);
        Assert.Equal([0.0], im.Gradient);
    }

    [Fact]
    public void ProductsContractTheSharedAxisAndConjugateNothing()
    {
        ComplexTensor<Key> a = new(new(1, 2), new(3, -1));
        ComplexTensor<Key, Value> m = new(new(new double[,] { { 1, 0 }, { 2, 1 } }), new(new double[,] { { -1, 2 }, { 0, 1 } }));
        ComplexTensor<Value> product = Dot(a, m);
        Assert.Equal([8.0, -3.0], product.Re.Value.Data);
        Assert.Equal([0.0, 3.0], product.Im.Value.Data);
        Assert.Equal(15, Dot(Conjugate(a), a).Re.Number);
        Assert.Equal(Sum(Outer(a, Sum(m, Over<Key>()))).Im.Number, (Sum(a) * Sum(m)).Im.Number);
    }

    /// <summary>Of a small number, its series; Exp(z) - 1 would lose its digits.</summary>
    private static Number ExpMinusOneOf(Number z) => Number.Abs(z) < 1e-3 ? z + (z * z / 2) + (z * z * z / 6) + (z * z * z * z / 24) : Number.Exp(z) - 1;
}
