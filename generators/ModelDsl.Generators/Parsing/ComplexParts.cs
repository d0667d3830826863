using Microsoft.CodeAnalysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators.Parsing;

/// <summary>The names that inputs, states and outputs have in the graph, where a complex x is two real ones: xRe and xIm.</summary>
internal static class ComplexParts
{
    /// <summary>For each value its own name, or the names of its two parts. A name that a real value has already gets a digit.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Names(IEnumerable<(string Name, ITypeSymbol Type)> values)
    {
        (string Name, ITypeSymbol Type)[] all = values.ToArray();
        HashSet<string> taken = [.. all.Where(v => !v.Type.IsComplex()).Select(v => v.Name)];
        return all.Select(v => v.Type.IsComplex() ? new[] { Part(v.Name + "Re"), Part(v.Name + "Im") } : [v.Name]).ToArray();

        string Part(string name)
        {
            string unique = Identifier.Unique(name, taken.Contains);
            taken.Add(unique);
            return unique;
        }
    }
}
