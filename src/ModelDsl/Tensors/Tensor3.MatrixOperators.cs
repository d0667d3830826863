using ModelDsl.Operations;

namespace ModelDsl;

public readonly partial struct Tensor<A, B, C>
{
    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<A, B, C> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<A, B> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<A, B, C> a, Tensor<A, C> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<A, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<A, B, C> a, Tensor<B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator +(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator -(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator *(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator /(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator >=(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the matrix is repeated along the third axis.</summary>
    public static Tensor<A, B, C> operator <=(Tensor<B, C> a, Tensor<A, B, C> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));
}
