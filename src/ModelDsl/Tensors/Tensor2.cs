using System.Diagnostics;

namespace ModelDsl;

/// <summary>A matrix of a spec, with two different named axes. It computes in double precision: this is what runs when a spec runs.</summary>
/// <typeparam name="A">The first axis.</typeparam>
/// <typeparam name="B">The second axis.</typeparam>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct Tensor<A, B> : ITensor<Tensor<A, B>>
    where A : IAxis
    where B : IAxis
{
    internal static readonly Type[] AxisTypes = [typeof(A), typeof(B)];
    private readonly OracleValue? _value;

    /// <summary>A tensor that wraps a value; names its axes if they have no names yet.</summary>
    public Tensor(OracleValue value) => _value = value.Named(AxisTypes);

    /// <summary>A tensor of the given elements, [A, B].</summary>
    public Tensor(double[,] elements)
        : this(new OracleValue([.. elements.Cast<double>()], elements.GetLength(0), elements.GetLength(1)))
    {
    }

    /// <summary>The numbers, [A, B].</summary>
    /// <exception cref="InvalidOperationException">The tensor was never given a value.</exception>
    public OracleValue Value => _value ?? throw new InvalidOperationException(
        $"A {OracleShape.NameOf(AxisTypes)} is used before it has a value: a state field or a local was never assigned.");

    /// <summary>The elements at a constant index of <typeparamref name="A"/>.</summary>
    public Tensor<B> this[int index] => new(OracleAxes.Element(Value, typeof(A), index));

    /// <summary>Zeros, [A, B].</summary>
    public static Tensor<A, B> Zeros(int sizeA, int sizeB) => new(new OracleValue(new double[sizeA * sizeB], sizeA, sizeB));

    /// <summary>The elements in nested brackets.</summary>
    public override string ToString() => _value?.ToString() ?? "(no value)";

    static Tensor<A, B> ITensor<Tensor<A, B>>.Of(OracleValue value) => new(value);
}
