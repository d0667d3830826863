using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler;

/// <summary>The pipeline: analyse, differentiate, lower, emit. Parsing comes before it and needs Roslyn.</summary>
public static class RecurrenceCompiler
{
    public static CompilationResult Compile(RecurrenceSpec spec) =>
        new(default, default);
}
