using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

internal sealed partial class StepInterpreter
{
    private static bool IsDsl(IMethodSymbol method) =>
        method.ContainingType is { } type && (type.IsFunctions() || type.IsTensor());

    private Value EvaluateCall(IInvocationOperation call, bool allowVoid)
    {
        IMethodSymbol method = call.TargetMethod;
        Value[] arguments = new Value[method.Parameters.Length];

        // In the order of the source; named arguments may differ from the order of the parameters.
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.None or RefKind.In, IsParams: false } parameter)
            {
                throw SpecException.At(argument.Syntax, Rules.UnsupportedCall, method.Name, "arguments passed by reference or in a params array are not supported");
            }

            arguments[parameter.Ordinal] = Evaluate(argument.Value);
        }

        if (method.ReturnType.IsAxisMarker(out _))
        {
            return AxisMarkerValue.Instance;
        }

        if (IsDsl(method))
        {
            Value[] all = call.Instance is { } instance ? [Evaluate(instance), .. arguments] : arguments;
            return CallFunction(method, call, all);
        }

        if (IsMath(method.ContainingType) && arguments.All(a => a is ConstantValue))
        {
            object[] constants = arguments.Select(a => ((ConstantValue)a).Value).ToArray();
            return Constants.Math(method.Name, constants) is { } folded
                ? new ConstantValue(folded)
                : throw SpecException.At(call.Syntax, Rules.UnsupportedCall, method.ToDisplayString(), "the generator does not evaluate it");
        }

        if (call.Instance is not null && !IsThis(call.Instance))
        {
            if (call.Instance is ILocalReferenceOperation local)
            {
                // Silent if its own declaration was refused.
                Read(local.Local, local.Syntax);
            }

            throw SpecException.At(call.Syntax, Rules.UnsupportedCall, method.Name, "it is a method of an object other than the recurrence");
        }

        return Inline(method, arguments, call.Syntax, allowVoid);
    }

    private static bool IsMath(ITypeSymbol? type) =>
        type is { Name: "Math" or "MathF", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private Value CallFunction(IMethodSymbol method, IInvocationOperation call, IReadOnlyList<Value> arguments)
    {
        if (method.Name == "Stale")
        {
            return new NodeValue(Stale(ToNode(arguments[0], call.Syntax), call.Syntax));
        }

        if (method is { Name: "Size", Parameters.Length: 0 })
        {
            return new NodeValue(SizeOf(Resolve(method.TypeArguments[0]), call.Syntax));
        }

        if (method.Name is "Convolve" or "ConvolveByFrequency")
        {
            return Convolve(method, arguments, call.Syntax);
        }

        ITypeSymbol[] types = (call.Instance is { Type: { } instance } ? new[] { instance } : [])
            .Concat(method.Parameters.Select(p => p.Type)).Select(Resolve).ToArray();
        bool isComplex = types.Append(Resolve(method.ReturnType)).Any(t => t.IsComplex());
        if (!(isComplex ? ComplexFunctionTable.Contains(method.Name) : FunctionTable.Contains(method.Name)))
        {
            throw SpecException.At(call.Syntax, Rules.UnsupportedCall, method.Name, "it has no meaning inside a recurrence");
        }

        List<Value> tensors = [];
        List<double> numbers = [];
        List<string> axes = [];
        foreach ((ITypeSymbol type, Value value) in types.Zip(arguments, (t, v) => (t, v)))
        {
            if (type.IsTensor())
            {
                tensors.Add(type.IsComplex() ? ToComplex(value, call.Syntax) : new NodeValue(ToNode(value, call.Syntax)));
            }
            else if (type.IsAxisMarker(out ImmutableArray<ITypeSymbol> markers))
            {
                axes.AddRange(markers.Select(_axes.NameOf));
            }
            else if (value is ConstantValue { Value: var constant } && Constants.IsNumber(constant))
            {
                numbers.Add(Constants.ToDouble(constant));
            }
            else
            {
                throw SpecException.At(call.Syntax, Rules.UnsupportedCall, method.Name, "an argument that is not a tensor must be a compile-time constant");
            }
        }

        string newAxis = method.Name switch
        {
            "Rename" or "Circulant" => axes[1],
            "As" => _axes.NameOf(Resolve(method.TypeArguments[0])),
            _ => "",
        };
        if (axes.Count == 0)
        {
            axes.AddRange(ImpliedAxes(method, tensors.Select(AxesOf).ToArray()));
        }

        CheckSizes(method.Name, call.Syntax, axes, newAxis);
        if (isComplex)
        {
            ComplexValue[] values = tensors.Select(t => ToComplex(t, call.Syntax)).ToArray();
            Value value = ComplexFunctionTable.Construct(method.Name, new ComplexFunctionCall(_complex, values, axes, newAxis, numbers));
            Locate(call.Syntax.GetLocation());
            return value;
        }

        int[] nodes = tensors.Select(t => ToNode(t, call.Syntax)).ToArray();
        int result = FunctionTable.Construct(method.Name, new FunctionCall(_graph, nodes, axes, newAxis, numbers));
        Locate(call.Syntax.GetLocation());
        if (method.Name == "Exp" && _graph[nodes[0]] is { Op: Op.Constant, Value: > 0 } exponent)
        {
            _exponentials[result] = (call.Syntax.GetLocation(), exponent.Value);
        }

        return new NodeValue(result);
    }

    /// <summary>The size of an axis of which no tensor is at hand. Those of inputs and states have appeared before Step is run.</summary>
    private int SizeOf(ITypeSymbol axis, SyntaxNode call)
    {
        if (!_axes.Contains(axis))
        {
            throw SpecException.At(call, Rules.BadSize, axis.Name, "is one of no input and of no state, so nothing says its size: give the recurrence an input that has it, or write the number");
        }

        int size = _graph.Extent(_axes.NameOf(axis));
        Locate(call.GetLocation());
        return size;
    }

    private IReadOnlyList<string> AxesOf(Value tensor) => NodesOf(tensor).SelectMany(node => _graph[node].Axes).Distinct().ToArray();

    private void CheckSizes(string function, SyntaxNode call, IReadOnlyList<string> axes, string newAxis)
    {
        if (function is "Rename" or "As" or "Circulant" && _axes.FixedSize(axes[0]) is { } size && _axes.FixedSize(newAxis) is { } newSize && size != newSize)
        {
            throw SpecException.At(call, Rules.BadSize, axes[0], $"has size {size} and {(function == "Circulant" ? "makes no circulant with" : "cannot be renamed to")} {newAxis}, which has size {newSize}");
        }

        if (function is "Rotate" or "QuarterTurn" && _axes.FixedSize(axes[0]) is { } pairs && pairs % 2 != 0)
        {
            throw SpecException.At(call, Rules.BadSize, axes[0], $"has size {pairs}, and {function} works on pairs: the size must be even");
        }
    }

    /// <summary>The axes that a function is about where no Over says so.</summary>
    private IEnumerable<string> ImpliedAxes(IMethodSymbol function, IReadOnlyList<IReadOnlyList<string>> arguments) => function.Name switch
    {
        // The first that the history is declared with.
        "Push" => [_axes.NameOf(Resolve(function.TypeArguments[0]))],

        // The shared one.
        "Dot" => arguments[0].Where(arguments[1].Contains),

        // That of the angles, which are given for one axis of a matrix.
        "Rotate" when arguments[1].Count > 0 => arguments[1],

        // All that the first argument has: the only one, or those of a reduction to a scalar.
        _ => arguments[0],
    };

    /// <summary>Runs the body of a user's method here.</summary>
    private Value Inline(IMethodSymbol method, IReadOnlyList<Value> arguments, SyntaxNode call, bool allowVoid)
    {
        IMethodSymbol definition = (method.ReducedFrom ?? method).OriginalDefinition;
        if (_calls.Contains(definition, SymbolEqualityComparer.Default))
        {
            string chain = string.Join(" -> ", _calls.Reverse().Select(m => m.Name).Append(definition.Name));
            throw SpecException.At(call, Rules.Recursion, definition.Name, chain);
        }

        if (definition.IsAbstract || definition.IsVirtual || definition.IsExtern || definition.IsAsync)
        {
            throw SpecException.At(call, Rules.UnsupportedCall, definition.Name, "what it runs is not known at compile time");
        }

        if (definition.ReturnsVoid && !allowVoid)
        {
            throw SpecException.At(call, Rules.UnsupportedCall, definition.Name, "it returns nothing");
        }

        if (BodyOf(definition) is not { } body)
        {
            throw SpecException.At(call, Rules.UnsupportedCall, definition.ToDisplayString(), "its source is not part of this project");
        }

        for (int i = 0; i < arguments.Count; i++)
        {
            _variables[definition.Parameters[i]] = arguments[i];
        }

        BindTypeArguments(definition, method);
        Value? outerReturn = _returned;
        _returned = null;
        _calls.Push(definition);
        Flow flow = Execute(body);
        _calls.Pop();
        Value? result = _returned;
        _returned = outerReturn;

        return result switch
        {
            PoisonValue => throw SpecException.Silent(),
            { } value when flow == Flow.Return => value,
            _ when allowVoid => PoisonValue.Instance,
            _ => throw SpecException.Silent(),
        };
    }

    private void BindTypeArguments(IMethodSymbol definition, IMethodSymbol method)
    {
        // Resolved before any is bound: an argument may be a type parameter of the calling helper.
        ITypeSymbol[] methodArguments = method.TypeArguments.Select(Resolve).ToArray();
        ITypeSymbol[] typeArguments = method.ContainingType?.TypeArguments.Select(Resolve).ToArray() ?? [];
        for (int i = 0; i < methodArguments.Length; i++)
        {
            _typeArguments[definition.TypeParameters[i]] = methodArguments[i];
        }

        for (int i = 0; i < typeArguments.Length; i++)
        {
            _typeArguments[definition.ContainingType!.TypeParameters[i]] = typeArguments[i];
        }
    }

    private IOperation? BodyOf(IMethodSymbol method)
    {
        SyntaxNode? syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(_cancellation);
        return syntax is null ? null : OperationOf(syntax) switch
        {
            IMethodBodyOperation body => body,
            ILocalFunctionOperation { Body: { } body } => body,
            IBlockOperation body => body,
            _ => null,
        };
    }
}
