namespace ModelDsl;

// A real tensor and a complex value with fewer axes: C# looks for operators of these among those of the real tensor.
public readonly partial struct Tensor<A>
{
    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator +(Tensor<A> a, ComplexScalar b) => new(ComplexMath.Add(((ComplexTensor<A>)a).Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator -(Tensor<A> a, ComplexScalar b) => new(ComplexMath.Subtract(((ComplexTensor<A>)a).Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator *(Tensor<A> a, ComplexScalar b) => new(ComplexMath.Multiply(((ComplexTensor<A>)a).Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator /(Tensor<A> a, ComplexScalar b) => new(ComplexMath.Divide(((ComplexTensor<A>)a).Value, b.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator +(ComplexScalar a, Tensor<A> b) => new(ComplexMath.Add(a.Value, ((ComplexTensor<A>)b).Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator -(ComplexScalar a, Tensor<A> b) => new(ComplexMath.Subtract(a.Value, ((ComplexTensor<A>)b).Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator *(ComplexScalar a, Tensor<A> b) => new(ComplexMath.Multiply(a.Value, ((ComplexTensor<A>)b).Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static ComplexTensor<A> operator /(ComplexScalar a, Tensor<A> b) => new(ComplexMath.Divide(a.Value, ((ComplexTensor<A>)b).Value, AxisTypes));
}
