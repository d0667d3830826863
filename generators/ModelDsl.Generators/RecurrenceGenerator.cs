using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;
using ModelDsl.Generators.Diagnostics;
using ModelDsl.Generators.Parsing;

namespace ModelDsl.Generators;

/// <summary>Finds specs, parses them, and adds what the compiler makes of them.</summary>
/// <remarks>
/// Code comes from the spec alone, which is compared by value, so that an edit that does not change it runs nothing after the parser.
/// Diagnostics take another way, with true locations: they can be suppressed in the source, and moving a line regenerates no code.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class RecurrenceGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParseResult> parsed = context.SyntaxProvider
            .ForAttributeWithMetadataName(DslTypes.RecurrenceAttribute, (node, _) => node is TypeDeclarationSyntax, SpecParser.Parse)
            .WithTrackingName(TrackingNames.Parse);

        IncrementalValueProvider<(bool Torch, bool Gpu)> emit = context.CompilationProvider
            .Select((compilation, _) => (IsReferenced(compilation, DslTypes.TorchFunction), IsReferenced(compilation, DslTypes.GpuKernel)));

        IncrementalValuesProvider<RecurrenceSpec> specs = parsed
            .Where(result => result.Spec is not null)
            .Combine(emit)
            .Select((pair, _) => pair.Left.Spec! with { EmitTorch = pair.Right.Torch, EmitGpu = pair.Right.Gpu })
            .WithTrackingName(TrackingNames.Spec);

        IncrementalValuesProvider<Compiled> compiled = specs
            .Select((spec, _) => Compiled.From(spec))
            .WithTrackingName(TrackingNames.Compile);

        IncrementalValuesProvider<EquatableArray<GeneratedFile>> files = compiled
            .Select((c, _) => c.Files)
            .WithTrackingName(TrackingNames.Files);

        IncrementalValuesProvider<EquatableArray<Diagnostic>> diagnostics = parsed
            .Combine(compiled.Collect())
            .Select((pair, _) => SpecDiagnostics.Of(pair.Left, pair.Right))
            .WithTrackingName(TrackingNames.Diagnostics);

        context.RegisterSourceOutput(files, (output, generated) =>
        {
            foreach (GeneratedFile file in generated)
            {
                output.AddSource(file.HintName, file.Text);
            }
        });

        context.RegisterSourceOutput(diagnostics, (output, found) =>
        {
            foreach (Diagnostic diagnostic in found)
            {
                output.ReportDiagnostic(diagnostic);
            }
        });
    }

    private static bool IsReferenced(Compilation compilation, string type) => compilation.GetTypeByMetadataName(type) is not null;
}
