using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Parsing;

namespace ModelDsl.Generators.Diagnostics;

/// <summary>Brings what the compiler found, by node, back to where the nodes stand.</summary>
internal static class SpecDiagnostics
{
    public static EquatableArray<Diagnostic> Of(ParseResult parsed, ImmutableArray<Compiled> compiled)
    {
        if (parsed.Spec is not { } spec || compiled.FirstOrDefault(c => c.Spec with { EmitTorch = false, EmitGpu = false } == spec) is not { } result)
        {
            return parsed.Diagnostics;
        }

        List<Diagnostic> diagnostics = [.. parsed.Diagnostics];
        if (result.Failure is { } failure)
        {
            diagnostics.Add(Diagnostic.Create(Rules.InternalError, parsed.RequireLocation, spec.Graph.Name, failure));
        }

        foreach (IllegalMode illegal in result.IllegalModes.Where(m => (m.ModeFlag & spec.RequiredModes) != 0))
        {
            Location location = illegal.Node >= 0 ? parsed.NodeLocations[illegal.Node] : parsed.RequireLocation;
            diagnostics.Add(Diagnostic.Create(
                Rules.IllegalMode, location, [parsed.RequireLocation], spec.Graph.Name, illegal.Mode, illegal.Reason.TrimEnd('.')));
        }

        return diagnostics.ToEquatableArray();
    }
}
