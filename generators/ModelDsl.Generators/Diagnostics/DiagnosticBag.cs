using Microsoft.CodeAnalysis;

namespace ModelDsl.Generators.Diagnostics;

/// <summary>Collects diagnostics, each place and rule once: an unrolled loop meets the same statement many times.</summary>
internal sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _diagnostics = [];
    private readonly HashSet<(string Id, Location Location)> _seen = [];

    public IReadOnlyList<Diagnostic> Diagnostics => _diagnostics;

    /// <summary>Whether something stands in the way of code generation, reported here or by the C# compiler.</summary>
    public bool HasErrors { get; private set; }

    public void Report(Location location, DiagnosticDescriptor rule, params object[] arguments) =>
        Report(Diagnostic.Create(rule, location, arguments));

    public void Report(SpecException refusal)
    {
        HasErrors = true;
        if (refusal.Diagnostic is { } diagnostic)
        {
            Report(diagnostic);
        }
    }

    public void Report(Diagnostic diagnostic)
    {
        HasErrors |= diagnostic.DefaultSeverity == DiagnosticSeverity.Error;
        if (_seen.Add((diagnostic.Id, diagnostic.Location)))
        {
            _diagnostics.Add(diagnostic);
        }
    }
}
