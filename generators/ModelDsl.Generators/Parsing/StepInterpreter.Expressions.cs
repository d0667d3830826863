using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    private Value Evaluate(IOperation operation, bool allowVoid = false)
    {
        if (operation.ConstantValue is { HasValue: true, Value: var constant } && Constants.Normalize(constant) is { } known)
        {
            return new ConstantValue(known);
        }

        Value value = operation switch
        {
            ILocalReferenceOperation local => Read(local.Local, local.Syntax),
            IParameterReferenceOperation parameter => Read(parameter.Parameter, parameter.Syntax),
            IFieldReferenceOperation field => ReadField(field),
            IPropertyReferenceOperation property => ReadProperty(property),
            IParenthesizedOperation parenthesized => Evaluate(parenthesized.Operand),
            IUnaryOperation unary => EvaluateUnary(unary),
            IBinaryOperation binary => EvaluateBinary(binary.OperatorKind, binary.OperatorMethod, binary.LeftOperand, Evaluate(binary.LeftOperand), binary.RightOperand, binary),
            IConversionOperation conversion => EvaluateConversion(conversion),
            ITupleOperation tuple => new TupleValue(tuple.Elements.Select(e => Evaluate(e)).ToEquatableArray()),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => Evaluate(Condition(choice.Condition) ? choice.WhenTrue : whenFalse),
            ISimpleAssignmentOperation { IsRef: false } assignment => AssignTo(assignment.Target, Evaluate(assignment.Value)),
            IDeconstructionAssignmentOperation assignment => AssignTo(assignment.Target, Evaluate(assignment.Value)),
            ICompoundAssignmentOperation assignment => EvaluateCompound(assignment),
            IIncrementOrDecrementOperation increment => EvaluateIncrement(increment),
            IInvocationOperation invocation => EvaluateCall(invocation, allowVoid),
            IInvalidOperation => throw SpecException.Silent(),
            _ => throw Unsupported(operation),
        };

        Locate(operation.Syntax.GetLocation());
        if (operation.Type is { } type && Resolve(type).RepeatedAxis() is { } repeated)
        {
            // Types alone allow Outer(k, k).
            throw SpecException.At(operation.Syntax, Rules.RepeatedAxis, operation.Syntax.ToString(), repeated.Name);
        }

        return value;
    }

    private static SpecException Unsupported(IOperation operation) => SpecException.At(
        operation.Syntax,
        Rules.UnsupportedExpression,
        operation.Kind switch
        {
            OperationKind.ObjectCreation or OperationKind.ArrayCreation => "the creation of an object",
            OperationKind.DefaultValue => "'default', which says no number",
            OperationKind.AnonymousFunction or OperationKind.DelegateCreation => "lambdas and delegates",
            OperationKind.SwitchExpression => "'switch'",
            OperationKind.Await => "'await'",
            OperationKind.InstanceReference => "'this' as a value",
            OperationKind.Literal => $"the literal {operation.Syntax}",
            OperationKind.ArrayElementReference => "elements of arrays",
            OperationKind.CollectionExpression => "collections",

            // What Roslyn knows as syntax alone has no kind.
            OperationKind.None => $"'{operation.Syntax}'",
            _ => $"this expression ({operation.Kind})",
        },
        "Write operators, functions of ModelDsl.Functions, calls of helper methods, tuples and numeric constants");

    private Value Read(ISymbol variable, SyntaxNode syntax) =>
        _variables.TryGetValue(variable, out Value? value)
            ? value is PoisonValue ? throw SpecException.Silent() : value
            : throw SpecException.At(
                syntax, Rules.UnsupportedExpression, $"'{variable.Name}', which has no value here", "Assign it first");

    private Value ReadField(IFieldReferenceOperation reference)
    {
        IFieldSymbol field = reference.Field;
        if (IsThis(reference.Instance) && _states.TryGetValue(field, out StateSlot? slot))
        {
            slot.IsRead = true;
            return slot.Value;
        }

        if (reference.Instance is { Type.IsTupleType: true } tuple && Evaluate(tuple) is TupleValue { Elements: var elements })
        {
            return elements[TupleIndex(field)];
        }

        if (field is { IsStatic: true, IsReadOnly: true } && IsNumeric(field.Type) && InitializerOf(field) is { } initializer)
        {
            return Evaluate(initializer);
        }

        if (reference.Instance is ILocalReferenceOperation local)
        {
            // Silent if its own declaration was refused.
            Read(local.Local, local.Syntax);
        }

        throw SpecException.At(reference.Syntax, Rules.UnknownField, field.Name);
    }

    /// <summary>A constant element of a tensor's first axis, or a user's property with a body, which is inlined like a helper.</summary>
    private Value ReadProperty(IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        if (property.IsIndexer && reference.Instance is { } tensor && Resolve(tensor.Type!).IsTensor(out var markers) && markers.Length > 0)
        {
            Value x = Evaluate(tensor);
            string axis = _axes.NameOf(Resolve(markers[0]));
            IOperation argument = reference.Arguments[0].Value;
            if (Evaluate(argument) is not ConstantValue { Value: int index })
            {
                throw SpecException.At(argument.Syntax, Rules.BadIndex, axis, "must be a compile-time constant");
            }

            if (index < 0 || index >= _axes.FixedSize(axis))
            {
                string size = _axes.FixedSize(axis) is { } fixedSize ? $"and less than its size {fixedSize}" : "";
                throw SpecException.At(argument.Syntax, Rules.BadIndex, axis, $"is {index}, and must be at least 0 {size}".TrimEnd());
            }

            return Resolve(tensor.Type!).IsComplex()
                ? _complex.Map(ToComplex(x, tensor.Syntax), part => _graph.Element(part, axis, index))
                : new NodeValue(_graph.Element(ToNode(x, tensor.Syntax), axis, index));
        }

        if (property is { Name: "Re" or "Im" } && property.ContainingType.IsComplex() && reference.Instance is { } complex)
        {
            ComplexValue z = _complex.Spread(ToComplex(Evaluate(complex), complex.Syntax));
            return new NodeValue(property.Name == "Re" ? z.Re : z.Im);
        }

        if (property is { IsIndexer: false, GetMethod: { } getter } && !property.ContainingType.IsTensor()
            && (property.IsStatic || IsThis(reference.Instance)) && BodyOf(getter) is not null)
        {
            return Inline(getter, [], reference.Syntax, allowVoid: false);
        }

        throw property.ContainingType.IsTensor()
            ? SpecException.At(reference.Syntax, Rules.UnsupportedExpression, $"'{property.Name}', which is of one token alone", "Compute with the tensor itself")
            : SpecException.At(reference.Syntax, Rules.UnknownField, property.Name);
    }

    private static int TupleIndex(IFieldSymbol field)
    {
        IFieldSymbol item = field.CorrespondingTupleField ?? field;
        return ((INamedTypeSymbol)item.ContainingType).TupleElements
            .Select((element, index) => (element, index))
            .First(e => e.element.Name == field.Name || SymbolEqualityComparer.Default.Equals(e.element.CorrespondingTupleField, item)).index;
    }

    private IOperation? InitializerOf(IFieldSymbol field)
    {
        SyntaxNode? syntax = field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation);
        return syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax { Initializer: { } initializer }
            ? (OperationOf(initializer) as IFieldInitializerOperation)?.Value
            : null;
    }

    private IOperation? OperationOf(SyntaxNode syntax) =>
        _compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, _cancellation);

    private static bool IsThis(IOperation? instance) =>
        instance is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance };

    private static bool IsNumeric(ITypeSymbol type) => type.SpecialType
        is SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Boolean;

    private Value EvaluateUnary(IUnaryOperation unary)
    {
        Value operand = Evaluate(unary.Operand);
        if (unary.OperatorMethod is null && operand is ConstantValue { Value: var constant }
            && Constants.Unary(unary.OperatorKind, constant) is { } folded)
        {
            return new ConstantValue(folded);
        }

        if (unary.OperatorMethod is { } method && !IsDsl(method))
        {
            return Inline(method, [operand], unary.Syntax, allowVoid: false);
        }

        if (unary.Type.IsComplex())
        {
            ComplexValue z = ToComplex(operand, unary.Operand.Syntax);
            return unary.OperatorKind == UnaryOperatorKind.Minus ? _complex.Negate(z) : throw Unsupported(unary);
        }

        int x = ToNode(operand, unary.Operand.Syntax);
        return unary.OperatorKind switch
        {
            UnaryOperatorKind.Minus => new NodeValue(_graph.Negate(x)),
            UnaryOperatorKind.Plus => new NodeValue(x),
            _ => throw Unsupported(unary),
        };
    }

    private Value EvaluateBinary(
        BinaryOperatorKind kind, IMethodSymbol? method, IOperation left, Value leftValue, IOperation right, IOperation whole)
    {
        // Constant conditions: what is not needed is not run, as in C#.
        if (leftValue is ConstantValue { Value: bool known }
            && (kind == BinaryOperatorKind.ConditionalAnd && !known || kind == BinaryOperatorKind.ConditionalOr && known))
        {
            return leftValue;
        }

        Value rightValue = Evaluate(right);
        if (method is null)
        {
            return (leftValue, rightValue) is (ConstantValue { Value: var first }, ConstantValue { Value: var second })
                && Constants.Binary(kind, first, second) is { } folded
                ? new ConstantValue(folded)
                : throw (rightValue is ConstantValue { Value: 0 or 0L }
                    ? SpecException.At(whole.Syntax, Rules.UnsupportedExpression, "a division of integers by zero")
                    : Unsupported(whole));
        }

        if (!IsDsl(method))
        {
            return Inline(method, [leftValue, rightValue], whole.Syntax, allowVoid: false);
        }

        if (method.ReturnType.IsComplex())
        {
            ComplexValue a = ToComplex(leftValue, left.Syntax), b = ToComplex(rightValue, right.Syntax);
            return kind switch
            {
                BinaryOperatorKind.Add => _complex.Add(a, b),
                BinaryOperatorKind.Subtract => _complex.Subtract(a, b),
                BinaryOperatorKind.Multiply => _complex.Multiply(a, b),
                BinaryOperatorKind.Divide => _complex.Divide(a, b),
                _ => throw Unsupported(whole),
            };
        }

        int x = ToNode(leftValue, left.Syntax), y = ToNode(rightValue, right.Syntax);
        return new NodeValue(kind switch
        {
            BinaryOperatorKind.Add => _graph.Add(x, y),
            BinaryOperatorKind.Subtract => _graph.Subtract(x, y),
            BinaryOperatorKind.Multiply => _graph.Multiply(x, y),
            BinaryOperatorKind.Divide => _graph.Divide(x, y),
            BinaryOperatorKind.GreaterThan => _graph.Binary(Op.Greater, x, y),
            BinaryOperatorKind.GreaterThanOrEqual => _graph.Binary(Op.GreaterOrEqual, x, y),
            BinaryOperatorKind.LessThan => _graph.Binary(Op.Greater, y, x),
            BinaryOperatorKind.LessThanOrEqual => _graph.Binary(Op.GreaterOrEqual, y, x),
            BinaryOperatorKind.Equals => _graph.Binary(Op.Equal, x, y),
            BinaryOperatorKind.NotEquals => _graph.Subtract(_graph.Constant(1), _graph.Binary(Op.Equal, x, y)),
            _ => throw Unsupported(whole),
        });
    }

    private Value EvaluateConversion(IConversionOperation conversion)
    {
        Value operand = Evaluate(conversion.Operand);
        if (conversion.OperatorMethod is { } method && !IsDsl(method))
        {
            return Inline(method, [operand], conversion.Syntax, allowVoid: false);
        }

        if (operand is not ConstantValue { Value: var constant } || conversion.Type is not { } type || !IsNumeric(type))
        {
            // Between tensors and tuples of them a conversion changes nothing; a number becomes a Scalar where one is needed.
            return operand;
        }

        return Constants.ChangeType(constant, type) is { } converted ? new ConstantValue(converted) : throw Unsupported(conversion);
    }

    private Value EvaluateCompound(ICompoundAssignmentOperation assignment)
    {
        Value current = Evaluate(assignment.Target);
        if (current is ConstantValue { Value: var constant } && assignment.InConversion is { IsIdentity: false, IsNumeric: true })
        {
            // The operator computes in the wider of both types, and the result is converted back.
            current = Constants.ChangeType(constant, assignment.OperatorMethod?.Parameters[0].Type ?? assignment.Value.Type) is { } wide
                ? new ConstantValue(wide)
                : throw Unsupported(assignment);
        }

        Value result = EvaluateBinary(
            assignment.OperatorKind, assignment.OperatorMethod, assignment.Target, current, assignment.Value, assignment);
        if (result is ConstantValue { Value: var number } && assignment.Target.Type is { } type && IsNumeric(type))
        {
            result = Constants.ChangeType(number, type) is { } narrow ? new ConstantValue(narrow) : throw Unsupported(assignment);
        }

        Locate(assignment.Syntax.GetLocation());
        return AssignTo(assignment.Target, result);
    }

    private Value EvaluateIncrement(IIncrementOrDecrementOperation increment)
    {
        Value before = Evaluate(increment.Target);
        if (before is not ConstantValue { Value: var constant } || increment.Target.Type is not { } type
            || Constants.ChangeType(1, type) is not { } one)
        {
            throw Unsupported(increment);
        }

        BinaryOperatorKind kind = increment.Kind == OperationKind.Increment ? BinaryOperatorKind.Add : BinaryOperatorKind.Subtract;
        Value after = new ConstantValue(Constants.Binary(kind, constant, one)!);
        AssignTo(increment.Target, after);
        return increment.IsPostfix ? before : after;
    }
}
