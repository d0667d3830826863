using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>
/// Finds, behind errors of C#, complex values that stand where real ones are expected. C# names the first overload that it tried, or that it cannot infer a type
/// argument; this says what is the matter.
/// </summary>
internal sealed class ComplexCheck(SemanticModel model, DiagnosticBag diagnostics, CancellationToken cancellation)
{
    /// <summary>Reports the complex value that an error is about, if there is one.</summary>
    public void Explain(Diagnostic error)
    {
        SyntaxNode place = error.Location.SourceTree!.GetRoot(cancellation).FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        if (place is ExpressionSyntax value && model.GetTypeInfo(value, cancellation) is { Type: { } type, ConvertedType: { } wanted } && type.IsComplex() && IsReal(wanted))
        {
            Report(value, $"{wanted.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)} is expected here");
        }
        else if (place is BinaryExpressionSyntax comparison && IsOrder(comparison) && Array.Find([comparison.Left, comparison.Right], IsComplex) is { } operand)
        {
            Report(operand, $"there is no order among complex numbers for '{comparison.OperatorToken.ValueText}'");
        }
        else if (place.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault() is { } call)
        {
            ExplainCall(call);
        }
    }

    /// <summary>A complex argument for which no overload has a complex parameter.</summary>
    private void ExplainCall(InvocationExpressionSyntax call)
    {
        IMethodSymbol[] overloads = model.GetMemberGroup(call.Expression, cancellation).OfType<IMethodSymbol>().ToArray();
        for (int i = 0; i < call.ArgumentList.Arguments.Count; i++)
        {
            ArgumentSyntax argument = call.ArgumentList.Arguments[i];
            ITypeSymbol[] parameters = overloads.Select(method => Parameter(method, argument, i)?.Type).OfType<ITypeSymbol>().ToArray();
            if (IsComplex(argument.Expression) && parameters.Any(IsReal) && !parameters.Any(type => type.IsComplex()))
            {
                Report(argument.Expression, $"{overloads[0].Name} takes a real value there");
                return;
            }
        }
    }

    private static IParameterSymbol? Parameter(IMethodSymbol method, ArgumentSyntax argument, int index) => argument.NameColon is { Name.Identifier.ValueText: var name }
        ? method.Parameters.FirstOrDefault(p => p.Name == name)
        : method.Parameters.ElementAtOrDefault(index);

    private bool IsComplex(ExpressionSyntax expression) => model.GetTypeInfo(expression, cancellation).Type.IsComplex();

    private static bool IsReal(ITypeSymbol type) => type.IsTensor() && !type.IsComplex();

    private static bool IsOrder(BinaryExpressionSyntax comparison) => comparison.Kind()
        is SyntaxKind.LessThanExpression or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;

    private void Report(ExpressionSyntax value, string reason)
    {
        string text = value.ToString();
        bool isPrimary = value is IdentifierNameSyntax or MemberAccessExpressionSyntax or InvocationExpressionSyntax or ElementAccessExpressionSyntax or ParenthesizedExpressionSyntax;
        diagnostics.Report(value.GetLocation(), Rules.ComplexForReal, text, reason, isPrimary ? text : $"({text})");
    }
}
