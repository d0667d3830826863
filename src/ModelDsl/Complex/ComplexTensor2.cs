using System.Diagnostics;

namespace ModelDsl;

/// <summary>
/// A complex matrix of a spec: a pair of <see cref="Tensor{A, B}"/>s. Compiled, an input, state or output x of this type is two real ones,
/// xRe and xIm, and its gradients are the two real partial derivatives.
/// </summary>
/// <typeparam name="A">The first axis.</typeparam>
/// <typeparam name="B">The second axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct ComplexTensor<A, B> : IComplexTensor<ComplexTensor<A, B>>
    where A : IAxis
    where B : IAxis
{
    /// <summary>The matrix with the given parts, [A, B].</summary>
    public ComplexTensor(Tensor<A, B> re, Tensor<A, B> im)
    {
        Re = re;
        Im = im;
    }

    internal ComplexTensor(ComplexValue value)
        : this(new Tensor<A, B>(value.Re), new Tensor<A, B>(value.Im))
    {
    }

    /// <summary>The real part, [A, B].</summary>
    public Tensor<A, B> Re { get; }

    /// <summary>The imaginary part, [A, B].</summary>
    public Tensor<A, B> Im { get; }

    private static Type[] AxisTypes => Tensor<A, B>.AxisTypes;

    internal ComplexValue Value => new(Re.Value, Im.Value);

    /// <summary>The elements at a constant index of <typeparamref name="A"/>.</summary>
    public ComplexTensor<B> this[int index] => new(Re[index], Im[index]);

    /// <summary>A real matrix is a complex one.</summary>
    public static implicit operator ComplexTensor<A, B>(Tensor<A, B> value) => new(ComplexMath.OfReal(value.Value));

    /// <summary>The negative, element by element.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A, B> x) => new(-x.Re, -x.Im);

    /// <summary>Both parts.</summary>
    public override string ToString() => $"{Re} + {Im} i";

    static ComplexTensor<A, B> IComplexTensor<ComplexTensor<A, B>>.Of(OracleValue re, OracleValue im) => new(new ComplexValue(re, im));

    OracleValue IComplexTensor<ComplexTensor<A, B>>.ReValue => Re.Value;

    OracleValue IComplexTensor<ComplexTensor<A, B>>.ImValue => Im.Value;
}
