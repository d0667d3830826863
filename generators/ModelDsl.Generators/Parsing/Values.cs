using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>What an expression of Step stands for while it is parsed.</summary>
internal abstract record Value;

/// <summary>A tensor or scalar of the token: a node of the graph.</summary>
internal sealed record NodeValue(int Node) : Value;

/// <summary>A complex tensor or scalar of the token: the nodes of its parts. Either may have fewer axes than the other, and is then repeated.</summary>
internal sealed record ComplexValue(int Re, int Im) : Value;

/// <summary>A compile-time constant: bool, int, long, float or double. It becomes a node where a tensor is needed.</summary>
internal sealed record ConstantValue(object Value) : Value;

internal sealed record TupleValue(EquatableArray<Value> Elements) : Value;

/// <summary>Over&lt;A&gt;() or FromTo&lt;A, B&gt;(): all that it says is in its type.</summary>
internal sealed record AxisMarkerValue : Value
{
    public static AxisMarkerValue Instance { get; } = new();
}

/// <summary>What a local holds whose assignment was refused: reading it reports nothing more.</summary>
internal sealed record PoisonValue : Value
{
    public static PoisonValue Instance { get; } = new();
}
