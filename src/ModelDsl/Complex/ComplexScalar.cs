using System.Diagnostics;

namespace ModelDsl;

/// <summary>
/// A complex number of a spec: a pair of <see cref="Scalar"/>s. Compiled, an input, state or output x of this type is two real ones,
/// xRe and xIm, and its gradients are the two real partial derivatives.
/// </summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct ComplexScalar : IComplexTensor<ComplexScalar>
{
    /// <summary>The number with the given parts.</summary>
    public ComplexScalar(Scalar re, Scalar im)
    {
        Re = re;
        Im = im;
    }

    internal ComplexScalar(ComplexValue value)
        : this(new Scalar(value.Re), new Scalar(value.Im))
    {
    }

    /// <summary>The real part.</summary>
    public Scalar Re { get; }

    /// <summary>The imaginary part.</summary>
    public Scalar Im { get; }

    private static Type[] AxisTypes => Scalar.AxisTypes;

    internal ComplexValue Value => new(Re.Value, Im.Value);

    /// <summary>A number in a spec is a complex scalar where one is expected.</summary>
    public static implicit operator ComplexScalar(double value) => (Scalar)value;

    /// <summary>A real number is a complex one.</summary>
    public static implicit operator ComplexScalar(Scalar value) => new(ComplexMath.OfReal(value.Value));

    /// <summary>The negative.</summary>
    public static ComplexScalar operator -(ComplexScalar x) => new(-x.Re, -x.Im);

    /// <summary>The sum.</summary>
    public static ComplexScalar operator +(ComplexScalar a, ComplexScalar b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference.</summary>
    public static ComplexScalar operator -(ComplexScalar a, ComplexScalar b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product.</summary>
    public static ComplexScalar operator *(ComplexScalar a, ComplexScalar b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient.</summary>
    public static ComplexScalar operator /(ComplexScalar a, ComplexScalar b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>Both parts.</summary>
    public override string ToString() => $"{Re} + {Im} i";

    static ComplexScalar IComplexTensor<ComplexScalar>.Of(OracleValue re, OracleValue im) => new(new ComplexValue(re, im));

    OracleValue IComplexTensor<ComplexScalar>.ReValue => Re.Value;

    OracleValue IComplexTensor<ComplexScalar>.ImValue => Im.Value;
}
