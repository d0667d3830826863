using System.Diagnostics;

namespace ModelDsl;

/// <summary>A number of a spec: no axis. It computes in double precision: this is what runs when a spec runs.</summary>
[DebuggerDisplay("{ToString(),nq}")]
public readonly partial struct Scalar : ITensor<Scalar>
{
    internal static readonly Type[] AxisTypes = [];
    private readonly OracleValue? _value;

    /// <summary>A scalar that wraps a value without axes.</summary>
    public Scalar(OracleValue value) => _value = value.Named(AxisTypes);

    /// <summary>The numbers.</summary>
    /// <exception cref="InvalidOperationException">The tensor was never given a value.</exception>
    public OracleValue Value => _value ?? throw new InvalidOperationException(
        $"A {OracleShape.NameOf(AxisTypes)} is used before it has a value: a state field or a local was never assigned.");

    /// <summary>The number itself.</summary>
    public double Number => Value.Data[0];

    /// <summary>The elements in nested brackets.</summary>
    public override string ToString() => _value?.ToString() ?? "(no value)";

    static Scalar ITensor<Scalar>.Of(OracleValue value) => new(value);
}
