namespace ModelDsl;

public readonly partial struct ComplexTensor<A, B, C>
{
    /// <summary>The sum, element by element.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexScalar a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexScalar a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexScalar a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexScalar a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<A, B> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<A, B> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<A, B> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<A, B> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<A, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<A, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<A, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<A, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A, B, C> a, ComplexTensor<B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A, B, C> a, ComplexTensor<B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A, B, C> a, ComplexTensor<B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A, B, C> a, ComplexTensor<B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Add(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<B, C> a, ComplexTensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, b.Value, AxisTypes));
}
