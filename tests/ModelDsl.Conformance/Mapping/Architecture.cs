namespace ModelDsl.Conformance.Mapping;

/// <summary>An architecture that goldens exist for.</summary>
/// <param name="Name">The name of its files, less a suffix.</param>
/// <param name="Cases">The runs that a file describes. The first one has the gradients.</param>
public sealed record Architecture(string Name, params GoldenCase[] Cases);
