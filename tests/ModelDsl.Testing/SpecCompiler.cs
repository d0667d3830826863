using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace ModelDsl.Testing;

/// <summary>From the text of specs to recurrences that run, in memory: the C# compiler with the generator, and a context that can be unloaded.</summary>
public static class SpecCompiler
{
    /// <summary>Compiles and loads.</summary>
    /// <param name="sources">Specs and their axes, in one or more files; the usings of the package are global.</param>
    /// <exception cref="SpecCompilationException">There is any error, or a warning in generated code. The text shows the code around it.</exception>
    public static CompiledSpecs Compile(params string[] sources)
    {
        GeneratorRun run = GeneratorRun.Of(sources);
        return Load(run, run.Output, [.. run.Result.Diagnostics.Where(d => d.Severity >= DiagnosticSeverity.Warning)]);
    }

    /// <summary>Compiles and loads the sources as they are, without what is generated for them; the parser has seen them.</summary>
    public static CompiledSpecs CompileSourcesAlone(params string[] sources)
    {
        GeneratorRun run = GeneratorRun.Of(sources);
        return Load(run, run.Input, []);
    }

    private static CompiledSpecs Load(GeneratorRun run, Microsoft.CodeAnalysis.Compilation compilation, Diagnostic[] unexpected)
    {
        if (run.Result.Exception is { } exception)
        {
            throw new SpecCompilationException($"The generator failed: {exception}");
        }

        using var image = new MemoryStream();
        EmitResult emitted = compilation.Emit(image);
        unexpected = [.. unexpected, .. emitted.Diagnostics.Where(d => IsUnexpected(run, d))];
        if (unexpected.Length > 0)
        {
            throw new SpecCompilationException(Describe(unexpected));
        }

        image.Position = 0;
        return new CompiledSpecs(run, image);
    }

    private static bool IsUnexpected(GeneratorRun run, Diagnostic diagnostic) =>
        diagnostic.Severity == DiagnosticSeverity.Error
        || (diagnostic.Severity == DiagnosticSeverity.Warning
            && run.Result.GeneratedSources.Any(s => s.SyntaxTree == diagnostic.Location.SourceTree));

    /// <summary>Diagnostics with the lines around them.</summary>
    public static string Describe(IReadOnlyCollection<Diagnostic> diagnostics)
    {
        var text = new StringBuilder($"{diagnostics.Count} unexpected diagnostics:\n");
        foreach (Diagnostic diagnostic in diagnostics.Take(5))
        {
            text.Append('\n').Append(diagnostic.Id).Append(": ").Append(diagnostic.GetMessage(null)).Append('\n');
            if (diagnostic.Location.SourceTree is not { } tree)
            {
                continue;
            }

            SourceText source = tree.GetText();
            FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
            int line = span.StartLinePosition.Line;
            text.Append(span.Path).Append('\n');
            for (int i = Math.Max(0, line - 5); i <= Math.Min(source.Lines.Count - 1, line + 5); i++)
            {
                text.Append(i == line ? "> " : "  ").Append($"{i + 1,5} ").Append(source.Lines[i]).Append('\n');
            }
        }

        return text.ToString();
    }
}

/// <summary>Specs that did not compile.</summary>
public sealed class SpecCompilationException(string message) : Exception(message);

/// <summary>Specs that were compiled and loaded. Disposing lets go of their assembly.</summary>
public sealed class CompiledSpecs : IDisposable
{
    private readonly AssemblyLoadContext _context = new("specs", isCollectible: true);
    private readonly GeneratorRun _run;
    private readonly Assembly _assembly;

    internal CompiledSpecs(GeneratorRun run, Stream image)
    {
        _run = run;
        _assembly = _context.LoadFromStream(image);
    }

    /// <summary>What the parser made of each spec.</summary>
    public IReadOnlyList<ModelDsl.Compiler.RecurrenceSpec> Specs => _run.Specs;

    /// <summary>The generated files, one after another.</summary>
    public string GeneratedText => _run.GeneratedText;

    /// <summary>A type of the sources by its name.</summary>
    public Type Type(string name) =>
        _assembly.GetTypes().SingleOrDefault(t => t.Name == name) ?? throw new ArgumentException($"The sources declare no type '{name}'.", nameof(name));

    /// <summary>A recurrence by the name of its spec.</summary>
    public RecurrenceHandle Recurrence(string name) =>
        (RecurrenceHandle)typeof(RecurrenceHandle).GetMethod(nameof(RecurrenceHandle.Of))!.MakeGenericMethod(Type(name)).Invoke(null, null)!;

    /// <inheritdoc/>
    public void Dispose() => _context.Unload();
}
