using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    private Value AssignTo(IOperation target, Value value)
    {
        switch (target)
        {
            case ILocalReferenceOperation { Local: { IsRef: false } local }:
                Assign(local, value);
                return value;

            case IParameterReferenceOperation { Parameter: { RefKind: RefKind.None } parameter }:
                Assign(parameter, value);
                return value;

            case IFieldReferenceOperation { Field: var field } reference when IsThis(reference.Instance) && _states.TryGetValue(field, out StateSlot? slot):
                AssignState(slot, value, target.Syntax);
                return value;

            case IFieldReferenceOperation { Field: var field }:
                throw SpecException.At(target.Syntax, Rules.UnknownField, field.Name);

            case IDeclarationExpressionOperation { Expression: var expression }:
                return AssignTo(expression, value);

            case IDiscardOperation:
                return value;

            case ITupleOperation { Elements: var targets } when value is TupleValue { Elements: var values } && values.Count == targets.Length:
                for (int i = 0; i < targets.Length; i++)
                {
                    AssignTo(targets[i], values[i]);
                }

                return value;

            default:
                throw SpecException.At(
                    target.Syntax,
                    Rules.UnsupportedExpression,
                    "an assignment to this",
                    "Assign to locals, to fields marked [State], or to tuples of them");
        }
    }

    private void Assign(ISymbol variable, Value value)
    {
        _variables[variable] = value;
        NameValue(value, variable.Name);
    }

    private void AssignState(StateSlot slot, Value value, SyntaxNode target)
    {
        Value next = OfType(value, slot.Field.Type, target);
        if (slot.LastAssignment is { } dead && !slot.IsRead)
        {
            int line = dead.GetLineSpan().StartLinePosition.Line + 1;
            _diagnostics.Report(Diagnostic.Create(Rules.DeadAssignment, target.GetLocation(), [dead], slot.Field.Name, line));
        }

        slot.Value = next;
        slot.LastAssignment = target.GetLocation();
        slot.IsRead = false;
    }
}
