namespace ModelDsl;

/// <content>Products and sums of complex tensors. A real argument is taken for a complex one where the axes follow from the other.</content>
public static partial class Functions
{
    /// <summary>The sum of the products over the one axis that both arguments have; nothing is conjugated (write <c>Dot(Conjugate(a), b)</c> for that).</summary>
    public static ComplexScalar Dot<A>(ComplexTensor<A> a, ComplexTensor<A> b)
        where A : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(A), Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<B> Dot<A, B>(ComplexTensor<A> a, ComplexTensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(A), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<B> Dot<A, B>(ComplexTensor<A, B> a, ComplexTensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(A), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A> Dot<A, B>(ComplexTensor<B> a, ComplexTensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A> Dot<A, B>(ComplexTensor<A, B> a, ComplexTensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<A, B> a, ComplexTensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<A, B> a, ComplexTensor<C, B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<B, A> a, ComplexTensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<B, A> a, ComplexTensor<C, B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<B, C> Dot<A, B, C>(ComplexTensor<A> a, ComplexTensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(A), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<B, C> Dot<A, B, C>(ComplexTensor<A, B, C> a, ComplexTensor<A> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(A), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<B> a, ComplexTensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, C> Dot<A, B, C>(ComplexTensor<A, B, C> a, ComplexTensor<B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, B> Dot<A, B, C>(ComplexTensor<C> a, ComplexTensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(C), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, B> Dot<A, B, C>(ComplexTensor<A, B, C> a, ComplexTensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(C), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, B, D> Dot<A, B, C, D>(ComplexTensor<A, B, C> a, ComplexTensor<C, D> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where D : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(C), [typeof(A), typeof(B), typeof(C), typeof(D)]));

    /// <inheritdoc cref="Dot{A}(ComplexTensor{A}, ComplexTensor{A})"/>
    public static ComplexTensor<A, B, D> Dot<A, B, C, D>(ComplexTensor<A, B, C> a, ComplexTensor<D, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where D : IAxis =>
        new(ComplexMath.Contract(a.Value, b.Value, typeof(C), [typeof(A), typeof(B), typeof(C), typeof(D)]));

    /// <summary>Every product of an element of one argument with an element of the other.</summary>
    public static ComplexTensor<A, B> Outer<A, B>(ComplexTensor<A> a, ComplexTensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Multiply(a.Value, b.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(ComplexTensor<A> a, ComplexTensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Multiply(a.Value, b.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(ComplexTensor<A, B> a, ComplexTensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Multiply(a.Value, b.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B> Outer<A, B>(Tensor<A> a, ComplexTensor<B> b)
        where A : IAxis
        where B : IAxis =>
        Outer((ComplexTensor<A>)a, b);

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B> Outer<A, B>(ComplexTensor<A> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        Outer(a, (ComplexTensor<B>)b);

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(Tensor<A> a, ComplexTensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        Outer((ComplexTensor<A>)a, b);

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(ComplexTensor<A> a, Tensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        Outer(a, (ComplexTensor<B, C>)b);

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(Tensor<A, B> a, ComplexTensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        Outer((ComplexTensor<A, B>)a, b);

    /// <inheritdoc cref="Outer{A, B}(ComplexTensor{A}, ComplexTensor{B})"/>
    public static ComplexTensor<A, B, C> Outer<A, B, C>(ComplexTensor<A, B> a, Tensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        Outer(a, (ComplexTensor<C>)b);

    /// <summary>The sum of the elements (over all axes).</summary>
    public static ComplexScalar Sum<A>(ComplexTensor<A> x)
        where A : IAxis =>
        new(Sum(x.Re), Sum(x.Im));

    /// <summary>The sum of the elements (over all axes).</summary>
    public static ComplexScalar Sum<A, B>(ComplexTensor<A, B> x)
        where A : IAxis
        where B : IAxis =>
        new(Sum(x.Re), Sum(x.Im));

    /// <summary>The sum of the elements (over all axes).</summary>
    public static ComplexScalar Sum<A, B, C>(ComplexTensor<A, B, C> x)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Sum(x.Re), Sum(x.Im));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static ComplexTensor<B> Sum<A, B>(ComplexTensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Sum(x.Value, typeof(A)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static ComplexTensor<A> Sum<A, B>(ComplexTensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(ComplexMath.Sum(x.Value, typeof(B)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static ComplexTensor<B, C> Sum<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Sum(x.Value, typeof(A)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static ComplexTensor<A, C> Sum<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Sum(x.Value, typeof(B)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static ComplexTensor<A, B> Sum<A, B, C>(ComplexTensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(ComplexMath.Sum(x.Value, typeof(C)));
}
