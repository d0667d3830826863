using ModelDsl.Operations;

namespace ModelDsl;

/// <content>Products of tensors: <c>Dot</c> contracts the one axis that both arguments have, <c>Outer</c> expands.</content>
public static partial class Functions
{
    /// <summary>The sum of the products over the one axis that both arguments have.</summary>
    public static Scalar Dot<A>(Tensor<A> a, Tensor<A> b)
        where A : IAxis =>
        new(Contract(a.Value, b.Value, typeof(A), Tensor<A>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<B> Dot<A, B>(Tensor<A> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(Contract(a.Value, b.Value, typeof(A), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<B> Dot<A, B>(Tensor<A, B> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(Contract(a.Value, b.Value, typeof(A), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A> Dot<A, B>(Tensor<B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A> Dot<A, B>(Tensor<A, B> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<A, B> a, Tensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<A, B> a, Tensor<C, B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<B, A> a, Tensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<B, A> a, Tensor<C, B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<B, C> Dot<A, B, C>(Tensor<A> a, Tensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(A), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<B, C> Dot<A, B, C>(Tensor<A, B, C> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(A), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<B> a, Tensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, C> Dot<A, B, C>(Tensor<A, B, C> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(B), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Dot<A, B, C>(Tensor<C> a, Tensor<A, B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(C), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Dot<A, B, C>(Tensor<A, B, C> a, Tensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(Contract(a.Value, b.Value, typeof(C), Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B, D> Dot<A, B, C, D>(Tensor<A, B, C> a, Tensor<C, D> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where D : IAxis =>
        new(Contract(a.Value, b.Value, typeof(C), [typeof(A), typeof(B), typeof(C), typeof(D)]));

    /// <inheritdoc cref="Dot{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B, D> Dot<A, B, C, D>(Tensor<A, B, C> a, Tensor<D, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where D : IAxis =>
        new(Contract(a.Value, b.Value, typeof(C), [typeof(A), typeof(B), typeof(C), typeof(D)]));

    /// <summary>Every product of an element of one argument with an element of the other.</summary>
    public static Tensor<A, B> Outer<A, B>(Tensor<A> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Multiply>(a.Value, b.Value, Tensor<A, B>.AxisTypes));

    /// <inheritdoc cref="Outer{A, B}(Tensor{A}, Tensor{B})"/>
    public static Tensor<A, B, C> Outer<A, B, C>(Tensor<A> a, Tensor<B, C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleMath.Binary<Multiply>(a.Value, b.Value, Tensor<A, B, C>.AxisTypes));

    /// <inheritdoc cref="Outer{A, B}(Tensor{A}, Tensor{B})"/>
    public static Tensor<A, B, C> Outer<A, B, C>(Tensor<A, B> a, Tensor<C> b)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleMath.Binary<Multiply>(a.Value, b.Value, Tensor<A, B, C>.AxisTypes));

    private static OracleValue Contract(OracleValue a, OracleValue b, Type axis, Type[] axes) =>
        OracleAxes.Sum(OracleMath.Binary<Multiply>(a, b, axes), axis);
}
