using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ModelDsl.Compiler;
using ModelDsl.Generators;

namespace ModelDsl.Testing;

/// <summary>One run of the generator over sources in memory.</summary>
public sealed class GeneratorRun
{
    private static readonly CSharpParseOptions s_parseOptions = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);

    // All that the running program can load, which is what a project that references the same would compile against.
    private static readonly Lazy<MetadataReference[]> s_references = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(File.Exists)
            .Select(path => MetadataReference.CreateFromFile(path))]);

    private GeneratorRun(GeneratorDriver driver, Microsoft.CodeAnalysis.Compilation compilation)
    {
        Driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Microsoft.CodeAnalysis.Compilation output, out _);
        Input = compilation;
        Output = output;
        Result = Driver.GetRunResult().Results.Single();
    }

    /// <summary>The driver after the run: running it again is what an editor does.</summary>
    public GeneratorDriver Driver { get; }

    /// <summary>The sources alone.</summary>
    public Microsoft.CodeAnalysis.Compilation Input { get; }

    /// <summary>The sources with what was generated.</summary>
    public Microsoft.CodeAnalysis.Compilation Output { get; }

    /// <summary>Diagnostics, files and tracked steps of the generator.</summary>
    public GeneratorRunResult Result { get; }

    /// <summary>The specs that reached the compiler.</summary>
    public IReadOnlyList<RecurrenceSpec> Specs =>
        [.. Result.TrackedSteps.GetValueOrDefault(TrackingNames.Spec, []).SelectMany(s => s.Outputs).Select(o => (RecurrenceSpec)o.Value)];

    /// <summary>The generated files, one after another, each under its name.</summary>
    public string GeneratedText =>
        string.Join("\n", Result.GeneratedSources.Select(s => $"// ---- {s.HintName}\n{s.SourceText}"));

    /// <summary>Runs the generator.</summary>
    /// <param name="sources">One or more files; the usings of the package are global in them.</param>
    public static GeneratorRun Of(params string[] sources)
    {
        SyntaxTree[] trees = [.. sources.Append(GlobalUsings).Select((source, i) => Parse(source, $"Source{i}.cs"))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Specs{Guid.NewGuid():N}",
            trees,
            s_references.Value,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new RecurrenceGenerator().AsSourceGenerator()],
            parseOptions: s_parseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return new GeneratorRun(driver, compilation);
    }

    /// <summary>Runs the same driver over changed sources, as an editor does after an edit.</summary>
    public GeneratorRun After(Func<Microsoft.CodeAnalysis.Compilation, Microsoft.CodeAnalysis.Compilation> edit) => new(Driver, edit(Input));

    /// <summary>A file as the driver parses it.</summary>
    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, s_parseOptions, path, System.Text.Encoding.UTF8);

    private const string GlobalUsings = """
        global using System;
        global using ModelDsl;
        global using static ModelDsl.Functions;
        """;
}
