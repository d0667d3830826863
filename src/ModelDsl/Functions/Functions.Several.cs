using ModelDsl.Operations;

namespace ModelDsl;

/// <content>
/// Element by element, of several arguments of one shape. A scalar (or a number) may stand for any of them and is repeated, as is a
/// vector beside a matrix that has its axis.
/// </content>
public static partial class Functions
{
    /// <summary>The larger of both; where they are equal, each takes half of the gradient.</summary>
    public static T Max<T>(T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static T Max<T>(T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static T Max<T>(Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static Scalar Max(Scalar a, Scalar b) => new(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static Tensor<A, B> Max<A, B>(Tensor<A, B> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static Tensor<A, B> Max<A, B>(Tensor<A> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static Tensor<A, B> Max<A, B>(Tensor<A, B> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <inheritdoc cref="Max{T}(T, T)"/>
    public static Tensor<A, B> Max<A, B>(Tensor<B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Max>(a.Value, b.Value));

    /// <summary>The smaller of both; where they are equal, each takes half of the gradient.</summary>
    public static T Min<T>(T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static T Min<T>(T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static T Min<T>(Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static Scalar Min(Scalar a, Scalar b) => new(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static Tensor<A, B> Min<A, B>(Tensor<A, B> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static Tensor<A, B> Min<A, B>(Tensor<A> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static Tensor<A, B> Min<A, B>(Tensor<A, B> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <inheritdoc cref="Min{T}(T, T)"/>
    public static Tensor<A, B> Min<A, B>(Tensor<B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Min>(a.Value, b.Value));

    /// <summary>log(exp(a) + exp(b)) = Max(a, b) + Softplus(-Abs(a - b)), without overflow; of equal infinities, that infinity.</summary>
    public static T LogAddExp<T>(T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static T LogAddExp<T>(T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static T LogAddExp<T>(Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static Scalar LogAddExp(Scalar a, Scalar b) => new(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static Tensor<A, B> LogAddExp<A, B>(Tensor<A, B> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static Tensor<A, B> LogAddExp<A, B>(Tensor<A> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static Tensor<A, B> LogAddExp<A, B>(Tensor<A, B> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <inheritdoc cref="LogAddExp{T}(T, T)"/>
    public static Tensor<A, B> LogAddExp<A, B>(Tensor<B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<LogAddExp>(a.Value, b.Value));

    /// <summary>1 where both are equal, else 0; no gradient.</summary>
    public static T EqualTo<T>(T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static T EqualTo<T>(T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static T EqualTo<T>(Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static Scalar EqualTo(Scalar a, Scalar b) => new(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static Tensor<A, B> EqualTo<A, B>(Tensor<A, B> a, Tensor<A> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static Tensor<A, B> EqualTo<A, B>(Tensor<A> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static Tensor<A, B> EqualTo<A, B>(Tensor<A, B> a, Tensor<B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <inheritdoc cref="EqualTo{T}(T, T)"/>
    public static Tensor<A, B> EqualTo<A, B>(Tensor<B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Binary<Equal>(a.Value, b.Value));

    /// <summary><paramref name="a"/> where <paramref name="condition"/> is not zero, else <paramref name="b"/>; no gradient goes to the condition. Comparisons (<c>x &gt; 0</c>) give conditions.</summary>
    public static T Where<T>(T condition, T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(T condition, T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(T condition, Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(T condition, Scalar a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(Scalar condition, T a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(Scalar condition, T a, Scalar b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static T Where<T>(Scalar condition, Scalar a, T b)
        where T : struct, ITensor<T> =>
        T.Of(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Scalar Where(Scalar condition, Scalar a, Scalar b) =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<A> condition, Tensor<A, B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<A> condition, Scalar a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<A> condition, Tensor<A, B> a, Scalar b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<B> condition, Tensor<A, B> a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<B> condition, Scalar a, Tensor<A, B> b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));

    /// <inheritdoc cref="Where{T}(T, T, T)"/>
    public static Tensor<A, B> Where<A, B>(Tensor<B> condition, Tensor<A, B> a, Scalar b)
        where A : IAxis
        where B : IAxis =>
        new(OracleMath.Where(condition.Value, a.Value, b.Value));
}
