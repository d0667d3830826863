using System.Diagnostics;

namespace ModelDsl;

/// <summary>
/// A complex tensor of three axes of a spec: a pair of <see cref="Tensor{A, B, C}"/>s. Compiled, an input, state or output x of this type is two real ones,
/// xRe and xIm, and its gradients are the two real partial derivatives.
/// </summary>
/// <typeparam name="A">The first axis.</typeparam>
/// <typeparam name="B">The second axis.</typeparam>
/// <typeparam name="C">The third axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct ComplexTensor<A, B, C> : IComplexTensor<ComplexTensor<A, B, C>>
    where A : IAxis
    where B : IAxis
    where C : IAxis
{
    /// <summary>The tensor of three axes with the given parts, [A, B, C].</summary>
    public ComplexTensor(Tensor<A, B, C> re, Tensor<A, B, C> im)
    {
        Re = re;
        Im = im;
    }

    internal ComplexTensor(ComplexValue value)
        : this(new Tensor<A, B, C>(value.Re), new Tensor<A, B, C>(value.Im))
    {
    }

    /// <summary>The real part, [A, B, C].</summary>
    public Tensor<A, B, C> Re { get; }

    /// <summary>The imaginary part, [A, B, C].</summary>
    public Tensor<A, B, C> Im { get; }

    private static Type[] AxisTypes => Tensor<A, B, C>.AxisTypes;

    internal ComplexValue Value => new(Re.Value, Im.Value);

    /// <summary>The elements at a constant index of <typeparamref name="A"/>.</summary>
    public ComplexTensor<B, C> this[int index] => new(Re[index], Im[index]);

    /// <summary>A real tensor of three axes is a complex one.</summary>
    public static implicit operator ComplexTensor<A, B, C>(Tensor<A, B, C> value) => new(ComplexMath.OfReal(value.Value));

    /// <summary>The negative, element by element.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> x) => new(-x.Re, -x.Im);

    /// <summary>Both parts.</summary>
    public override string ToString() => $"{Re} + {Im} i";

    static ComplexTensor<A, B, C> IComplexTensor<ComplexTensor<A, B, C>>.Of(OracleValue re, OracleValue im) => new(new ComplexValue(re, im));

    OracleValue IComplexTensor<ComplexTensor<A, B, C>>.ReValue => Re.Value;

    OracleValue IComplexTensor<ComplexTensor<A, B, C>>.ImValue => Im.Value;
}
