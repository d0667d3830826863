using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>What the parser makes of a struct. Only <see cref="Spec"/> feeds code; the rest is for diagnostics.</summary>
/// <param name="Spec">The spec, or null if it has errors.</param>
/// <param name="Diagnostics">What is wrong with it.</param>
/// <param name="NodeLocations">Where each node of the graph stands.</param>
/// <param name="RequireLocation">Where modes are required, or the struct's name.</param>
internal sealed record ParseResult(
    RecurrenceSpec? Spec, EquatableArray<Diagnostic> Diagnostics, EquatableArray<Location> NodeLocations, Location RequireLocation);

/// <summary>Parses a struct marked [Recurrence]: its declaration here, its Step with <see cref="StepInterpreter"/>.</summary>
internal sealed class SpecParser
{
    private readonly INamedTypeSymbol _type;
    private readonly AttributeData _attribute;
    private readonly SemanticModel _model;
    private readonly CancellationToken _cancellation;
    private readonly DiagnosticBag _diagnostics = new();
    private readonly GraphBuilder _graph = new([]);
    private readonly AxisTable _axes;
    private readonly StepInterpreter _interpreter;
    private IReadOnlyList<Location> _nodeLocations = [];

    private SpecParser(INamedTypeSymbol type, AttributeData attribute, SemanticModel model, CancellationToken cancellation)
    {
        _type = type;
        _attribute = attribute;
        _model = model;
        _cancellation = cancellation;
        _axes = new AxisTable(_graph);
        _interpreter = new StepInterpreter(model.Compilation, _diagnostics, _graph, _axes, cancellation);
    }

    public static ParseResult Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellation)
    {
        AttributeData attribute = context.Attributes[0];
        var parser = new SpecParser((INamedTypeSymbol)context.TargetSymbol, attribute, context.SemanticModel, cancellation);
        RecurrenceSpec? spec = null;
        try
        {
            spec = parser.HasCSharpErrors() ? null : parser.Parse(RequiredModes(attribute), MiniBatch(attribute));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Thrown on, it would take the code of every other spec of the project with it.
            parser._diagnostics.Report(parser._type.Locations[0], Rules.InternalError, parser._type.Name, Failure.Describe(failure));
        }

        return new ParseResult(
            parser._diagnostics.HasErrors ? null : spec,
            parser._diagnostics.Diagnostics.ToEquatableArray(),
            spec is null ? default : parser._nodeLocations.ToEquatableArray(),
            Argument(attribute, "Require", cancellation) ?? parser._type.Locations[0]);
    }

    private static int RequiredModes(AttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == "Require").Value.Value is int modes ? modes : 0;

    private static int? MiniBatch(AttributeData attribute) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == "MiniBatch").Value.Value as int?;

    /// <summary>Where the value of an argument of an attribute stands; null if it is not given.</summary>
    private static Location? Argument(AttributeData attribute, string name, CancellationToken cancellation) =>
        (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) as AttributeSyntax)?.ArgumentList?.Arguments
            .FirstOrDefault(a => a.NameEquals?.Name.Identifier.ValueText == name)?.Expression.GetLocation();

    /// <summary>Whether the C# compiler refuses Step or a state: then what it says is enough, but for where a complex value or a condition is to blame.</summary>
    /// <remarks>Other members do not count: they may use what is still to be generated. A helper that is refused shows when it is inlined.</remarks>
    private bool HasCSharpErrors()
    {
        bool any = false;
        foreach (MemberDeclarationSyntax member in _type.GetMembers()
            .Where(m => m is IMethodSymbol { Name: "Step" } || m.HasAttribute("StateAttribute", out _))
            .SelectMany(m => m.DeclaringSyntaxReferences)
            .Select(r => r.GetSyntax(_cancellation).FirstAncestorOrSelf<MemberDeclarationSyntax>()!))
        {
            SemanticModel model = _model.Compilation.GetSemanticModel(member.SyntaxTree);
            var complex = new ComplexCheck(model, _diagnostics, _cancellation);
            var condition = new ConditionCheck(model, _diagnostics, _cancellation);
            foreach (Diagnostic error in model.GetDiagnostics(member.Span, _cancellation).Where(d => d.DefaultSeverity == DiagnosticSeverity.Error))
            {
                any = true;
                complex.Explain(error);
                condition.Explain(error);
            }
        }

        return any;
    }

    private RecurrenceSpec? Parse(int requiredModes, int? miniBatch)
    {
        CheckRequiredModes();
        SpecDeclaration.CheckStruct(_type, _diagnostics, _cancellation);
        ImmutableArray<IFieldSymbol> states = SpecDeclaration.States(_type, _diagnostics, _cancellation);
        if (SpecDeclaration.FindStep(_type, _diagnostics, _cancellation) is not { } step)
        {
            return null;
        }

        SpecDeclaration.CheckParameters(step, _diagnostics);
        if (_diagnostics.HasErrors)
        {
            return null;
        }

        var stateInfos = new List<StateInfo>();
        foreach ((IFieldSymbol state, IReadOnlyList<string> names) in states.Zip(ComplexParts.Names(states.Select(s => (s.Name, s.Type))), (s, n) => (s, n)))
        {
            StateInfo[] parts = names.Select(name => new StateInfo(name, AxesOf(state.Type))).ToArray();
            _interpreter.DeclareState(state, parts, stateInfos.Count);
            stateInfos.AddRange(parts);
        }

        IParameterSymbol[] inputs = step.Parameters.Where(p => SpecDeclaration.Supplies(p) is null).ToArray();
        var inputInfos = new List<InputInfo>();
        foreach ((IParameterSymbol parameter, IReadOnlyList<string> names) in inputs.Zip(ComplexParts.Names(inputs.Select(p => (p.Name, p.Type))), (p, n) => (p, n)))
        {
            if (names.FirstOrDefault(name => stateInfos.Any(s => s.Name == name)) is { } state)
            {
                _diagnostics.Report(
                    parameter.DeclaringSyntaxReferences[0].GetSyntax(_cancellation).GetLocation(),
                    Rules.UnsupportedParameter,
                    parameter.Name,
                    $"has the name of the state '{state}', which formulas and the tensors of a call go by: give it another one");
            }

            InputInfo[] parts = names.Select(name => Input(name, parameter)).ToArray();
            _interpreter.DeclareInput(parameter, parts, inputInfos.Count);
            inputInfos.AddRange(parts);
        }

        List<SuppliedParameter> supplied = [];
        foreach (IParameterSymbol parameter in step.Parameters.Where(p => SpecDeclaration.Supplies(p) is not null))
        {
            EquatableArray<string> axes = AxesOf(parameter.Type);
            supplied.Add(new SuppliedParameter(parameter.Ordinal, SpecDeclaration.Supplies(parameter)!.Value, axes.FirstOrDefault()));
            _interpreter.DeclareSupplied(parameter, supplied[supplied.Count - 1].What, axes);
        }

        foreach (AxisInfo axis in _axes.Axes.Where(a => a.FixedSize < 1))
        {
            _diagnostics.Report(_type.Locations[0], Rules.BadSize, axis.Name, $"has size {axis.FixedSize}, and must have at least 1");
        }

        SyntaxNode stepSyntax = step.DeclaringSyntaxReferences[0].GetSyntax(_cancellation);
        SemanticModel model = _model.Compilation.GetSemanticModel(stepSyntax.SyntaxTree);
        if (model.GetOperation(stepSyntax, _cancellation) is not { } body || _interpreter.Run(step, body) is not { } result)
        {
            return null;
        }

        OutputInfo[]? outputs = Outputs(step, result);
        if (outputs is null || _diagnostics.HasErrors)
        {
            return null;
        }

        foreach (IFieldSymbol state in states.Where(s => !_interpreter.IsAssigned(s)))
        {
            _diagnostics.Report(state.Locations[0], Rules.StateNeverAssigned, state.Name);
        }

        CheckMiniBatch(miniBatch, isUsed: supplied.Any(s => s.What == Supply.MiniBatchIndex) || _interpreter.Copies.Count > 0);
        IReadOnlyList<StepInterpreter.StaleCopy> copies = _interpreter.Copies;

        // A copy is what it was: making it is up to the runtime.
        int[] next = [.. states.SelectMany(_interpreter.NextState), .. copies.Select(c => c.Node)];
        var live = LiveNodes.Of(_graph, next.Concat(outputs.Select(o => o.Node)));
        _nodeLocations = live.Kept.Select(node => _interpreter.Locations[node]).ToArray();
        var graph = new StepGraph(
            _type.Name,
            _axes.Axes,
            inputInfos.ToEquatableArray(),
            stateInfos.Concat(copies.Select(c => new StateInfo(c.Name, stateInfos[c.Of].Axes, c.Of))).ToEquatableArray(),
            live.Nodes.ToEquatableArray(),
            next.Select(live.NewId).ToEquatableArray(),
            outputs.Select(o => o with { Node = live.NewId(o.Node) }).ToEquatableArray(),
            miniBatch ?? 0);
        KernelCheck.Report(graph, _nodeLocations, _type, _diagnostics);
        DecayCheck.Report(
            graph, _nodeLocations, id => _interpreter.PositiveExponentials.TryGetValue(live.Kept[id], out var exp) ? exp : null, _diagnostics);

        return new RecurrenceSpec(
            _type.ContainingNamespace.IsGlobalNamespace ? "" : _type.ContainingNamespace.ToDisplayString(),
            SpecDeclaration.ContainingTypes(_type).ToEquatableArray(),
            SpecDeclaration.IsPublic(_type) ? "public" : "internal",
            graph,
            _axes.Types,
            new StepSignature(
                inputs.Select(p => new StepValue(p.Name, p.Type.IsComplex())).ToEquatableArray(),
                supplied.ToEquatableArray(),
                states.Select(s => new StepValue(s.Name, s.Type.IsComplex())).ToEquatableArray(),
                Results(step).Select(r => new StepValue(r.Name, r.Type.IsComplex())).ToEquatableArray(),
                step.ReturnType.IsTupleType),
            requiredModes,
            EmitTorch: false,
            EmitGpu: false);
    }

    /// <summary>Whether modes are required that there are; any number can be cast to a set of them.</summary>
    private void CheckRequiredModes()
    {
        TypedConstant required = _attribute.NamedArguments.FirstOrDefault(a => a.Key == "Require").Value;
        if (required is not { Value: int modes, Type: { } type })
        {
            return;
        }

        IFieldSymbol[] known = [.. type.GetMembers().OfType<IFieldSymbol>().Where(f => f.ConstantValue is > 0)];
        if ((modes & ~known.Aggregate(0, (all, mode) => all | (int)mode.ConstantValue!)) != 0)
        {
            string[] names = [.. known.Select(mode => $"{type.Name}.{mode.Name}")];
            _diagnostics.Report(
                Argument(_attribute, "Require", _cancellation) ?? _type.Locations[0],
                Rules.UnknownMode,
                _type.Name,
                required.ToCSharpString(),
                $"{string.Join(", ", names.Take(names.Length - 1))} or {names[names.Length - 1]}");
        }
    }

    private void CheckMiniBatch(int? miniBatch, bool isUsed)
    {
        string? problem = (miniBatch, isUsed) switch
        {
            (null, true) => "reads a state with Stale or has a [MiniBatchIndex], so it must say how many tokens a mini-batch has: write [Recurrence(MiniBatch = 16)]",
            ({ }, false) => "says MiniBatch, but Step neither calls Stale nor has a [MiniBatchIndex]. Remove it, or read a state with Stale",
            (< 1, true) => $"has MiniBatch = {miniBatch}, and a mini-batch has at least one token",
            _ => null,
        };
        if (problem is not null)
        {
            _diagnostics.Report(Argument(_attribute, "MiniBatch", _cancellation) ?? _type.Locations[0], Rules.BadMiniBatch, _type.Name, problem);
        }
    }

    private InputInfo Input(string name, IParameterSymbol parameter)
    {
        int across = parameter.HasAttribute("SharedAttribute", out AttributeData attribute)
            && attribute.ConstructorArguments is [{ Value: int value }] ? value : 0;
        return new InputInfo(name, AxesOf(parameter.Type), (across & 1) != 0, (across & 2) != 0);
    }

    private EquatableArray<string> AxesOf(ITypeSymbol type) =>
        type.IsTensor(out ImmutableArray<ITypeSymbol> axes) ? axes.Select(_axes.NameOf).ToEquatableArray() : default;

    private OutputInfo[]? Outputs(IMethodSymbol step, Value result)
    {
        SyntaxNode syntax = SpecDeclaration.ReturnTypeSyntax(step, _cancellation);
        (string Name, ITypeSymbol Type)[] results = Results(step).ToArray();
        IReadOnlyList<Value>? values = !step.ReturnType.IsTupleType ? [result] : result is TupleValue { Elements: var elements } ? elements : null;
        try
        {
            return values is null ? null : results
                .Zip(ComplexParts.Names(results), (output, names) => (output.Type, Names: names))
                .SelectMany((output, i) => _interpreter.ToNodes(values[i], output.Type, syntax).Zip(output.Names, (node, name) => new OutputInfo(name, node, AxesOf(output.Type))))
                .ToArray();
        }
        catch (SpecException refusal)
        {
            _diagnostics.Report(refusal);
            return null;
        }
    }

    private static IEnumerable<(string Name, ITypeSymbol Type)> Results(IMethodSymbol step) => step.ReturnType is INamedTypeSymbol { IsTupleType: true } tuple
        ? tuple.TupleElements.Select((element, i) => (element.IsExplicitlyNamedTupleElement ? element.Name : $"output{i + 1}", element.Type))
        : [("output", step.ReturnType)];
}
