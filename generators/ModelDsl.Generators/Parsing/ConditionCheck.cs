using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>Finds, behind errors of C#, tensors that stand where a condition is expected. C# says that a tensor is no bool; this says what to write instead.</summary>
internal sealed class ConditionCheck(SemanticModel model, DiagnosticBag diagnostics, CancellationToken cancellation)
{
    /// <summary>Reports the condition that an error is about, if it is one and a tensor.</summary>
    public void Explain(Diagnostic error)
    {
        SyntaxNode place = error.Location.SourceTree!.GetRoot(cancellation).FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true);
        bool isCondition = place.Parent switch
        {
            IfStatementSyntax choice => choice.Condition == place,
            ConditionalExpressionSyntax choice => choice.Condition == place,
            ForStatementSyntax loop => loop.Condition == place,
            _ => false,
        };
        if (isCondition && model.GetTypeInfo(place, cancellation).Type.IsTensor())
        {
            diagnostics.Report(place.GetLocation(), Rules.ConditionNotConstant, $"'{place}' differs from token to token");
        }
    }
}
