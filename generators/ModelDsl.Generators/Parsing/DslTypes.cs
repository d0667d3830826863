using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace ModelDsl.Generators.Parsing;

/// <summary>Recognises the types of the DSL.</summary>
internal static class DslTypes
{
    public const string RecurrenceAttribute = "ModelDsl.RecurrenceAttribute";
    public const string TorchFunction = "ModelDsl.TorchSharp.RecurrenceFunction";
    public const string GpuKernel = "ModelDsl.Kernels.Gpu.GpuRecurrenceKernel";

    public static bool IsInModelDsl(this ITypeSymbol type) =>
        type.ContainingType is null && type.ContainingNamespace is { Name: "ModelDsl", ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>Scalar, Tensor&lt;A&gt;, Tensor&lt;A, B&gt; or Tensor&lt;A, B, C&gt;, or a complex one; gives its axes.</summary>
    public static bool IsTensor(this ITypeSymbol? type, out ImmutableArray<ITypeSymbol> axes)
    {
        axes = [];
        if (type is not INamedTypeSymbol named || !named.IsInModelDsl())
        {
            return false;
        }

        axes = named.TypeArguments;
        return named switch
        {
            { Name: "Scalar" or "ComplexScalar", Arity: 0 } => true,
            { Name: "Tensor" or "ComplexTensor", Arity: >= 1 and <= 3 } => true,
            _ => false,
        };
    }

    public static bool IsTensor(this ITypeSymbol? type) => type.IsTensor(out _);

    public static bool IsScalar(this ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Scalar", Arity: 0 } && type.IsInModelDsl();

    /// <summary>ComplexScalar, ComplexTensor&lt;A&gt;, ComplexTensor&lt;A, B&gt; or ComplexTensor&lt;A, B, C&gt;.</summary>
    public static bool IsComplex(this ITypeSymbol? type) => type.IsTensor() && type!.Name is "ComplexScalar" or "ComplexTensor";

    /// <summary>An axis that a tensor type has twice, or null.</summary>
    public static ITypeSymbol? RepeatedAxis(this ITypeSymbol type)
    {
        type.IsTensor(out ImmutableArray<ITypeSymbol> axes);
        return axes.Where((axis, i) => axes.Take(i).Contains(axis, SymbolEqualityComparer.Default)).FirstOrDefault();
    }

    /// <summary>AlongAxis&lt;A&gt; or AxisRenaming&lt;A, B&gt;: an argument that names axes and carries nothing.</summary>
    public static bool IsAxisMarker(this ITypeSymbol? type, out ImmutableArray<ITypeSymbol> axes)
    {
        axes = type is INamedTypeSymbol { Name: "AlongAxis" or "AxisRenaming" } named && named.IsInModelDsl() ? named.TypeArguments : [];
        return axes.Length > 0;
    }

    public static bool IsFunctions(this ITypeSymbol type) => type.Name == "Functions" && type.IsInModelDsl();

    public static bool HasAttribute(this ISymbol symbol, string name, out AttributeData attribute)
    {
        attribute = symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { } type && type.Name == name && type.IsInModelDsl())!;
        return attribute is not null;
    }
}
