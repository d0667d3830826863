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
        if (spec.EmitGpu)
        {
            files.Add(new GeneratedFile(hint + ".Gpu.g.cs", FileEmitter.GpuGivenKernels(spec, layer)));
        }

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
            files.Add(new GeneratedFile(hint + ".Gpu.g.cs", OnDevices(spec, program, description, kernel, split)));
            if (split is not null && !IsTurned(program))
            {
                files.Add(new GeneratedFile(hint + ".Convolution.Gpu.g.cs", FileEmitter.GpuConvolution(spec, split)));
            }
        }

        return Result(spec, description, hint, files);
    }

    private static bool IsTurned(SequenceProgram program) => program.Components.OfType<MemoryComponent>().Any(m => m.Turn is not null);

    /// <summary>No engine on devices turns the pairs of a complex memory: there it goes token by token, and its description says why.</summary>
    private static string OnDevices(RecurrenceSpec spec, SequenceProgram program, Description description, KernelProgram kernel, CompiledSplit? split)
    {
        if (!IsTurned(program))
        {
            return FileEmitter.Gpu(spec, description, kernel, split);
        }

        SequenceProgram straight = Analyser.Analyse(spec.Graph, carriesOver: false);
        IEnumerable<string> names = program.Components.OfType<MemoryComponent>().Where(m => m.Turn is not null).SelectMany(m => m.States).Select(s => $"'{spec.Graph.States[s].Name}'");
        string why = $"a complex decay turns {string.Join(" and ", names)}, and chunks are turned on the CPU alone";
        var own = Description.Of(straight, null, new Obstacle(-1, why, -1));
        var modes = own.Modes.Zip(description.Modes, (here, there) => here.IsLegal || !there.IsLegal ? here : here with { Reason = why });
        return FileEmitter.Gpu(spec, own with { Modes = modes.ToEquatableArray() }, Lowerer.Lower(Differentiator.Differentiate(straight)), null, isOwn: true);
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
