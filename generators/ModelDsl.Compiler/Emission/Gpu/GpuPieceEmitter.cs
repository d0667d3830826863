using System.Globalization;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the pieces that kernels are put together from: turning to a unit, the inputs of a chunk, its stages and engines, the states at its borders.</summary>
internal sealed class GpuPieceEmitter(GpuKernelParts parts)
{
    private const string ChunkParameters = "Gpu::KernelShape s, Ilgpu::ArrayView<float> frame, Ilgpu::ArrayView<float> tile, Tiles tiles, int tokens, int heads";

    private const string AfterParameters = "Gpu::KernelArguments a, int after";

    private readonly KernelProgram _kernel = parts.Kernel;
    private readonly GpuLayoutEmitter _layout = parts.Layout;
    private readonly GpuMethods _methods = parts.Methods;
    private readonly IReadOnlyList<GpuComponentEmitter> _components = parts.Components;

    public void Write(SourceWriter writer)
    {
        WriteBegin(writer);
        WriteReadInputs(writer);
        WriteRecompute(writer);
        WriteRun(writer);
        WriteStateCopies(writer);
        parts.Copies.Write(writer);
        WriteStages(writer);
        WriteEngines(writer);
    }

    private void WriteBegin(SourceWriter writer)
    {
        var body = new SourceWriter();
        foreach (string line in parts.Staging.Inputs(hasTime: false))
        {
            body.Line(line);
        }

        body.Line("Gpu::Team.Barrier(s);");
        if (_kernel.Prologue.Nests.Count > 0)
        {
            body.Line("Prologue<L>(s, frame, unit.Heads);");
        }

        _methods.Write(
            writer, "Turns to a unit: what does not depend on time.",
            "private static void Begin<L>(Gpu::KernelArguments a, Gpu::KernelShape s, Ilgpu::ArrayView<float> frame, Gpu::UnitOfWork unit)", body.ToString());
    }

    private void WriteReadInputs(SourceWriter writer)
    {
        var body = new SourceWriter();
        foreach (string line in parts.Staging.Inputs(hasTime: true).Concat(parts.Staging.TokenIndex()))
        {
            body.Line(line);
        }

        body.Line("Gpu::Team.Barrier(s);");
        _methods.Write(
            writer, "The inputs of a chunk.",
            "private static void ReadInputs<L>(Gpu::KernelArguments a, Gpu::KernelShape s, Ilgpu::ArrayView<float> frame, Gpu::UnitOfWork unit, int first, int tokens)", body.ToString());
    }

    private void WriteRecompute(SourceWriter writer)
    {
        var body = new SourceWriter();
        body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
        body.Line("ReadInputs<L>(a, s, frame, unit, first, tokens);");
        foreach (string line in parts.Staging.OutputGradients())
        {
            body.Line(line);
        }

        foreach (Slot slot in _kernel.Slots.Where(s => s.Kind == SlotKind.PreviousGradient && !parts.AbsentSlots.Contains(s.Id)))
        {
            body.Line($"Gpu::Team.Clear<L>(s, frame, {GpuNames.At(slot)}, Gpu::KernelShape.Pad((s.Chunk + 1) * {parts.Names.Row(slot)}));");
        }

        body.Line($"Run<L>(s, frame, tile, tiles, tokens, unit.Heads, {Int(_components.Count)}{parts.KeepArgument("true")});");
        parts.CallStage(body, "Outputs", parts.Outputs);
        if (_components.Any(c => c.States.Any(_layout.IsMemory)))
        {
            body.Line();
            body.Line("// The adjoint of a memory starts from its state before the chunk.");
            body.Line("LoadStates<L>(a, s, tile, tiles, unit, chunk);");
        }

        body.Line("Gpu::Team.Barrier(s);");
        _methods.Write(
            writer, "Runs a chunk again from the states before it, for its adjoint.",
            "private static void Recompute<L>(Gpu::KernelArguments a, Gpu::KernelShape s, Ilgpu::ArrayView<float> frame, Ilgpu::ArrayView<float> tile, Tiles tiles, Gpu::UnitOfWork unit, int chunk, int first, int tokens)",
            body.ToString());
    }

    private void WriteRun(SourceWriter writer)
    {
        var body = new SourceWriter();
        foreach (GpuComponentEmitter component in _components)
        {
            string number = parts.NumberOf(component);
            using (body.Open($"if (components > {number})"))
            {
                parts.CallStage(body, "Stage" + number, component.Stage, "heads");
                body.Line($"Engine{number}<L>(s, frame, tile, tiles, tokens, heads{(component.Keeps ? ", keep" : "")});");
            }
        }

        string keep = parts.KeepArgument("bool keep");
        string says = keep.Length > 0 ? " What only the adjoint wants is kept if \"keep\" says so." : "";
        _methods.Write(
            writer, "The first components of a chunk, each after the stage that makes what it consumes." + says,
            $"private static void Run<L>({ChunkParameters}, int components{keep})", body.ToString());
        body = new SourceWriter();
        foreach (GpuComponentEmitter component in _components.Reverse())
        {
            string number = parts.NumberOf(component);
            using (body.Open($"if (last <= {number})"))
            {
                parts.CallStage(body, "AdjointStage" + number, component.AdjointStage, "heads");
                body.Line($"AdjointEngine{number}<L>(s, frame, tile, tiles, tokens, heads{(component.ReadsStatesAfter ? ", a, after" : "")});");
            }
        }

        _methods.Write(writer, "The adjoints of the last components of a chunk, down to one.", $"private static void RunAdjoint<L>({ChunkParameters}, int last{parts.AfterArguments(AfterParameters)})", body.ToString());
    }

    private void WriteStateCopies(SourceWriter writer)
    {
        const string Parameters = "(Gpu::KernelArguments a, Gpu::KernelShape s, Ilgpu::ArrayView<float> tile, Tiles tiles, Gpu::UnitOfWork unit, int chunk)";
        Copies("StoreStates", "Keeps the states before a chunk.", s => $"tile, {_layout.StateAt(s)}, a.Memory, unit.At(a, a.Boundaries, chunk) + StateAt(s, {Int(s)})");
        Copies("LoadStates", "Takes the states before a chunk.", s => $"a.Memory, unit.At(a, a.Boundaries, chunk) + StateAt(s, {Int(s)}), tile, {_layout.StateAt(s)}");
        if (parts.HasScan)
        {
            Copies("LoadStateGradients", "Takes the gradients of the states before a chunk.", s => $"a.Memory, unit.At(a, a.BoundaryGradients, chunk) + StateAt(s, {Int(s)}), tile, {_layout.GradientAt(s)}");
        }

        void Copies(string name, string summary, Func<int, string> arguments)
        {
            var body = new SourceWriter();
            for (int s = 0; s < parts.Spec.Graph.States.Count; s++)
            {
                body.Line($"Gpu::Team.Copy<L>(s, {arguments(s)}, {_layout.StateLength(s)});");
            }

            body.Line("Gpu::Team.Barrier(s);");
            _methods.Write(writer, summary, $"private static void {name}<L>{Parameters}", body.ToString());
        }
    }

    private void WriteStages(SourceWriter writer)
    {
        Stage("Prologue", _kernel.Prologue, "What does not depend on time.", hasTokens: false);
        foreach (GpuComponentEmitter component in _components)
        {
            Stage("Stage" + parts.NumberOf(component), component.Stage, $"What component {parts.NumberOf(component)} consumes.");
        }

        Stage("Outputs", parts.OutputsBesideSums, "The outputs.", sums: parts.Sums);
        Stage("InputGradients", parts.InputGradients, "The gradients of the inputs.");
        foreach (GpuComponentEmitter component in _components)
        {
            Stage("AdjointStage" + parts.NumberOf(component), component.AdjointStage, $"What the adjoint of component {parts.NumberOf(component)} consumes.");
        }

        void Stage(string name, Stage stage, string summary, bool hasTokens = true, Stage? sums = null)
        {
            if (stage.Nests.Count == 0 && sums is not { Nests.Count: > 0 })
            {
                return;
            }

            var body = new SourceWriter();
            if (sums is { Nests.Count: > 0 })
            {
                body.Line("// Else the engine has added them up.");
                using (body.Open("if (Gpu::Team.Rows(s) > 1)"))
                {
                    GpuNestEmitter.Write(body, _kernel, parts.Names, sums);
                }

                if (stage.Nests.Count > 0)
                {
                    body.Line();
                }
            }

            GpuNestEmitter.Write(body, _kernel, parts.Names, stage);
            string parameters = "Gpu::KernelShape s, Ilgpu::ArrayView<float> frame" + (hasTokens ? ", int tokens" : "") + ", int heads";
            _methods.Write(writer, summary, $"private static void {name}<L>({parameters})", body.ToString());
        }
    }

    private void WriteEngines(SourceWriter writer)
    {
        foreach (GpuComponentEmitter component in _components)
        {
            string states = string.Join(", ", component.States.Select(s => parts.Spec.Graph.States[s].Name));
            Engine("Engine", component.WriteForward, $"Carries {states} through a chunk.", ChunkParameters + (component.Keeps ? ", bool keep" : ""));
            Engine("AdjointEngine", component.WriteAdjoint, $"Carries the gradient of {states} back through a chunk.", ChunkParameters + (component.ReadsStatesAfter ? ", " + AfterParameters : ""));
            if (parts.HasScan)
            {
                Engine("Summary", component.WriteSummary, $"What a chunk does to any {states}: the transition, then the offset.", $"Gpu::KernelArguments a, {ChunkParameters}, int summary");
            }

            void Engine(string name, Action<SourceWriter> write, string summary, string parameters)
            {
                var body = new SourceWriter();
                write(body);
                _methods.Write(writer, summary, $"private static void {name}{parts.NumberOf(component)}<L>({parameters})", body.ToString());
            }
        }
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
