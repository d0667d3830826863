namespace ModelDsl.Conformance.Goldens;

/// <summary>A golden file that cannot be used: what was expected and what was found.</summary>
public sealed class GoldenException(string message, Exception? inner = null) : Exception(message, inner);
