using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    /// <summary>Runs a statement; a refused one is reported, and the next one is tried all the same.</summary>
    private Flow Execute(IOperation statement)
    {
        _cancellation.ThrowIfCancellationRequested();
        try
        {
            return ExecuteCore(statement);
        }
        catch (SpecException refusal)
        {
            _diagnostics.Report(refusal);
            Poison(statement);
            if (statement is IReturnOperation)
            {
                _returned = PoisonValue.Instance;
                return Flow.Return;
            }

            return Flow.Next;
        }
    }

    private Flow ExecuteCore(IOperation statement)
    {
        switch (statement)
        {
            case IBlockOperation block:
                return ExecuteAll(block.Operations);

            case IMethodBodyOperation { BlockBody: { } block }:
                return Execute(block);

            case IMethodBodyOperation { ExpressionBody: { } expression }:
                return Execute(expression);

            case IVariableDeclarationGroupOperation group:
                foreach (IVariableDeclarationOperation declaration in group.Declarations)
                {
                    foreach (IVariableDeclaratorOperation declarator in declaration.Declarators)
                    {
                        Declare(declarator, declarator.Initializer ?? declaration.Initializer);
                    }
                }

                return Flow.Next;

            case IExpressionStatementOperation { Operation: var expression }:
                return ExecuteExpression(expression);

            case IReturnOperation { Kind: OperationKind.Return, ReturnedValue: { } value }:
                _returned = Evaluate(value);
                return Flow.Return;

            case IForLoopOperation loop:
                return ExecuteLoop(loop);

            case IConditionalOperation conditional:
                return Condition(conditional.Condition)
                    ? Execute(conditional.WhenTrue)
                    : conditional.WhenFalse is { } whenFalse ? Execute(whenFalse) : Flow.Next;

            case IBranchOperation { BranchKind: BranchKind.Break }:
                return Flow.Break;

            case IBranchOperation { BranchKind: BranchKind.Continue }:
                return Flow.Continue;

            // Local functions are inlined where they are called.
            case IEmptyOperation or ILocalFunctionOperation:
                return Flow.Next;

            case IInvalidOperation:
                throw SpecException.Silent();

            default:
                throw SpecException.At(statement.Syntax, Rules.UnsupportedStatement, StatementName(statement.Syntax));
        }
    }

    private Flow ExecuteAll(IEnumerable<IOperation> statements)
    {
        foreach (IOperation statement in statements)
        {
            Flow flow = Execute(statement);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow ExecuteExpression(IOperation expression)
    {
        switch (expression)
        {
            case IAssignmentOperation or IIncrementOrDecrementOperation:
                Evaluate(expression);
                return Flow.Next;

            case IInvocationOperation invocation:
                Evaluate(invocation, allowVoid: true);
                return Flow.Next;

            case IInvalidOperation:
                throw SpecException.Silent();

            default:
                throw SpecException.At(expression.Syntax, Rules.UnsupportedStatement, "an expression whose value is not used");
        }
    }

    private void Declare(IVariableDeclaratorOperation declarator, IVariableInitializerOperation? initializer)
    {
        if (declarator.Symbol.IsRef)
        {
            throw SpecException.At(declarator.Syntax, Rules.UnsupportedStatement, "a ref local");
        }

        if (initializer is null)
        {
            // The same declaration may run again in a loop.
            _variables.Remove(declarator.Symbol);
        }
        else
        {
            Assign(declarator.Symbol, Evaluate(initializer.Value));
        }
    }

    private Flow ExecuteLoop(IForLoopOperation loop)
    {
        ExecuteAll(loop.Before);
        while (loop.Condition is null ? throw SpecException.At(loop.Syntax, Rules.LoopNotConstant, "it has none") : LoopCondition(loop.Condition))
        {
            // Once is enough: the loops around this one are not to report the same.
            if (++_iterations > MaxIterations)
            {
                throw _iterations == MaxIterations + 1
                    ? SpecException.At(loop.Condition!.Syntax, Rules.LoopTooLong, MaxIterations)
                    : SpecException.Silent();
            }

            switch (Execute(loop.Body))
            {
                case Flow.Break:
                    return Flow.Next;
                case Flow.Return:
                    return Flow.Return;
            }

            ExecuteAll(loop.AtLoopBottom);
        }

        return Flow.Next;
    }

    private bool LoopCondition(IOperation condition) => Condition(condition, Rules.LoopNotConstant);

    private bool Condition(IOperation condition, DiagnosticDescriptor? rule = null)
    {
        rule ??= Rules.ConditionNotConstant;
        try
        {
            return Evaluate(condition) switch
            {
                ConstantValue { Value: bool value } => value,
                _ => throw SpecException.Silent(),
            };
        }
        catch (SpecException refusal) when (refusal.Diagnostic?.Descriptor is { } cause
            && (cause.Equals(Rules.UnknownField) || cause.Equals(Rules.UnsupportedExpression)))
        {
            // What matters is not the part that is no constant, but that the whole is to be one.
            string part = condition.Syntax.FindNode(refusal.Diagnostic.Location.SourceSpan).ToString();
            throw SpecException.At(condition.Syntax, rule, $"'{part}' is no constant");
        }
    }

    /// <summary>Gives the locals that a refused statement would have assigned a value that reports nothing more.</summary>
    private void Poison(IOperation statement)
    {
        foreach (IOperation operation in statement.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation declarator:
                    _variables[declarator.Symbol] = PoisonValue.Instance;
                    break;
                case ILocalReferenceOperation { Parent: IAssignmentOperation or ITupleOperation or IDeclarationExpressionOperation } local:
                    _variables[local.Local] = PoisonValue.Instance;
                    break;
            }
        }
    }

    private static string StatementName(SyntaxNode syntax) => syntax switch
    {
        ForEachStatementSyntax => "'foreach'",
        WhileStatementSyntax or DoStatementSyntax => "'while'",
        SwitchStatementSyntax => "'switch'",
        TryStatementSyntax => "'try'",
        ThrowStatementSyntax => "'throw'",
        UsingStatementSyntax => "'using'",
        LockStatementSyntax => "'lock'",
        YieldStatementSyntax => "'yield'",
        GotoStatementSyntax or LabeledStatementSyntax => "'goto' or labels",
        ReturnStatementSyntax => "'return' without a value",
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None } => "'using'",
        _ => "this statement",
    };
}
