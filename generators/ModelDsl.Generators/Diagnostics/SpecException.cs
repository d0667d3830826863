using Microsoft.CodeAnalysis;

namespace ModelDsl.Generators.Diagnostics;

/// <summary>Leaves a statement that the language does not accept. Parsing goes on with the next one, so that all mistakes show at once.</summary>
internal sealed class SpecException(Diagnostic? diagnostic) : Exception
{
    /// <summary>What to report; null if the cause was reported already, or is a C# error that the C# compiler reports.</summary>
    public Diagnostic? Diagnostic { get; } = diagnostic;

    public static SpecException At(SyntaxNode syntax, DiagnosticDescriptor rule, params object[] arguments) =>
        new(Microsoft.CodeAnalysis.Diagnostic.Create(rule, syntax.GetLocation(), arguments));

    public static SpecException Silent() => new(null);
}
