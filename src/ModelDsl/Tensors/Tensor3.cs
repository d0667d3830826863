using System.Diagnostics;

namespace ModelDsl;

/// <summary>A spec's tensor with three different named axes. It computes in double precision: this is what runs when a spec runs.</summary>
/// <typeparam name="A">The first axis.</typeparam>
/// <typeparam name="B">The second axis.</typeparam>
/// <typeparam name="C">The third axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct Tensor<A, B, C> : ITensor<Tensor<A, B, C>>
    where A : IAxis
    where B : IAxis
    where C : IAxis
{
    internal static readonly Type[] AxisTypes = [typeof(A), typeof(B), typeof(C)];
    private readonly OracleValue? _value;

    /// <summary>A tensor that wraps a value; names its axes if they have no names yet.</summary>
    public Tensor(OracleValue value) => _value = value.Named(AxisTypes);

    /// <summary>A tensor of the given elements, [A, B, C].</summary>
    public Tensor(double[,,] elements)
        : this(new OracleValue([.. elements.Cast<double>()], elements.GetLength(0), elements.GetLength(1), elements.GetLength(2)))
    {
    }

    /// <summary>The numbers, [A, B, C].</summary>
    /// <exception cref="InvalidOperationException">The tensor was never given a value.</exception>
    public OracleValue Value => _value ?? throw new InvalidOperationException(
        $"A {OracleShape.NameOf(AxisTypes)} is used before it has a value: a state field or a local was never assigned.");

    /// <summary>The elements at a constant index of <typeparamref name="A"/>.</summary>
    public Tensor<B, C> this[int index] => new(OracleAxes.Element(Value, typeof(A), index));

    /// <summary>Zeros, [A, B, C].</summary>
    public static Tensor<A, B, C> Zeros(int sizeA, int sizeB, int sizeC) => new(new OracleValue(new double[sizeA * sizeB * sizeC], sizeA, sizeB, sizeC));

    /// <summary>The elements in nested brackets.</summary>
    public override string ToString() => _value?.ToString() ?? "(no value)";

    static Tensor<A, B, C> ITensor<Tensor<A, B, C>>.Of(OracleValue value) => new(value);
}
