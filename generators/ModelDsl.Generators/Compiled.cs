using ModelDsl.Compiler;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Generators;

/// <summary>What the compiler made of a spec.</summary>
/// <param name="Spec">The spec.</param>
/// <param name="Files">The generated files; still generated where a required mode is not legal: one error is enough.</param>
/// <param name="IllegalModes">The modes that cannot be derived.</param>
/// <param name="Failure">What went wrong in the compiler itself, or null.</param>
internal sealed record Compiled(
    RecurrenceSpec Spec, EquatableArray<GeneratedFile> Files, EquatableArray<IllegalMode> IllegalModes, string? Failure)
{
    public static Compiled From(RecurrenceSpec spec)
    {
        try
        {
            CompilationResult result = RecurrenceCompiler.Compile(spec);
            return new Compiled(spec, result.Files, result.IllegalModes, null);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // Thrown on, it would take the code of every other spec of the project with it.
            return new Compiled(spec, default, default, Diagnostics.Failure.Describe(failure));
        }
    }
}
