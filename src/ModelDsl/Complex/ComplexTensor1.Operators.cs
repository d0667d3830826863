namespace ModelDsl;

public readonly partial struct ComplexTensor<A>
{
    /// <summary>The sum, element by element.</summary>
    public static ComplexTensor<A> operator +(ComplexTensor<A> a, ComplexTensor<A> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element.</summary>
    public static ComplexTensor<A> operator -(ComplexTensor<A> a, ComplexTensor<A> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element.</summary>
    public static ComplexTensor<A> operator *(ComplexTensor<A> a, ComplexTensor<A> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element.</summary>
    public static ComplexTensor<A> operator /(ComplexTensor<A> a, ComplexTensor<A> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator +(ComplexTensor<A> a, ComplexScalar b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator -(ComplexTensor<A> a, ComplexScalar b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator *(ComplexTensor<A> a, ComplexScalar b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator /(ComplexTensor<A> a, ComplexScalar b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator +(ComplexScalar a, ComplexTensor<A> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator -(ComplexScalar a, ComplexTensor<A> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator *(ComplexScalar a, ComplexTensor<A> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator /(ComplexScalar a, ComplexTensor<A> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));
}
