using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Compiler;
using ModelDsl.Generators.Diagnostics;

namespace ModelDsl.Generators.Parsing;

/// <summary>Checks how a spec is declared: the struct, its states, its Step and the parameters of Step.</summary>
internal static class SpecDeclaration
{
    public static void CheckStruct(INamedTypeSymbol type, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        Location name = type.Locations[0];
        if (!IsPartial(type, cancellation))
        {
            diagnostics.Report(name, Rules.NotPartial, type.Name);
        }

        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            if (!IsPartial(container, cancellation))
            {
                diagnostics.Report(container.Locations[0], Rules.ContainerNotPartial, container.Name, type.Name);
            }
        }

        string? form = type switch
        {
            { TypeKind: not TypeKind.Struct } => "no struct",
            { IsGenericType: true } => "generic, or inside a generic type",
            { IsRecord: true } => "a record",
            { IsRefLikeType: true } => "a ref struct",
            { IsReadOnly: true } => "readonly, so that its state cannot change",
            { IsFileLocal: true } => "local to its file",
            _ => null,
        };
        if (form is not null)
        {
            diagnostics.Report(name, Rules.UnsupportedStruct, type.Name, form);
        }

        foreach (IMethodSymbol constructor in type.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared))
        {
            diagnostics.Report(constructor.Locations[0], Rules.InitialValue, "A constructor", type.Name);
        }
    }

    /// <summary>The fields marked [State], in order of declaration.</summary>
    public static ImmutableArray<IFieldSymbol> States(INamedTypeSymbol type, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        ImmutableArray<IFieldSymbol> states = [.. type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasAttribute("StateAttribute", out _))];
        foreach (IFieldSymbol state in states)
        {
            SyntaxNode? syntax = state.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellation);
            string? problem = state switch
            {
                { IsStatic: true } => "is static",
                { IsReadOnly: true } => "is readonly",
                { IsConst: true } => "is const",
                { Name: "Description" or "Kernel" or "Oracle" or "Run" or "On" } => "has the name of a member that is generated: give it another one",
                _ when !state.Type.IsTensor() => $"has type {state.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}",
                _ => null,
            };
            if (problem is not null)
            {
                diagnostics.Report(TypeSyntaxOf(syntax)?.GetLocation() ?? state.Locations[0], Rules.UnsupportedState, state.Name, problem);
            }
            else if (syntax is VariableDeclaratorSyntax { Initializer: { } initializer })
            {
                diagnostics.Report(initializer.GetLocation(), Rules.InitialValue, $"The initializer of '{state.Name}'", type.Name);
            }

            CheckAxes(state.Type, state.Name, TypeSyntaxOf(syntax)?.GetLocation() ?? state.Locations[0], diagnostics);
        }

        return states;
    }

    public static IMethodSymbol? FindStep(INamedTypeSymbol type, DiagnosticBag diagnostics, CancellationToken cancellation)
    {
        IMethodSymbol[] candidates = [.. type.GetMembers("Step").OfType<IMethodSymbol>()];
        if (candidates is not [var step])
        {
            // A second one is what is too much.
            Location location = candidates.Length > 1 ? candidates[1].Locations[0] : type.Locations[0];
            diagnostics.Report(location, Rules.NoStep, type.Name, candidates.Length == 0 ? "no" : candidates.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return null;
        }

        string? problem = step switch
        {
            { IsStatic: true } => "is static, so it has no state",
            { IsGenericMethod: true } => "is generic",
            { IsAsync: true } => "is async",
            { IsAbstract: true } or { IsExtern: true } => "has no body",
            { ReturnsVoid: true } => "returns nothing",
            _ when !IsOutput(step.ReturnType) => $"returns {step.ReturnType.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}",
            _ => null,
        };
        if (problem is not null)
        {
            bool isReturnType = step.ReturnsVoid || !IsOutput(step.ReturnType);
            diagnostics.Report(
                isReturnType ? ReturnTypeSyntax(step, cancellation).GetLocation() : step.Locations[0], Rules.UnsupportedStep, problem);
            return null;
        }

        return step;
    }

    public static void CheckParameters(IMethodSymbol step, DiagnosticBag diagnostics)
    {
        foreach (IParameterSymbol parameter in step.Parameters)
        {
            SyntaxNode? syntax = parameter.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
            string? problem = parameter switch
            {
                { RefKind: not RefKind.None } => "is passed by reference",
                { IsParams: true } => "is a params array",
                { IsOptional: true } => "is optional",
                _ when Supplies(parameter) == Supply.Delay && !IsDelay(parameter.Type) => "is a delay at a frequency but no ComplexScalar or ComplexTensor<A>",
                _ when Counts(parameter) is { } what && Supplies(parameter) != Supply.Delay && !parameter.Type.IsScalar() => $"is {what} but no Scalar",
                _ when Counts(parameter) is { } what && parameter.HasAttribute("SharedAttribute", out _) => $"is {what}, which no caller passes: it cannot be shared",
                _ when Counts(parameter) is { } what && step.Parameters.First(p => Counts(p) == what).Ordinal != parameter.Ordinal => $"is {what}, as an earlier one is",
                _ when !parameter.Type.IsTensor() => $"has type {parameter.Type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}",
                _ => null,
            };
            if (problem is not null)
            {
                diagnostics.Report(syntax?.GetLocation() ?? parameter.Locations[0], Rules.UnsupportedParameter, parameter.Name, problem);
            }

            CheckAxes(parameter.Type, parameter.Name, (syntax as ParameterSyntax)?.Type?.GetLocation() ?? parameter.Locations[0], diagnostics);
        }
    }

    /// <summary>What the runtime passes for a parameter; null for an input.</summary>
    public static Supply? Supplies(IParameterSymbol parameter)
    {
        foreach (Supply what in (Supply[])Enum.GetValues(typeof(Supply)))
        {
            if (parameter.HasAttribute(what + "Attribute", out _))
            {
                return what;
            }
        }

        return null;
    }

    /// <summary>The same in words.</summary>
    private static string? Counts(IParameterSymbol parameter) => Supplies(parameter) switch
    {
        Supply.TokenIndex => "the token's index",
        Supply.MiniBatchIndex => "the token's position in its mini-batch",
        Supply.Lag => "a lag",
        Supply.SequenceLength => "the length of the sequence",
        Supply.Delay => "a delay at a frequency",
        _ => null,
    };

    private static bool IsDelay(ITypeSymbol type) => type.IsComplex() && type is INamedTypeSymbol { Arity: <= 1 };

    /// <summary>The declarations of the types around a spec, outermost first, as another part repeats them.</summary>
    public static IEnumerable<string> ContainingTypes(INamedTypeSymbol type)
    {
        var containers = new Stack<string>();
        for (INamedTypeSymbol? container = type.ContainingType; container is not null; container = container.ContainingType)
        {
            string kind = container switch
            {
                { IsRecord: true, TypeKind: TypeKind.Struct } => "record struct",
                { IsRecord: true } => "record",
                { TypeKind: TypeKind.Struct } => "struct",
                { TypeKind: TypeKind.Interface } => "interface",
                _ => "class",
            };
            containers.Push($"partial {kind} {container.Name}");
        }

        return containers;
    }

    /// <summary>Whether the spec can be seen from outside its project.</summary>
    public static bool IsPublic(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
        {
            if (t.DeclaredAccessibility != Accessibility.Public)
            {
                return false;
            }
        }

        return true;
    }

    public static SyntaxNode ReturnTypeSyntax(IMethodSymbol step, CancellationToken cancellation)
    {
        SyntaxNode syntax = step.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
        return syntax is MethodDeclarationSyntax method ? method.ReturnType : syntax;
    }

    private static bool IsOutput(ITypeSymbol type) => type.IsTensor()
        || (type is INamedTypeSymbol { IsTupleType: true } tuple && tuple.TupleElements.All(e => e.Type.IsTensor()));

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences.All(part =>
        part.GetSyntax(cancellation) is TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static TypeSyntax? TypeSyntaxOf(SyntaxNode? variable) => (variable?.Parent as VariableDeclarationSyntax)?.Type;

    private static void CheckAxes(ITypeSymbol type, string name, Location location, DiagnosticBag diagnostics)
    {
        if (type.RepeatedAxis() is { } axis)
        {
            diagnostics.Report(location, Rules.RepeatedAxis, name, axis.Name);
        }
    }
}
