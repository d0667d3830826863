namespace ModelDsl;

// A real tensor and a complex value with fewer axes: C# looks for operators of these among those of the real tensor.
public readonly partial struct Tensor<A, B>
{
    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator +(Tensor<A, B> a, ComplexScalar b) => new(ComplexMath.Add(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator -(Tensor<A, B> a, ComplexScalar b) => new(ComplexMath.Subtract(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator *(Tensor<A, B> a, ComplexScalar b) => new(ComplexMath.Multiply(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator /(Tensor<A, B> a, ComplexScalar b) => new(ComplexMath.Divide(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator +(ComplexScalar a, Tensor<A, B> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator -(ComplexScalar a, Tensor<A, B> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator *(ComplexScalar a, Tensor<A, B> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B> operator /(ComplexScalar a, Tensor<A, B> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(Tensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Add(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(Tensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Subtract(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(Tensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Multiply(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(Tensor<A, B> a, ComplexTensor<A> b) => new(ComplexMath.Divide(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<A> a, Tensor<A, B> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<A> a, Tensor<A, B> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<A> a, Tensor<A, B> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<A> a, Tensor<A, B> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(Tensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Add(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(Tensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Subtract(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(Tensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Multiply(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(Tensor<A, B> a, ComplexTensor<B> b) => new(ComplexMath.Divide(((ComplexTensor<A, B>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator +(ComplexTensor<B> a, Tensor<A, B> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator -(ComplexTensor<B> a, Tensor<A, B> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator *(ComplexTensor<B> a, Tensor<A, B> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axis.</summary>
    public static ComplexTensor<A, B> operator /(ComplexTensor<B> a, Tensor<A, B> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B>)b).Value, AxisTypes));
}
