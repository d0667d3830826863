using System.Diagnostics;

namespace ModelDsl;

/// <summary>A vector of a spec. Its axis is a marker type, so a wrong shape is a C# compile error. It computes in double precision: this is what runs when a spec runs.</summary>
/// <typeparam name="A">The axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct Tensor<A> : ITensor<Tensor<A>>
    where A : IAxis
{
    internal static readonly Type[] AxisTypes = [typeof(A)];
    private readonly OracleValue? _value;

    /// <summary>A tensor that wraps a value; names its axes if they have no names yet.</summary>
    public Tensor(OracleValue value) => _value = value.Named(AxisTypes);

    /// <summary>A vector of the given elements.</summary>
    public Tensor(params double[] elements)
        : this(new OracleValue([.. elements], elements.Length))
    {
    }

    /// <summary>The numbers, [A].</summary>
    /// <exception cref="InvalidOperationException">The tensor was never given a value.</exception>
    public OracleValue Value => _value ?? throw new InvalidOperationException(
        $"A {OracleShape.NameOf(AxisTypes)} is used before it has a value: a state field or a local was never assigned.");

    /// <summary>The element at a constant index of <typeparamref name="A"/>.</summary>
    public Scalar this[int index] => new(OracleAxes.Element(Value, typeof(A), index));

    /// <summary>Zeros, [A].</summary>
    public static Tensor<A> Zeros(int size) => new(new OracleValue(new double[size], size));

    /// <summary>The same elements, with the axis called <typeparamref name="B"/>.</summary>
    /// <typeparam name="B">The new axis.</typeparam>
    public Tensor<B> As<B>()
        where B : IAxis =>
        new(OracleAxes.Rename(Value, Tensor<B>.AxisTypes));

    /// <summary>The elements in nested brackets.</summary>
    public override string ToString() => _value?.ToString() ?? "(no value)";

    static Tensor<A> ITensor<Tensor<A>>.Of(OracleValue value) => new(value);
}
