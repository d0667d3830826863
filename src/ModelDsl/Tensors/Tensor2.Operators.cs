using ModelDsl.Operations;

namespace ModelDsl;

public readonly partial struct Tensor<A, B>
{
    /// <summary>The negative, element by element.</summary>
    public static Tensor<A, B> operator -(Tensor<A, B> x) => new(OracleMath.Unary<Negate>(x.Value));

    /// <summary>The sum, element by element.</summary>
    public static Tensor<A, B> operator +(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element.</summary>
    public static Tensor<A, B> operator -(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element.</summary>
    public static Tensor<A, B> operator *(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element.</summary>
    public static Tensor<A, B> operator /(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0.</summary>
    public static Tensor<A, B> operator >(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0.</summary>
    public static Tensor<A, B> operator <(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0.</summary>
    public static Tensor<A, B> operator >=(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0.</summary>
    public static Tensor<A, B> operator <=(Tensor<A, B> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator +(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator -(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator *(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator /(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator >(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator <(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator >=(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator <=(Tensor<A, B> a, Scalar b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator +(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator -(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator *(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the scalar is repeated.</summary>
    public static Tensor<A, B> operator /(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator >(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator <(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator >=(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the scalar is repeated.</summary>
    public static Tensor<A, B> operator <=(Scalar a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator +(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator -(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator *(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator /(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator >(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator <(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator >=(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator <=(Tensor<A, B> a, Tensor<A> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator +(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator -(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator *(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator /(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator >(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator <(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator >=(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the vector is repeated along <typeparamref name="B"/>.</summary>
    public static Tensor<A, B> operator <=(Tensor<A> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator +(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator -(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator *(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator /(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator >(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator <(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator >=(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator <=(Tensor<A, B> a, Tensor<B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));

    /// <summary>The sum, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator +(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Add>(a.Value, b.Value, AxisTypes));

    /// <summary>The difference, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator -(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value, AxisTypes));

    /// <summary>The product, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator *(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value, AxisTypes));

    /// <summary>The quotient, element by element; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator /(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Divide>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is greater, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator >(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator <(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<Greater>(b.Value, a.Value, AxisTypes));

    /// <summary>1 where the left side is greater or equal, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator >=(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value, AxisTypes));

    /// <summary>1 where the left side is smaller or equal, else 0; the vector is repeated along <typeparamref name="A"/>.</summary>
    public static Tensor<A, B> operator <=(Tensor<B> a, Tensor<A, B> b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value, AxisTypes));
}
