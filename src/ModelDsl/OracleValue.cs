namespace ModelDsl;

/// <summary>A named-axis tensor of doubles: what the tensor types of the DSL compute with.</summary>
public sealed class OracleValue;
