using ModelDsl.Operations;

namespace ModelDsl;

/// <content>
/// Along axes. Without a second argument <c>Sum</c>, <c>Mean</c> and <c>MaxOver</c> take all axes of their argument; <c>Over&lt;Key&gt;()</c> names one.
/// </content>
public static partial class Functions
{
    /// <summary>Names the axis that a function works along: <c>Sum(S, Over&lt;Key&gt;())</c>.</summary>
    public static AlongAxis<A> Over<A>()
        where A : IAxis => default;

    /// <summary>The sum of the elements (over all axes).</summary>
    public static Scalar Sum<T>(T x)
        where T : struct, ITensor<T> =>
        new(OverAll(x.Value, OracleAxes.Sum));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static Tensor<B> Sum<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.Sum(x.Value, typeof(A)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static Tensor<A> Sum<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.Sum(x.Value, typeof(B)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static Tensor<B, C> Sum<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Sum(x.Value, typeof(A)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static Tensor<A, C> Sum<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Sum(x.Value, typeof(B)));

    /// <summary>The sum of the elements, along one axis.</summary>
    public static Tensor<A, B> Sum<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.Sum(x.Value, typeof(C)));

    /// <summary>The mean of the elements (over all axes).</summary>
    public static Scalar Mean<T>(T x)
        where T : struct, ITensor<T> =>
        new(OverAll(x.Value, MeanOf));

    /// <summary>The mean of the elements, along one axis.</summary>
    public static Tensor<B> Mean<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(MeanOf(x.Value, typeof(A)));

    /// <summary>The mean of the elements, along one axis.</summary>
    public static Tensor<A> Mean<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(MeanOf(x.Value, typeof(B)));

    /// <summary>The mean of the elements, along one axis.</summary>
    public static Tensor<B, C> Mean<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(MeanOf(x.Value, typeof(A)));

    /// <summary>The mean of the elements, along one axis.</summary>
    public static Tensor<A, C> Mean<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(MeanOf(x.Value, typeof(B)));

    /// <summary>The mean of the elements, along one axis.</summary>
    public static Tensor<A, B> Mean<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(MeanOf(x.Value, typeof(C)));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient (over all axes).</summary>
    public static Scalar MaxOver<T>(T x)
        where T : struct, ITensor<T> =>
        new(OverAll(x.Value, OracleAxes.MaxOver));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient, along one axis.</summary>
    public static Tensor<B> MaxOver<A, B>(Tensor<A, B> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.MaxOver(x.Value, typeof(A)));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient, along one axis.</summary>
    public static Tensor<A> MaxOver<A, B>(Tensor<A, B> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis =>
        new(OracleAxes.MaxOver(x.Value, typeof(B)));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient, along one axis.</summary>
    public static Tensor<B, C> MaxOver<A, B, C>(Tensor<A, B, C> x, AlongAxis<A> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.MaxOver(x.Value, typeof(A)));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient, along one axis.</summary>
    public static Tensor<A, C> MaxOver<A, B, C>(Tensor<A, B, C> x, AlongAxis<B> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.MaxOver(x.Value, typeof(B)));

    /// <summary>The largest element; where several are largest, each takes an equal share of the gradient, along one axis.</summary>
    public static Tensor<A, B> MaxOver<A, B, C>(Tensor<A, B, C> x, AlongAxis<C> axis)
        where A : IAxis
        where B : IAxis
        where C : IAxis =>
        new(OracleAxes.MaxOver(x.Value, typeof(C)));

    private static OracleValue MeanOf(OracleValue x, Type axis) =>
        OracleMath.Binary<Divide>(OracleAxes.Sum(x, axis), OracleValue.Scalar(OracleAxes.SizeOf(x, axis)));

    private static OracleValue OverAll(OracleValue x, Func<OracleValue, Type, OracleValue> reduce) => x.AxisTypes.Aggregate(x, reduce);
}
