using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>The axes of a spec in order of first appearance: each marker type gets a name of its own.</summary>
internal sealed class AxisTable(GraphBuilder graph)
{
    private readonly Dictionary<ITypeSymbol, string> _names = new(SymbolEqualityComparer.Default);
    private readonly List<(AxisInfo Axis, string Type)> _axes = [];

    public EquatableArray<AxisInfo> Axes => _axes.Select(a => a.Axis).ToEquatableArray();

    /// <summary>The marker types in C#, with global:: .</summary>
    public EquatableArray<string> Types => _axes.Select(a => a.Type).ToEquatableArray();

    public int? FixedSize(string axis) => _axes.First(a => a.Axis.Name == axis).Axis.FixedSize;

    /// <summary>Whether the axis has appeared.</summary>
    public bool Contains(ITypeSymbol marker) => _names.ContainsKey(marker);

    public string NameOf(ITypeSymbol marker)
    {
        if (!_names.TryGetValue(marker, out string? name))
        {
            name = Identifier.Unique(marker.Name, taken => _axes.Any(a => a.Axis.Name == taken));
            _names.Add(marker, name);
            _axes.Add((new AxisInfo(name, SizeOf(marker)), marker.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)));
            graph.AddAxis(name);
        }

        return name;
    }

    private static int? SizeOf(ITypeSymbol marker)
    {
        foreach (AttributeData attribute in marker.GetAttributes())
        {
            if (attribute.AttributeClass is { Name: "AxisAttribute" } type && type.IsInModelDsl()
                && attribute.ConstructorArguments is [{ Value: int size }])
            {
                return size;
            }
        }

        return null;
    }
}
