using ModelDsl.Operations;

namespace ModelDsl;

/// <content>Of complex tensors, element by element.</content>
public static partial class Functions
{
    /// <summary>The complex number with the given parts. A real tensor is complex by itself where a complex one is expected; beside a complex one with fewer axes, write <c>Complex(x, 0)</c>.</summary>
    public static ComplexScalar Complex(Scalar re, Scalar im) => new(ComplexMath.OfParts(re.Value, im.Value, Scalar.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A> Complex<A>(Tensor<A> re, Tensor<A> im)
        where A : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A> Complex<A>(Tensor<A> re, Scalar im)
        where A : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A> Complex<A>(Scalar re, Tensor<A> im)
        where A : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Complex<A, B>(Tensor<A, B> re, Tensor<A, B> im)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Complex<A, B>(Tensor<A, B> re, Scalar im)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Complex<A, B>(Scalar re, Tensor<A, B> im)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Complex<A, B, C>(Tensor<A, B, C> re, Tensor<A, B, C> im)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Complex<A, B, C>(Tensor<A, B, C> re, Scalar im)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Complex(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Complex<A, B, C>(Scalar re, Tensor<A, B, C> im)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.OfParts(re.Value, im.Value, Tensor<A, B, C>.AxisTypes));

    /// <summary>modulus * (Cos(phase) + i Sin(phase)); the phase in radians.</summary>
    public static ComplexScalar Polar(Scalar modulus, Scalar phase) => new(ComplexMath.Polar(modulus.Value, phase.Value, Scalar.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A> Polar<A>(Tensor<A> modulus, Tensor<A> phase)
        where A : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A> Polar<A>(Tensor<A> modulus, Scalar phase)
        where A : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A> Polar<A>(Scalar modulus, Tensor<A> phase)
        where A : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Polar<A, B>(Tensor<A, B> modulus, Tensor<A, B> phase)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Polar<A, B>(Tensor<A, B> modulus, Scalar phase)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B> Polar<A, B>(Scalar modulus, Tensor<A, B> phase)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Polar<A, B, C>(Tensor<A, B, C> modulus, Tensor<A, B, C> phase)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Polar<A, B, C>(Tensor<A, B, C> modulus, Scalar phase)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Polar(Scalar, Scalar)"/>
    public static ComplexTensor<A, B, C> Polar<A, B, C>(Scalar modulus, Tensor<A, B, C> phase)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Polar(modulus.Value, phase.Value, Tensor<A, B, C>.AxisTypes));

    /// <summary>The complex conjugate: the imaginary part changes its sign.</summary>
    public static T Conjugate<T>(T z)
        where T : struct, IComplexTensor<T> =>
        T.Of(z.ReValue, OracleMath.Unary<Negate>(z.ImValue));

    /// <summary>e to the power of z: <c>h * Exp(dt * lambda)</c> is a decay and a rotation.</summary>
    public static ComplexScalar Exp(ComplexScalar z) => new(ComplexMath.Exp(z.Value));

    /// <inheritdoc cref="Exp(ComplexScalar)"/>
    public static ComplexTensor<A> Exp<A>(ComplexTensor<A> z)
        where A : IAxis =>
        new(ComplexMath.Exp(z.Value));

    /// <inheritdoc cref="Exp(ComplexScalar)"/>
    public static ComplexTensor<A, B> Exp<A, B>(ComplexTensor<A, B> z)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Exp(z.Value));

    /// <inheritdoc cref="Exp(ComplexScalar)"/>
    public static ComplexTensor<A, B, C> Exp<A, B, C>(ComplexTensor<A, B, C> z)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Exp(z.Value));

    /// <summary>e to the power of z, less 1, without losing the digits of a small z: the numerator of a zero-order hold, <c>ExpMinusOne(dt * lambda) / lambda</c>.</summary>
    public static ComplexScalar ExpMinusOne(ComplexScalar z) => new(ComplexMath.ExpMinusOne(z.Value));

    /// <inheritdoc cref="ExpMinusOne(ComplexScalar)"/>
    public static ComplexTensor<A> ExpMinusOne<A>(ComplexTensor<A> z)
        where A : IAxis =>
        new(ComplexMath.ExpMinusOne(z.Value));

    /// <inheritdoc cref="ExpMinusOne(ComplexScalar)"/>
    public static ComplexTensor<A, B> ExpMinusOne<A, B>(ComplexTensor<A, B> z)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.ExpMinusOne(z.Value));

    /// <inheritdoc cref="ExpMinusOne(ComplexScalar)"/>
    public static ComplexTensor<A, B, C> ExpMinusOne<A, B, C>(ComplexTensor<A, B, C> z)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.ExpMinusOne(z.Value));

    /// <summary>The modulus; its slope at 0 is 0.</summary>
    public static Scalar Abs(ComplexScalar z) => new(ComplexMath.Abs(z.Value));

    /// <inheritdoc cref="Abs(ComplexScalar)"/>
    public static Tensor<A> Abs<A>(ComplexTensor<A> z)
        where A : IAxis =>
        new(ComplexMath.Abs(z.Value));

    /// <inheritdoc cref="Abs(ComplexScalar)"/>
    public static Tensor<A, B> Abs<A, B>(ComplexTensor<A, B> z)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Abs(z.Value));

    /// <inheritdoc cref="Abs(ComplexScalar)"/>
    public static Tensor<A, B, C> Abs<A, B, C>(ComplexTensor<A, B, C> z)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Abs(z.Value));

    /// <summary>The squared modulus: the real part times itself, plus the imaginary part times itself.</summary>
    public static Scalar SquaredAbs(ComplexScalar z) => new(ComplexMath.SquaredAbs(z.Value));

    /// <inheritdoc cref="SquaredAbs(ComplexScalar)"/>
    public static Tensor<A> SquaredAbs<A>(ComplexTensor<A> z)
        where A : IAxis =>
        new(ComplexMath.SquaredAbs(z.Value));

    /// <inheritdoc cref="SquaredAbs(ComplexScalar)"/>
    public static Tensor<A, B> SquaredAbs<A, B>(ComplexTensor<A, B> z)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.SquaredAbs(z.Value));

    /// <inheritdoc cref="SquaredAbs(ComplexScalar)"/>
    public static Tensor<A, B, C> SquaredAbs<A, B, C>(ComplexTensor<A, B, C> z)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.SquaredAbs(z.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexScalar Where(Scalar condition, ComplexScalar a, ComplexScalar b) => new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A> Where<A>(Tensor<A> condition, ComplexTensor<A> a, ComplexTensor<A> b)
        where A : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A> Where<A>(Scalar condition, ComplexTensor<A> a, ComplexTensor<A> b)
        where A : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A, B> Where<A, B>(Tensor<A, B> condition, ComplexTensor<A, B> a, ComplexTensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A, B> Where<A, B>(Scalar condition, ComplexTensor<A, B> a, ComplexTensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A, B, C> Where<A, B, C>(Tensor<A, B, C> condition, ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static ComplexTensor<A, B, C> Where<A, B, C>(Scalar condition, ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Where(condition, a.Re, b.Re), Where(condition, a.Im, b.Im));
}
