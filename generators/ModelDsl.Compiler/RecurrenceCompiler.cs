using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Emission;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler;

/// <summary>The pipeline: analyse, differentiate, lower, emit. Parsing comes before it and needs Roslyn.</summary>
public static class RecurrenceCompiler
{
    public static CompilationResult Compile(RecurrenceSpec spec) => spec.Graph.IsConvolution ? CompileKernels(spec) : CompileRecurrence(spec);

    private static CompilationResult CompileKernels(RecurrenceSpec spec)
    {
        var layer = CompiledKernels.Of(spec);
        Description description = layer.Describe(spec.Graph);
        string hint = Hint(spec);
        List<GeneratedFile> files = [new(hint + ".g.cs", FileEmitter.Spec(spec, description)), new(hint + ".Kernel.g.cs", FileEmitter.GivenKernels(spec, layer))];
        return Result(spec, description, hint, files);
    }

    private static CompilationResult CompileRecurrence(RecurrenceSpec spec)
    {
        SequenceProgram program = Analyser.Analyse(spec.Graph);
        ConvolutionSplit? convolution = ConvolutionSplit.Of(program, out Obstacle? notTimeInvariant);
        Description description = Description.Of(program, convolution, notTimeInvariant);
        AdjointProgram adjoint = Differentiator.Differentiate(program);
        KernelProgram kernel = Lowerer.Lower(adjoint);

        CompiledSplit? split = convolution is null ? null : CompiledSplit.Of(spec, convolution);

        string hint = Hint(spec);
        var files = new List<GeneratedFile>
        {
            new(hint + ".g.cs", FileEmitter.Spec(spec, description)),
            new(hint + ".Kernel.g.cs", FileEmitter.Kernel(spec, description, kernel, split)),
        };
        if (split is not null)
        {
            files.Add(new GeneratedFile(hint + ".Convolution.g.cs", FileEmitter.Convolution(spec, split)));
        }

        if (spec.EmitGpu)
        {
            files.Add(new GeneratedFile(hint + ".Gpu.g.cs", FileEmitter.Gpu(spec, description, kernel)));
        }

        return Result(spec, description, hint, files);
    }

    /// <summary>The names of files begin with the spec's: two types may hold specs of one name.</summary>
    private static string Hint(RecurrenceSpec spec)
    {
        IEnumerable<string> containers = spec.ContainingTypes.Select(declaration => declaration.Split(' ').Last());
        return string.Join(".", containers.Prepend(spec.Namespace).Append(spec.Graph.Name).Where(n => n.Length > 0));
    }

    private static CompilationResult Result(RecurrenceSpec spec, Description description, string hint, List<GeneratedFile> files)
    {
        if (spec.EmitTorch)
        {
            files.Add(new GeneratedFile(hint + ".Torch.g.cs", FileEmitter.Torch(spec)));
        }

        return new CompilationResult(
            files.ToEquatableArray(),
            description.Modes.Where(m => !m.IsLegal).Select(m => new IllegalMode(m.Mode, m.Flag, m.Reason, m.Node)).ToEquatableArray());
    }
}
