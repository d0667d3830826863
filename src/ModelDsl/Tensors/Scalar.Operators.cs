using ModelDsl.Operations;

namespace ModelDsl;

public readonly partial struct Scalar
{
    /// <summary>A number in a spec is a scalar.</summary>
    public static implicit operator Scalar(double value) => new(OracleValue.Scalar(value));

    /// <summary>The negative.</summary>
    public static Scalar operator -(Scalar x) => new(OracleMath.Unary<Negate>(x.Value));

    /// <summary>The sum.</summary>
    public static Scalar operator +(Scalar a, Scalar b) => new(OracleMath.Binary<Add>(a.Value, b.Value));

    /// <summary>The difference.</summary>
    public static Scalar operator -(Scalar a, Scalar b) => new(OracleMath.Binary<Subtract>(a.Value, b.Value));

    /// <summary>The product.</summary>
    public static Scalar operator *(Scalar a, Scalar b) => new(OracleMath.Binary<Multiply>(a.Value, b.Value));

    /// <summary>The quotient.</summary>
    public static Scalar operator /(Scalar a, Scalar b) => new(OracleMath.Binary<Divide>(a.Value, b.Value));

    /// <summary>1 where the left side is greater, else 0.</summary>
    public static Scalar operator >(Scalar a, Scalar b) => new(OracleMath.Binary<Greater>(a.Value, b.Value));

    /// <summary>1 where the left side is smaller, else 0.</summary>
    public static Scalar operator <(Scalar a, Scalar b) => new(OracleMath.Binary<Greater>(b.Value, a.Value));

    /// <summary>1 where the left side is greater or equal, else 0.</summary>
    public static Scalar operator >=(Scalar a, Scalar b) => new(OracleMath.Binary<GreaterOrEqual>(a.Value, b.Value));

    /// <summary>1 where the left side is smaller or equal, else 0.</summary>
    public static Scalar operator <=(Scalar a, Scalar b) => new(OracleMath.Binary<GreaterOrEqual>(b.Value, a.Value));
}
