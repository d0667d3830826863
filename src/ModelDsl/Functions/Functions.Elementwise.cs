using ModelDsl.Operations;

namespace ModelDsl;

/// <summary>
/// The functions of the language, for use in a spec by <c>using static ModelDsl.Functions;</c>. Those in this file work element by
/// element on a scalar, vector, matrix or three-axis tensor and give the same; numbers may stand for scalars.
/// </summary>
public static partial class Functions
{
    private static readonly OracleValue s_zero = OracleValue.Scalar(0);

    /// <summary>e to the power of x. <c>S * Exp(g)</c> is a decay in log space.</summary>
    public static T Exp<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Exp>(x.Value));

    /// <inheritdoc cref="Exp{T}(T)"/>
    public static Scalar Exp(Scalar x) => Exp<Scalar>(x);

    /// <summary>e to the power of x, less 1, without losing the digits of a small x.</summary>
    public static T ExpMinusOne<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(ComplexMath.ExpMinusOne(x.Value));

    /// <inheritdoc cref="ExpMinusOne{T}(T)"/>
    public static Scalar ExpMinusOne(Scalar x) => ExpMinusOne<Scalar>(x);

    /// <summary>The natural logarithm.</summary>
    public static T Log<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Log>(x.Value));

    /// <inheritdoc cref="Log{T}(T)"/>
    public static Scalar Log(Scalar x) => Log<Scalar>(x);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static T Sigmoid<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Sigmoid>(x.Value));

    /// <inheritdoc cref="Sigmoid{T}(T)"/>
    public static Scalar Sigmoid(Scalar x) => Sigmoid<Scalar>(x);

    /// <summary>log(Sigmoid(x)) = -Softplus(-x), without underflow.</summary>
    public static T LogSigmoid<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<LogSigmoid>(x.Value));

    /// <inheritdoc cref="LogSigmoid{T}(T)"/>
    public static Scalar LogSigmoid(Scalar x) => LogSigmoid<Scalar>(x);

    /// <summary>log(1 + exp(x)), without overflow.</summary>
    public static T Softplus<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Softplus>(x.Value));

    /// <inheritdoc cref="Softplus{T}(T)"/>
    public static Scalar Softplus(Scalar x) => Softplus<Scalar>(x);

    /// <summary>The hyperbolic tangent.</summary>
    public static T Tanh<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Tanh>(x.Value));

    /// <inheritdoc cref="Tanh{T}(T)"/>
    public static Scalar Tanh(Scalar x) => Tanh<Scalar>(x);

    /// <summary>The sine of an angle in radians.</summary>
    public static T Sin<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Sin>(x.Value));

    /// <inheritdoc cref="Sin{T}(T)"/>
    public static Scalar Sin(Scalar x) => Sin<Scalar>(x);

    /// <summary>The cosine of an angle in radians.</summary>
    public static T Cos<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Cos>(x.Value));

    /// <inheritdoc cref="Cos{T}(T)"/>
    public static Scalar Cos(Scalar x) => Cos<Scalar>(x);

    /// <summary>The square root.</summary>
    public static T Sqrt<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Sqrt>(x.Value));

    /// <inheritdoc cref="Sqrt{T}(T)"/>
    public static Scalar Sqrt(Scalar x) => Sqrt<Scalar>(x);

    /// <summary>1 / Sqrt(x).</summary>
    public static T Rsqrt<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Rsqrt>(x.Value));

    /// <inheritdoc cref="Rsqrt{T}(T)"/>
    public static Scalar Rsqrt(Scalar x) => Rsqrt<Scalar>(x);

    /// <summary>The absolute value; its slope at 0 is 0.</summary>
    public static T Abs<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Abs>(x.Value));

    /// <inheritdoc cref="Abs{T}(T)"/>
    public static Scalar Abs(Scalar x) => Abs<Scalar>(x);

    /// <summary>-1, 0 or 1; no gradient.</summary>
    public static T Sign<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Unary<Sign>(x.Value));

    /// <inheritdoc cref="Sign{T}(T)"/>
    public static Scalar Sign(Scalar x) => Sign<Scalar>(x);

    /// <summary>Max(x, 0).</summary>
    public static T Relu<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Max>(x.Value, s_zero));

    /// <inheritdoc cref="Relu{T}(T)"/>
    public static Scalar Relu(Scalar x) => Relu<Scalar>(x);

    /// <summary>x * x.</summary>
    public static T Square<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Multiply>(x.Value, x.Value));

    /// <inheritdoc cref="Square{T}(T)"/>
    public static Scalar Square(Scalar x) => Square<Scalar>(x);

    /// <summary>x * Sigmoid(x).</summary>
    public static T SiLU<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Multiply>(x.Value, OracleMath.Unary<Sigmoid>(x.Value)));

    /// <inheritdoc cref="SiLU{T}(T)"/>
    public static Scalar SiLU(Scalar x) => SiLU<Scalar>(x);

    /// <summary>GELU in its tanh form: 0.5 x (1 + Tanh(sqrt(2 / pi) (x + 0.044715 x^3))).</summary>
    public static T GeluTanh<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(GeluTanhOf(x.Value));

    /// <inheritdoc cref="GeluTanh{T}(T)"/>
    public static Scalar GeluTanh(Scalar x) => GeluTanh<Scalar>(x);

    /// <summary>x itself, with no gradient.</summary>
    public static T Detach<T>(T x)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Detach(x.Value));

    /// <inheritdoc cref="Detach{T}(T)"/>
    public static Scalar Detach(Scalar x) => Detach<Scalar>(x);

    /// <summary>x multiplied by itself: x to the power of a constant. Negative exponents give 1 / Power(x, -exponent).</summary>
    /// <param name="x">The base.</param>
    /// <param name="exponent">A constant.</param>
    public static T Power<T>(T x, int exponent)
        where T : struct, ITensor<T> =>
        T.Of(PowerOf(x.Value, exponent));

    /// <inheritdoc cref="Power{T}(T, int)"/>
    public static Scalar Power(Scalar x, int exponent) => Power<Scalar>(x, exponent);

    private static OracleValue GeluTanhOf(OracleValue x)
    {
        OracleValue cube = OracleMath.Binary<Multiply>(OracleMath.Binary<Multiply>(x, x), x);
        OracleValue inner = OracleMath.Binary<Add>(x, OracleMath.Binary<Multiply>(OracleValue.Scalar(0.044715), cube));
        OracleValue tanh = OracleMath.Unary<Tanh>(OracleMath.Binary<Multiply>(OracleValue.Scalar(Math.Sqrt(2 / Math.PI)), inner));
        OracleValue half = OracleMath.Binary<Multiply>(OracleValue.Scalar(0.5), x);
        return OracleMath.Binary<Multiply>(half, OracleMath.Binary<Add>(OracleValue.Scalar(1), tanh));
    }

    private static OracleValue PowerOf(OracleValue x, int exponent)
    {
        if (exponent <= 0)
        {
            OracleValue one = OracleMath.Binary<Add>(OracleValue.Scalar(1), OracleMath.Binary<Multiply>(x, s_zero));
            return exponent == 0 ? one : OracleMath.Binary<Divide>(one, PowerOf(x, checked(-exponent)));
        }

        OracleValue power = x;
        for (int i = 1; i < exponent; i++)
        {
            power = OracleMath.Binary<Multiply>(power, x);
        }

        return power;
    }
}
