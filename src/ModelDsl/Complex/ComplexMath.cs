using ModelDsl.Operations;

namespace ModelDsl;

/// <summary>The two parts of a complex value, of one shape.</summary>
internal readonly record struct ComplexValue(OracleValue Re, OracleValue Im);

/// <summary>Complex arithmetic on pairs of <see cref="OracleValue"/>s: gradients follow from those of the real operations.</summary>
internal static class ComplexMath
{
    private static readonly OracleValue s_zero = OracleValue.Scalar(0), s_half = OracleValue.Scalar(0.5), s_one = OracleValue.Scalar(1);

    public static ComplexValue OfReal(OracleValue re) => new(re, new OracleValue(re.AxisTypes, re.SizeArray, new double[re.Array.Length]));

    /// <summary>Parts of which one may be a scalar, which is repeated.</summary>
    public static ComplexValue OfParts(OracleValue re, OracleValue im, Type[] axes) =>
        new(Spread(re, im, axes), Spread(im, re, axes));

    public static ComplexValue Add(ComplexValue a, ComplexValue b, Type[] axes) => new(Binary<Add>(a.Re, b.Re, axes), Binary<Add>(a.Im, b.Im, axes));

    public static ComplexValue Subtract(ComplexValue a, ComplexValue b, Type[] axes) =>
        new(Binary<Subtract>(a.Re, b.Re, axes), Binary<Subtract>(a.Im, b.Im, axes));

    public static ComplexValue Multiply(ComplexValue a, ComplexValue b, Type[] axes) => new(
        Binary<Subtract>(Binary<Multiply>(a.Re, b.Re, axes), Binary<Multiply>(a.Im, b.Im, axes), axes),
        Binary<Add>(Binary<Multiply>(a.Re, b.Im, axes), Binary<Multiply>(a.Im, b.Re, axes), axes));

    /// <summary>a conj(b) / |b|^2.</summary>
    public static ComplexValue Divide(ComplexValue a, ComplexValue b, Type[] axes)
    {
        ComplexValue product = Multiply(a, new ComplexValue(b.Re, OracleMath.Unary<Negate>(b.Im)), axes);
        OracleValue norm = SquaredAbs(b);
        return new(Binary<Divide>(product.Re, norm, axes), Binary<Divide>(product.Im, norm, axes));
    }

    public static ComplexValue Contract(ComplexValue a, ComplexValue b, Type axis, Type[] axes) => Sum(Multiply(a, b, axes), axis);

    public static ComplexValue Sum(ComplexValue z, Type axis) => new(OracleAxes.Sum(z.Re, axis), OracleAxes.Sum(z.Im, axis));

    public static ComplexValue Polar(OracleValue modulus, OracleValue phase, Type[] axes) => new(
        Binary<Multiply>(modulus, OracleMath.Unary<Cos>(phase), axes), Binary<Multiply>(modulus, OracleMath.Unary<Sin>(phase), axes));

    public static ComplexValue Exp(ComplexValue z) => Polar(OracleMath.Unary<Exp>(z.Re), z.Im, z.Re.AxisTypes);

    /// <summary>exp(x + iy) - 1 = (exp(x) - 1) cos(y) - 2 sin(y/2)^2 + i exp(x) sin(y): no large numbers cancel.</summary>
    public static ComplexValue ExpMinusOne(ComplexValue z)
    {
        OracleValue sine = OracleMath.Unary<Sin>(OracleMath.Binary<Multiply>(s_half, z.Im)), square = OracleMath.Binary<Multiply>(sine, sine);
        return new(
            OracleMath.Binary<Subtract>(OracleMath.Binary<Multiply>(ExpMinusOne(z.Re), OracleMath.Unary<Cos>(z.Im)), OracleMath.Binary<Add>(square, square)),
            OracleMath.Binary<Multiply>(OracleMath.Unary<Exp>(z.Re), OracleMath.Unary<Sin>(z.Im)));
    }

    /// <summary>exp(x) - 1 = tanh(x/2) (exp(x) + 1).</summary>
    public static OracleValue ExpMinusOne(OracleValue x) => OracleMath.Binary<Multiply>(
        OracleMath.Unary<Tanh>(OracleMath.Binary<Multiply>(s_half, x)), OracleMath.Binary<Add>(OracleMath.Unary<Exp>(x), s_one));

    public static OracleValue SquaredAbs(ComplexValue z) =>
        OracleMath.Binary<Add>(OracleMath.Binary<Multiply>(z.Re, z.Re), OracleMath.Binary<Multiply>(z.Im, z.Im));

    /// <summary>Where z is 0, the root is of 1, so that its infinite slope does not meet the zero slope of the square.</summary>
    public static OracleValue Abs(ComplexValue z)
    {
        OracleValue square = SquaredAbs(z), isPositive = OracleMath.Binary<Greater>(square, s_zero);
        return OracleMath.Where(isPositive, OracleMath.Unary<Sqrt>(OracleMath.Where(isPositive, square, s_one)), s_zero);
    }

    /// <summary>A value, repeated along axes that only another has.</summary>
    private static OracleValue Spread(OracleValue value, OracleValue other, Type[] axes) =>
        value.SizeArray.Length == axes.Length ? value : Binary<Add>(value, OfReal(OracleMath.Detach(other)).Im, axes);

    private static OracleValue Binary<TOperation>(OracleValue x, OracleValue y, Type[] axes)
        where TOperation : struct, IBinaryOperation =>
        OracleMath.Binary<TOperation>(x, y, axes);
}
