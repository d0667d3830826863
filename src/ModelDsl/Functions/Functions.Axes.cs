using ModelDsl.Operations;

namespace ModelDsl;

/// <content>Along an axis that stays: normalisation, rotary pairs, names and sizes of axes.</content>
public static partial class Functions
{
    /// <summary>exp(x - max) divided by its sum, along the axis (of a vector, or named by <c>Over&lt;Key&gt;()</c>).</summary>
    public static Tensor<A> Softmax<A>(Tensor<A> x)
        where A : IAxis =>
        new(SoftmaxOf(x.Value, typeof(A)));

    /// <inheritdoc cref="Softmax{A}(Tensor{A})"/>
    public static Tensor<A, B> Softmax<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(SoftmaxOf(x.Value, typeof(A)));

    /// <inheritdoc cref="Softmax{A}(Tensor{A})"/>
    public static Tensor<A, B> Softmax<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(SoftmaxOf(x.Value, typeof(B)));

    /// <inheritdoc cref="Softmax{A}(Tensor{A})"/>
    public static Tensor<A, B, C> Softmax<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(SoftmaxOf(x.Value, typeof(A)));

    /// <inheritdoc cref="Softmax{A}(Tensor{A})"/>
    public static Tensor<A, B, C> Softmax<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(SoftmaxOf(x.Value, typeof(B)));

    /// <inheritdoc cref="Softmax{A}(Tensor{A})"/>
    public static Tensor<A, B, C> Softmax<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(SoftmaxOf(x.Value, typeof(C)));

    /// <summary>x * Rsqrt(Sum(x * x) + epsilon), along the axis (of a vector, or named by <c>Over&lt;Key&gt;()</c>); epsilon is a constant.</summary>
    public static Tensor<A> L2Normalize<A>(Tensor<A> x, double epsilon = 1e-6)
        where A : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(A), epsilon));

    /// <inheritdoc cref="L2Normalize{A}(Tensor{A}, double)"/>
    public static Tensor<A, B> L2Normalize<A, B>(Tensor<A, B> x, AlongAxis<A> axis, double epsilon = 1e-6)
        where A : IAxis
        where B : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(A), epsilon));

    /// <inheritdoc cref="L2Normalize{A}(Tensor{A}, double)"/>
    public static Tensor<A, B> L2Normalize<A, B>(Tensor<A, B> x, AlongAxis<B> axis, double epsilon = 1e-6)
        where A : IAxis
        where B : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(B), epsilon));

    /// <inheritdoc cref="L2Normalize{A}(Tensor{A}, double)"/>
    public static Tensor<A, B, C> L2Normalize<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis, double epsilon = 1e-6)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(A), epsilon));

    /// <inheritdoc cref="L2Normalize{A}(Tensor{A}, double)"/>
    public static Tensor<A, B, C> L2Normalize<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis, double epsilon = 1e-6)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(B), epsilon));

    /// <inheritdoc cref="L2Normalize{A}(Tensor{A}, double)"/>
    public static Tensor<A, B, C> L2Normalize<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis, double epsilon = 1e-6)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(L2NormalizeOf(x.Value, typeof(C), epsilon));

    /// <summary>For the pairs (2i, 2i + 1) along the axis: y[2i] = -x[2i + 1], y[2i + 1] = x[2i]. The size must be even.</summary>
    public static Tensor<A> QuarterTurn<A>(Tensor<A> x)
        where A : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(A)));

    /// <inheritdoc cref="QuarterTurn{A}(Tensor{A})"/>
    public static Tensor<A, B> QuarterTurn<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(A)));

    /// <inheritdoc cref="QuarterTurn{A}(Tensor{A})"/>
    public static Tensor<A, B> QuarterTurn<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(B)));

    /// <inheritdoc cref="QuarterTurn{A}(Tensor{A})"/>
    public static Tensor<A, B, C> QuarterTurn<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(A)));

    /// <inheritdoc cref="QuarterTurn{A}(Tensor{A})"/>
    public static Tensor<A, B, C> QuarterTurn<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(B)));

    /// <inheritdoc cref="QuarterTurn{A}(Tensor{A})"/>
    public static Tensor<A, B, C> QuarterTurn<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.QuarterTurn(x.Value, typeof(C)));

    /// <summary>Turns the pairs (2i, 2i + 1) by an angle: x * Cos(angle) + QuarterTurn(x) * Sin(angle). With one angle an element, those of a pair are given twice.</summary>
    public static Tensor<A> Rotate<A>(Tensor<A> x, Tensor<A> angle)
        where A : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(A)));

    /// <inheritdoc cref="Rotate{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A> Rotate<A>(Tensor<A> x, Scalar angle)
        where A : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(A)));

    /// <inheritdoc cref="Rotate{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Rotate<A, B>(Tensor<A, B> x, Tensor<A> angle)
        where A : IAxis
        where B : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(A)));

    /// <inheritdoc cref="Rotate{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Rotate<A, B>(Tensor<A, B> x, Scalar angle, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(A)));

    /// <inheritdoc cref="Rotate{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Rotate<A, B>(Tensor<A, B> x, Tensor<B> angle)
        where A : IAxis
        where B : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(B)));

    /// <inheritdoc cref="Rotate{A}(Tensor{A}, Tensor{A})"/>
    public static Tensor<A, B> Rotate<A, B>(Tensor<A, B> x, Scalar angle, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(RotateOf(x.Value, angle.Value, typeof(B)));

    /// <summary>The size of an axis that an input or a state has, as a number.</summary>
    /// <typeparam name="A">The axis.</typeparam>
    /// <remarks>Step by itself does not know the sizes of a call; <see cref="OracleRunner"/> does, and <see cref="Size{A}(Tensor{A})"/> knows those of a tensor.</remarks>
    public static Scalar Size<A>()
        where A : IAxis =>
        OracleToken.Current.SizeOf(typeof(A));

    /// <summary>The size of an axis, as a number.</summary>
    public static Scalar Size<A>(Tensor<A> x)
        where A : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(A));

    /// <inheritdoc cref="Size{A}(Tensor{A})"/>
    public static Scalar Size<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(A));

    /// <inheritdoc cref="Size{A}(Tensor{A})"/>
    public static Scalar Size<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(B));

    /// <inheritdoc cref="Size{A}(Tensor{A})"/>
    public static Scalar Size<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(A));

    /// <inheritdoc cref="Size{A}(Tensor{A})"/>
    public static Scalar Size<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(B));

    /// <inheritdoc cref="Size{A}(Tensor{A})"/>
    public static Scalar Size<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        OracleAxes.SizeOf(x.Value, typeof(C));

    /// <summary>Gives an axis another name: <c>Rename(S, FromTo&lt;Key, Other&gt;())</c>. For a vector, <c>x.As&lt;Other&gt;()</c> is shorter.</summary>
    public static AxisRenaming<TFrom, TTo> FromTo<TFrom, TTo>()
        where TFrom : IAxis
        where TTo : IAxis => default;

    /// <summary>The same elements, with one axis called by another name.</summary>
    public static Tensor<N> Rename<A, N>(Tensor<A> x, AxisRenaming<A, N> axis)
        where A : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<N>.AxisTypes));

    /// <inheritdoc cref="Rename{A, N}(Tensor{A}, AxisRenaming{A, N})"/>
    public static Tensor<N, B> Rename<A, B, N>(Tensor<A, B> x, AxisRenaming<A, N> axis)
        where A : IAxis
        where B : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<N, B>.AxisTypes));

    /// <inheritdoc cref="Rename{A, N}(Tensor{A}, AxisRenaming{A, N})"/>
    public static Tensor<A, N> Rename<A, B, N>(Tensor<A, B> x, AxisRenaming<B, N> axis)
        where A : IAxis
        where B : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<A, N>.AxisTypes));

    /// <inheritdoc cref="Rename{A, N}(Tensor{A}, AxisRenaming{A, N})"/>
    public static Tensor<N, B, C> Rename<A, B, C, N>(Tensor<A, B, C> x, AxisRenaming<A, N> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<N, B, C>.AxisTypes));

    /// <inheritdoc cref="Rename{A, N}(Tensor{A}, AxisRenaming{A, N})"/>
    public static Tensor<A, N, C> Rename<A, B, C, N>(Tensor<A, B, C> x, AxisRenaming<B, N> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<A, N, C>.AxisTypes));

    /// <inheritdoc cref="Rename{A, N}(Tensor{A}, AxisRenaming{A, N})"/>
    public static Tensor<A, B, N> Rename<A, B, C, N>(Tensor<A, B, C> x, AxisRenaming<C, N> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis
        where N : IAxis =>
        new(OracleAxes.Rename(x.Value, Tensor<A, B, N>.AxisTypes));

    private static OracleValue SoftmaxOf(OracleValue x, Type axis)
    {
        OracleValue e = OracleMath.Unary<Exp>(OracleMath.Binary<Subtract>(x, OracleMath.Detach(OracleAxes.MaxOver(x, axis))));
        return OracleMath.Binary<Divide>(e, OracleAxes.Sum(e, axis));
    }

    private static OracleValue L2NormalizeOf(OracleValue x, Type axis, double epsilon)
    {
        OracleValue squares = OracleAxes.Sum(OracleMath.Binary<Multiply>(x, x), axis);
        return OracleMath.Binary<Multiply>(x, OracleMath.Unary<Rsqrt>(OracleMath.Binary<Add>(squares, OracleValue.Scalar(epsilon))));
    }

    private static OracleValue RotateOf(OracleValue x, OracleValue angle, Type axis) => OracleMath.Binary<Add>(
        OracleMath.Binary<Multiply>(x, OracleMath.Unary<Cos>(angle)),
        OracleMath.Binary<Multiply>(OracleAxes.QuarterTurn(x, axis), OracleMath.Unary<Sin>(angle)));
}
