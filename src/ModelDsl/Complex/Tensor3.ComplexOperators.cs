namespace ModelDsl;

// A real tensor and a complex value with fewer axes: C# looks for operators of these among those of the real tensor.
public readonly partial struct Tensor<A, B, C>
{
    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator +(Tensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Add(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator -(Tensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Subtract(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator *(Tensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Multiply(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator /(Tensor<A, B, C> a, ComplexScalar b) => new(ComplexMath.Divide(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexScalar a, Tensor<A, B, C> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexScalar a, Tensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexScalar a, Tensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexScalar a, Tensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(Tensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Add(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(Tensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Subtract(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(Tensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Multiply(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(Tensor<A, B, C> a, ComplexTensor<A> b) => new(ComplexMath.Divide(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<A> a, Tensor<A, B, C> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<A> a, Tensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<A> a, Tensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<A> a, Tensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(Tensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Add(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(Tensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Subtract(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(Tensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Multiply(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(Tensor<A, B, C> a, ComplexTensor<B> b) => new(ComplexMath.Divide(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<B> a, Tensor<A, B, C> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<B> a, Tensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<B> a, Tensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<B> a, Tensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(Tensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Add(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(Tensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Subtract(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(Tensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Multiply(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(Tensor<A, B, C> a, ComplexTensor<C> b) => new(ComplexMath.Divide(((ComplexTensor<A, B, C>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator +(ComplexTensor<C> a, Tensor<A, B, C> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator -(ComplexTensor<C> a, Tensor<A, B, C> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator *(ComplexTensor<C> a, Tensor<A, B, C> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along the other axes.</summary>
    public static ComplexTensor<A, B, C> operator /(ComplexTensor<C> a, Tensor<A, B, C> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A, B, C>)b).Value, AxisTypes));
}
