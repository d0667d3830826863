using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the kernel class of a recurrence for ILGPU: layout, stages, engines, and the kernels that run them over the chunks of a sequence.</summary>
public sealed class GpuKernelEmitter
{
    private readonly RecurrenceSpec _spec;
    private readonly KernelProgram _kernel;
    private readonly GpuNames _names;
    private readonly GpuLayoutEmitter _layout;
    private readonly GpuEntryEmitter _entries;

    private GpuKernelEmitter(RecurrenceSpec spec, KernelProgram kernel)
    {
        _spec = spec;
        _kernel = kernel;
        _names = new GpuNames(kernel);
        _layout = new GpuLayoutEmitter(spec, kernel, _names);
        _entries = new GpuEntryEmitter(spec, kernel, _names, _layout);
    }

    /// <summary>The kernel class and the member of the spec that makes one for a device.</summary>
    public static void Write(SourceWriter writer, RecurrenceSpec spec, KernelProgram kernel, string normalForm) =>
        new GpuKernelEmitter(spec, kernel).Write(writer, normalForm);

    private void Write(SourceWriter writer, string normalForm)
    {
        string name = _spec.Graph.Name;
        using (writer.Open($"partial struct {name} : {RuntimeNames.GpuRecurrence}"))
        {
            writer.Line("/// <summary>The kernel for a device.</summary>");
            writer.Line($"public static {RuntimeNames.GpuKernelBase} On({RuntimeNames.GpuDevice} device) => new {name}GpuKernel(device);");
        }

        writer.Line();
        writer.Line($"/// <summary>The kernels of <see cref=\"{name}\"/> for devices that ILGPU reaches.</summary>");
        writer.Line("/// <remarks><code>");
        foreach (string line in normalForm.Split('\n'))
        {
            writer.Line("/// " + line.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
        }

        writer.Line("/// </code></remarks>");
        using (writer.Open($"internal sealed class {name}GpuKernel({RuntimeNames.GpuDevice} device) : {RuntimeNames.GpuKernelBase}({name}.Description, Plan, device)"))
        {
            _layout.WritePlan(writer);
            _entries.WriteOverrides(writer);
            _entries.WriteKernels(writer);
            WriteStages(writer);
            WriteEngines(writer);
            writer.Line();
            _layout.WriteSlots(writer, Parts());
            _layout.WriteTiles(writer);
        }
    }

    private void WriteStages(SourceWriter writer)
    {
        Method("Prologue", _kernel.Prologue, "What does not depend on time.", hasTokens: false);
        for (int i = 0; i < _kernel.Stages.Count; i++)
        {
            Method("Stage" + Int(i), _kernel.Stages[i], i < _kernel.Components.Count ? $"What component {Int(i)} consumes." : "The outputs.");
        }

        for (int i = 0; i < _kernel.AdjointStages.Count; i++)
        {
            Method("AdjointStage" + Int(i), _kernel.AdjointStages[i], i == 0 ? "The gradients of the inputs." : $"What the adjoint of component {Int(i - 1)} consumes.");
        }

        void Method(string name, Stage stage, string summary, bool hasTokens = true)
        {
            if (stage.Nests.Count == 0)
            {
                return;
            }

            var body = new SourceWriter();
            GpuNestEmitter.Write(body, _kernel, _names, stage);
            string parameters = "KernelShape s, ArrayView<float> frame" + (hasTokens ? ", int tokens" : "") + ", int heads";
            _entries.WriteMethod(writer, summary, $"private static void {name}<L>({parameters})", body.ToString());
        }
    }

    private void WriteEngines(SourceWriter writer)
    {
        for (int c = 0; c < _kernel.Components.Count; c++)
        {
            LoweredComponent lowered = _kernel.Components[c];
            string states = string.Join(", ", lowered.Component.States.Select(s => _spec.Graph.States[s].Name));
            Engine("Engine", c, forward => Emit(forward, lowered, m => m.WriteForward, e => e.WriteForward, s => s.WriteForward), $"Carries {states} through a chunk.");
            Engine("AdjointEngine", c, adjoint => Emit(adjoint, lowered, m => m.WriteAdjoint, e => e.WriteAdjoint, s => s.WriteAdjoint), $"Carries the gradient of {states} back through a chunk.");
        }

        void Engine(string name, int c, Action<SourceWriter> write, string summary)
        {
            var body = new SourceWriter();
            write(body);
            _entries.WriteMethod(
                writer, summary, $"private static void {name}{Int(c)}<L>(KernelShape s, ArrayView<float> frame, ArrayView<float> tile, Tiles tiles, int tokens, int heads)", body.ToString());
        }
    }

    private void Emit(
        SourceWriter writer, LoweredComponent lowered, Func<GpuMemoryEmitter, Action<SourceWriter>> memory, Func<GpuCarriedEmitter, Action<SourceWriter>> carried,
        Func<GpuSweepEmitter, Action<SourceWriter>> sweep)
    {
        switch (lowered.Component)
        {
            case MemoryComponent: memory(new GpuMemoryEmitter(_kernel, _names, _layout, lowered))(writer); break;
            case SequentialComponent: sweep(new GpuSweepEmitter(_kernel, _names, _layout, lowered))(writer); break;
            default: carried(new GpuCarriedEmitter(_kernel, _names, _layout, lowered))(writer); break;
        }
    }

    /// <summary>Which sums are left in parts, and how many at once.</summary>
    private List<(string Loop, int Count)> Parts() => _kernel.Stages.Concat(_kernel.AdjointStages).Append(_kernel.Prologue)
        .Concat(_kernel.Components.SelectMany(c => new[] { c.Step, c.StepAdjoint }))
        .SelectMany(s => GpuNestEmitter.Of(_kernel, s)).Select(n => new GpuNestEmitter(_kernel, _names, n)).Where(n => n.PartsOf is not null)
        .GroupBy(n => n.PartsOf!).Select(g => (g.Key, g.Max(n => n.Items))).OrderBy(p => p.Key, StringComparer.Ordinal).ToList();

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
