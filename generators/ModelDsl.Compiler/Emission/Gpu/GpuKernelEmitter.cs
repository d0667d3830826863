using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the kernel class of a recurrence for ILGPU: layout, stages, engines, and the kernels that run them over the chunks of a sequence.</summary>
internal sealed class GpuKernelEmitter
{
    private readonly RecurrenceSpec _spec;
    private readonly GpuKernelParts _parts;

    private GpuKernelEmitter(RecurrenceSpec spec, KernelProgram kernel)
    {
        _spec = spec;
        _parts = new GpuKernelParts(spec, kernel);
    }

    /// <summary>The kernel class of a spec, and the member of the spec that makes one for a device.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="kernel">Its program.</param>
    /// <param name="description">What was derived for devices.</param>
    /// <param name="convolution">Its cut for convolution, or null.</param>
    /// <param name="isOwn">Whether that is something else than for the CPU.</param>
    public static void Write(SourceWriter writer, RecurrenceSpec spec, KernelProgram kernel, Description description, CompiledSplit? convolution, bool isOwn)
    {
        string name = spec.Graph.Name;
        WriteOn(writer, name);
        writer.Line();
        new GpuKernelEmitter(spec, kernel).Write(
            writer, $"The kernels of <see cref=\"{name}\"/> for devices that ILGPU reaches.", description.NormalForm, isOwn ? "DeviceDescription" : $"{spec.QualifiedName}.Description", convolution, isOwn ? description : null);
    }

    /// <summary>The member of a spec that makes its kernel for a device.</summary>
    public static void WriteOn(SourceWriter writer, string name)
    {
        using (writer.Open($"partial struct {name} : {RuntimeNames.GpuRecurrence}"))
        {
            writer.Line("/// <summary>The kernel for a device.</summary>");
            writer.Line($"public static {RuntimeNames.GpuKernelBase} On({RuntimeNames.GpuDevice} device) => new {name}GpuKernel(device);");
        }
    }

    /// <summary>The kernel class of a part of a spec.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="part">The part.</param>
    /// <param name="summary">What it is.</param>
    public static void WritePart(SourceWriter writer, CompiledPart part, string summary) => new GpuKernelEmitter(part.Spec, part.Kernel).Write(
        writer, summary, part.Description.NormalForm, $"{part.Spec.Graph.Name}Kernel.PartDescription", convolution: null, own: null);

    private void Write(SourceWriter writer, string summary, string normalForm, string description, CompiledSplit? convolution, Description? own)
    {
        string name = _spec.Graph.Name;
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line("/// <remarks><code>");
        foreach (string line in normalForm.Split('\n'))
        {
            writer.Line("/// " + line.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
        }

        writer.Line("/// </code></remarks>");
        using (writer.Open($"internal sealed class {name}GpuKernel({RuntimeNames.GpuDevice} device) : {RuntimeNames.GpuKernelBase}({description}, Plan, device)"))
        {
            if (own is not null)
            {
                SpecEmitter.WriteDescription(writer, _spec, own, $"private static readonly {RuntimeNames.Runtime}.RecurrenceDescription DeviceDescription");
                writer.Line();
            }

            _parts.Layout.WritePlan(writer);
            WriteOverrides(writer);
            if (convolution is not null)
            {
                GpuConvolutionEmitter.WritePlan(writer, convolution);
            }

            new GpuEntryEmitter(_parts).Write(writer);
            new GpuPieceEmitter(_parts).Write(writer);
            writer.Line();
            _parts.Layout.WriteSlots(writer, _parts);
            _parts.Layout.WriteTiles(writer);
        }
    }

    /// <summary>What the runtime asks: the entry points, and how much memory they need.</summary>
    private void WriteOverrides(SourceWriter writer)
    {
        writer.Line();
        string scan = _parts.HasScan ? "Summarise<L>, Advance<L>, Retreat<L>" : "null, null, null";
        writer.Line($"protected override {RuntimeNames.GpuEntries} Entries<L>() => new(Forward<L>, Backward<L>, {scan});");
        writer.Line();
        writer.Line("protected override int FrameLength(Gpu::KernelShape s, bool adjoint) => adjoint ? new Slots(s).AdjointEnd : new Slots(s).End;");
        writer.Line();
        writer.Line("protected override int TileLength(Gpu::KernelShape s, bool adjoint) => new Tiles(s, adjoint ? 1 : 0).End;");
        writer.Line();
        writer.Line($"protected override int StateLength(Gpu::KernelShape s) => StateAt(s, {Int(_spec.Graph.States.Count)});");
        var body = new SourceWriter();
        if (_parts.HasScan)
        {
            if (_parts.Components.Any(c => c.TransitionLength.Contains("tiles.")))
            {
                body.Line("var tiles = new Tiles(s, 0);");
            }

            using (body.Open("return component switch", "};"))
            {
                foreach (GpuComponentEmitter component in _parts.Components)
                {
                    string length = string.Join(" + ", component.States.Select(_parts.Layout.StateLength).Prepend(component.TransitionLength));
                    body.Line($"{(component == _parts.Components[_parts.Components.Count - 1] ? "_" : _parts.NumberOf(component))} => {length},");
                }
            }
        }
        else
        {
            body.Line("return 0;");
        }

        _parts.Methods.WritePlain(writer, "protected override int SummaryLength(Gpu::KernelShape s, int component)", body.ToString(), null);
        body = new SourceWriter();
        using (body.Open("return state switch", "};"))
        {
            var lengths = new List<string>();
            for (int s = 0; s < _spec.Graph.States.Count; s++)
            {
                body.Line($"{Int(s)} => {(lengths.Count == 0 ? "0" : string.Join(" + ", lengths))},");
                lengths.Add(_parts.Layout.StateLength(s));
            }

            body.Line($"_ => {string.Join(" + ", lengths.DefaultIfEmpty("0"))},");
        }

        _parts.Methods.WritePlain(
            writer, "private static int StateAt(Gpu::KernelShape s, int state)", body.ToString(), "Where the states of a unit begin among those that are kept at the border of a chunk.");
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
