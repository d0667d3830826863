using System.Diagnostics;

namespace ModelDsl;

/// <summary>
/// A complex vector of a spec: a pair of <see cref="Tensor{A}"/>s. Compiled, an input, state or output x of this type is two real ones,
/// xRe and xIm, and its gradients are the two real partial derivatives.
/// </summary>
/// <typeparam name="A">The axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct ComplexTensor<A> : IComplexTensor<ComplexTensor<A>>
    where A : IAxis
{
    /// <summary>The vector with the given parts, [A].</summary>
    public ComplexTensor(Tensor<A> re, Tensor<A> im)
    {
        Re = re;
        Im = im;
    }

    internal ComplexTensor(ComplexValue value)
        : this(new Tensor<A>(value.Re), new Tensor<A>(value.Im))
    {
    }

    /// <summary>The real part, [A].</summary>
    public Tensor<A> Re { get; }

    /// <summary>The imaginary part, [A].</summary>
    public Tensor<A> Im { get; }

    private static Type[] AxisTypes => Tensor<A>.AxisTypes;

    internal ComplexValue Value => new(Re.Value, Im.Value);

    /// <summary>The element at a constant index of <typeparamref name="A"/>.</summary>
    public ComplexScalar this[int index] => new(Re[index], Im[index]);

    /// <summary>A real vector is a complex one.</summary>
    public static implicit operator ComplexTensor<A>(Tensor<A> value) => new(ComplexMath.OfReal(value.Value));

    /// <summary>The negative, element by element.</summary>
    public static ComplexTensor<A> operator -(ComplexTensor<A> x) => new(-x.Re, -x.Im);

    /// <summary>The same elements, with the axis called <typeparamref name="B"/>.</summary>
    /// <typeparam name="B">The new axis.</typeparam>
    public ComplexTensor<B> As<B>()
        where B : IAxis =>
        new(Re.As<B>(), Im.As<B>());

    /// <summary>Both parts.</summary>
    public override string ToString() => $"{Re} + {Im} i";

    static ComplexTensor<A> IComplexTensor<ComplexTensor<A>>.Of(OracleValue re, OracleValue im) => new(new ComplexValue(re, im));

    OracleValue IComplexTensor<ComplexTensor<A>>.ReValue => Re.Value;

    OracleValue IComplexTensor<ComplexTensor<A>>.ImValue => Im.Value;
}
