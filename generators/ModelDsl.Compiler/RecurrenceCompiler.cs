using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Emission;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler;

/// <summary>The pipeline: analyse, differentiate, lower, emit. Parsing comes before it and needs Roslyn.</summary>
public static class RecurrenceCompiler
{
    public static CompilationResult Compile(RecurrenceSpec spec)
    {
        SequenceProgram program = Analyser.Analyse(spec.Graph);
        Description description = Description.Of(program);
        AdjointProgram adjoint = Differentiator.Differentiate(program);
        KernelProgram kernel = Lowerer.Lower(adjoint);
        string hint = string.Join(".", new[] { spec.Namespace, spec.Graph.Name }.Where(n => n.Length > 0));
        return new CompilationResult(
            EquatableArray.Of(
                new GeneratedFile(hint + ".g.cs", FileEmitter.Spec(spec, description)),
                new GeneratedFile(hint + ".Kernel.g.cs", FileEmitter.Kernel(spec, description, kernel))),
            description.Modes.Where(m => !m.IsLegal).Select(m => new IllegalMode(m.Mode, m.Flag, m.Reason, m.Node)).ToEquatableArray());
    }
}
