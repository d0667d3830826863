namespace ModelDsl;

public readonly partial struct ComplexTensor<A, B>
{
    /// <summary>The sum, element by element.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A, B> a, ComplexTensor<A, B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A, B> a, ComplexTensor<A, B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A, B> a, ComplexTensor<A, B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A, B> a, ComplexTensor<A, B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A, B> a, ComplexScalar b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A, B> a, ComplexScalar b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A, B> a, ComplexScalar b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A, B> a, ComplexScalar b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator +(ComplexScalar a, ComplexTensor<A, B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator -(ComplexScalar a, ComplexTensor<A, B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator *(ComplexScalar a, ComplexTensor<A, B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator /(ComplexScalar a, ComplexTensor<A, B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A> a, ComplexTensor<A, B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A> a, ComplexTensor<A, B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A> a, ComplexTensor<A, B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A> a, ComplexTensor<A, B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<B> a, ComplexTensor<A, B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<B> a, ComplexTensor<A, B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<B> a, ComplexTensor<A, B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<B> a, ComplexTensor<A, B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));
}
