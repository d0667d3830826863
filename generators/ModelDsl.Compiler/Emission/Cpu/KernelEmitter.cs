using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes the kernel class of a recurrence for the CPU: its plan (slots and components) and its stages.</summary>
internal sealed class KernelEmitter
{
    private readonly RecurrenceSpec _spec;
    private readonly KernelProgram _kernel;
    private readonly CpuNames _names;
    private readonly MatrixTable _matrices;

    private KernelEmitter(RecurrenceSpec spec, KernelProgram kernel)
    {
        _spec = spec;
        _kernel = kernel;
        _names = new CpuNames(kernel);
        _matrices = new MatrixTable(kernel);
    }

    /// <summary>The kernel of a spec.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="spec">The spec.</param>
    /// <param name="kernel">Its program.</param>
    /// <param name="normalForm">Its recurrence in mathematical notation.</param>
    /// <param name="convolution">Its cut for convolution, or null.</param>
    public static void Write(SourceWriter writer, RecurrenceSpec spec, KernelProgram kernel, string normalForm, CompiledSplit? convolution)
    {
        string name = spec.Graph.Name;
        new KernelEmitter(spec, kernel).Write(
            writer,
            $"The kernel of <see cref=\"{name}\"/> for the CPU.",
            normalForm,
            $"{spec.QualifiedName}.Description",
            first: null,
            last: convolution is null ? null : () => ConvolutionEmitter.WritePlan(writer, convolution));
    }

    /// <summary>The kernel of a part of a spec, which brings its own description.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="part">The part.</param>
    /// <param name="summary">What it is.</param>
    public static void WritePart(SourceWriter writer, CompiledPart part, string summary) => new KernelEmitter(part.Spec, part.Kernel).Write(
        writer,
        summary,
        part.Description.NormalForm,
        "PartDescription",
        first: () => SpecEmitter.WriteDescription(writer, part.Spec, part.Description, $"internal static readonly {RuntimeNames.Description} PartDescription"),
        last: part.Split is null ? null : () => ConvolutionEmitter.WritePlan(writer, part.Split));

    private void Write(SourceWriter writer, string summary, string normalForm, string description, Action? first, Action? last)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line("/// <remarks><code>");
        foreach (string line in normalForm.Split('\n'))
        {
            writer.Line("/// " + line.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
        }

        writer.Line("/// </code></remarks>");
        using (writer.Open($"internal sealed unsafe class {_spec.Graph.Name}Kernel() : {RuntimeNames.KernelBase}({description}, Plan)"))
        {
            if (first is not null)
            {
                first();
                writer.Line();
            }

            // Methods are written first: their text tells what is read.
            var code = new SourceWriter();
            WriteStage(code, "Prologue", [_kernel.Prologue], "What does not depend on time.");
            WriteStages(code, "Stage", _kernel.Stages, "Before component i runs stage i; the last stage makes the outputs.");
            WriteFusedStages(code);
            WriteSweeps(code, "Sweep", "Token by token: the update of the states.", c => c.Component is SequentialComponent ? c.Step : null, forward: true);
            WriteSweeps(code, "TransitionSweep", "Token by token: what the update makes of a direction of the states.", c => c.Component is LinearComponent ? c.Transition : null, forward: true);
            WriteStages(code, "AdjointStage", _kernel.AdjointStages, "Before the adjoint of component i runs adjoint stage i + 1; stage 0 makes the gradients of the inputs.");
            WriteFusedAdjointStages(code);
            WriteSweeps(code, "AdjointSweep", "Token by token, backwards: the adjoint of the update.", c => c.Component is SequentialComponent ? c.StepAdjoint : null, forward: false);
            string text = code.ToString().TrimEnd('\n');
            new PlanEmitter(_spec, _kernel, _matrices, MultipliedOnly(text)).Write(writer);
            writer.Lines(text);
            last?.Invoke();
        }
    }

    /// <summary>Inputs without time that are matrices of products and nothing else.</summary>
    private IReadOnlyList<Slot> MultipliedOnly(string text) => _kernel.Slots
        .Where(s => s.Kind == SlotKind.Input && !s.HasTime && _matrices.Matrices.Any(m => m.Slot == s) && !text.Contains($"f.Slot({Int(s.Id)})"))
        .ToList();

    private void WriteStages(SourceWriter writer, string name, IReadOnlyList<Stage> stages, string summary)
    {
        if (stages.All(s => s.Nests.Count == 0))
        {
            return;
        }

        writer.Line();
        writer.Line($"// {summary}");
        using (writer.Open($"protected override void {name}(int index, Cpu::Frame f)"))
        using (writer.Open("switch (index)"))
        {
            for (int i = 0; i < stages.Count; i++)
            {
                if (stages[i].Nests.Count > 0)
                {
                    writer.Line($"case {Int(i)}: {name}{Int(i)}(f); break;");
                }
            }
        }

        for (int i = 0; i < stages.Count; i++)
        {
            WriteMethod(writer, $"private static void {name}{Int(i)}(Cpu::Frame f)", stages[i], sweep: null);
        }
    }

    private void WriteFusedStages(SourceWriter writer)
    {
        var fused = _kernel.Components.Select((_, i) => (Index: i, Fused: ScanEmitter.Fuse(_kernel, _names, i)))
            .Where(c => c.Fused is not null).Select(c => (c.Index, Fused: c.Fused!.Value)).ToList();
        if (fused.Count == 0)
        {
            return;
        }

        writer.Line();
        List<NestItem> sums = fused.SelectMany(f => f.Fused.Scan.Sums).ToList();
        Stage? last = sums.Count == 0 ? null : ScanFusion.Without(_kernel.Stages[_kernel.Components.Count], sums);
        writer.Line("// Stage and engine of states carried element by element in one; its operands are kept if a gradient will ask for them.");
        if (last is not null)
        {
            writer.Line("// The last stage is without the sums that were added up on the way.");
        }

        using (writer.Open("protected override bool FusedStage(int index, Cpu::Frame f, bool keep)"))
        using (writer.Open("switch (index)"))
        {
            foreach ((int index, _) in fused)
            {
                writer.Line($"case {Int(index)}: FusedStage{Int(index)}(f, keep); return true;");
            }

            if (last is not null)
            {
                writer.Line($"case {Int(_kernel.Components.Count)}: {(last.Nests.Count == 0 ? "" : $"FusedStage{Int(_kernel.Components.Count)}(f); ")}return true;");
            }

            writer.Line("default: return false;");
        }

        foreach ((int index, (Stage stage, ScanEmitter scan)) in fused)
        {
            WriteMethod(writer, $"private static void FusedStage{Int(index)}(Cpu::Frame f, bool keep)", stage, sweep: null, last: scan.Write);
        }

        if (last is not null)
        {
            WriteMethod(writer, $"private static void FusedStage{Int(_kernel.Components.Count)}(Cpu::Frame f)", last, sweep: null);
        }
    }

    private void WriteFusedAdjointStages(SourceWriter writer)
    {
        var fused = _kernel.Components.Select((_, i) => (Index: i + 1, Fused: AdjointScanEmitter.Fuse(_kernel, _names, i)))
            .Where(c => c.Fused is not null).Select(c => (c.Index, Fused: c.Fused!.Value)).ToList();
        if (fused.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line("// Adjoint stage and adjoint engine of states carried element by element in one.");
        using (writer.Open("protected override bool FusedAdjointStage(int index, Cpu::Frame f)"))
        using (writer.Open("switch (index)"))
        {
            foreach ((int index, _) in fused)
            {
                writer.Line($"case {Int(index)}: FusedAdjointStage{Int(index)}(f); return true;");
            }

            writer.Line("default: return false;");
        }

        foreach ((int index, (Stage stage, AdjointScanEmitter scan)) in fused)
        {
            WriteMethod(writer, $"private static void FusedAdjointStage{Int(index)}(Cpu::Frame f)", stage, sweep: null, last: scan.Write);
        }
    }

    private void WriteStage(SourceWriter writer, string name, IReadOnlyList<Stage> stages, string summary)
    {
        if (stages[0].Nests.Count > 0)
        {
            writer.Line();
            writer.Line($"// {summary}");
            WriteMethod(writer, $"protected override void {name}(Cpu::Frame f)", stages[0], sweep: null, spaced: false);
        }
    }

    private void WriteSweeps(SourceWriter writer, string name, string summary, Func<LoweredComponent, Stage?> stage, bool forward)
    {
        if (_kernel.Components.All(c => stage(c) is null))
        {
            return;
        }

        writer.Line();
        writer.Line($"// {summary} A token has a row for each sequence that is run with it.");
        using (writer.Open($"protected override void {name}(int component, Cpu::Frame f)"))
        using (writer.Open("switch (component)"))
        {
            for (int c = 0; c < _kernel.Components.Count; c++)
            {
                if (stage(_kernel.Components[c]) is not null)
                {
                    writer.Line($"case {Int(c)}: {name}{Int(c)}(f); break;");
                }
            }
        }

        for (int c = 0; c < _kernel.Components.Count; c++)
        {
            if (stage(_kernel.Components[c]) is { } sweep)
            {
                WriteMethod(
                    writer,
                    $"private static void {name}{Int(c)}(Cpu::Frame f)",
                    sweep,
                    forward ? "for (int first = 0; first < tokens; first += sequences)" : "for (int first = tokens - sequences; first >= 0; first -= sequences)");
            }
        }
    }

    private void WriteMethod(SourceWriter writer, string header, Stage stage, string? sweep, bool spaced = true, Action<SourceWriter>? last = null)
    {
        if (stage.Nests.Count == 0 && sweep is null && last is null)
        {
            return;
        }

        // The body is written first: its text tells which sizes and pointers it needs.
        var body = new SourceWriter();
        WriteNests(body, stage, inSweep: sweep is not null);
        if (last is not null)
        {
            if (stage.Nests.Count > 0)
            {
                body.Line();
            }

            last(body);
        }

        string text = body.ToString().TrimEnd('\n');
        if (spaced)
        {
            writer.Line();
        }

        writer.Line("[MethodImpl(Cpu::SimdKernel.Options)]");
        using (writer.Open(header))
        {
            WriteLocals(writer, text + (sweep ?? ""));
            if (sweep is null)
            {
                writer.Lines(text);
            }
            else
            {
                using (writer.Open(sweep))
                {
                    writer.Lines(text);
                }
            }
        }
    }

    /// <summary>Matrix products as calls, everything else as loops; in a sweep, these run over the rows of a token.</summary>
    private void WriteNests(SourceWriter writer, Stage stage, bool inSweep)
    {
        List<Nest> pieces = stage.Nests.SelectMany(Pieces).ToList();
        for (int i = 0; i < pieces.Count;)
        {
            if (i > 0)
            {
                writer.Line();
            }

            if (_matrices.ProductOf(pieces[i].Items[0]) is { } product)
            {
                new ProductEmitter(_kernel, _names, _matrices, inSweep).Write(writer, pieces[i].Items[0], pieces[i].Space, product);
                i++;
                continue;
            }

            int end = inSweep ? pieces.FindIndex(i, p => _matrices.ProductOf(p.Items[0]) is not null) : i + 1;
            end = end < 0 ? pieces.Count : end;
            if (inSweep)
            {
                using (writer.Open("for (int t = first; t < first + sequences; t++)"))
                {
                    WriteLoops(writer, pieces, i, end);
                }
            }
            else
            {
                WriteLoops(writer, pieces, i, end);
            }

            i = end;
        }
    }

    private void WriteLoops(SourceWriter writer, List<Nest> pieces, int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (i > start)
            {
                writer.Line();
            }

            new NestEmitter(_kernel, _names, pieces[i]).Write(writer);
        }
    }

    /// <summary>A nest as the products in it, one by one, and the rest.</summary>
    private IEnumerable<Nest> Pieces(Nest nest)
    {
        foreach (NestItem item in nest.Items.Where(i => _matrices.ProductOf(i) is not null))
        {
            yield return nest with { Items = [item] };
        }

        List<NestItem> rest = nest.Items.Where(i => _matrices.ProductOf(i) is null).ToList();
        if (rest.Count > 0)
        {
            yield return nest with { Items = rest };
        }
    }

    private void WriteLocals(SourceWriter writer, string body)
    {
        var words = new HashSet<string>(body.Split([.. " ()[]{};,+-*/<>=&|!?:.\n"], StringSplitOptions.RemoveEmptyEntries));
        if (words.Contains("tokens"))
        {
            writer.Line("int tokens = f.Tokens;");
        }

        if (words.Contains("heads"))
        {
            writer.Line("int heads = f.Heads;");
        }

        if (words.Contains("sequences"))
        {
            writer.Line("int sequences = f.Sequences;");
        }

        if (words.Contains("headStride"))
        {
            writer.Line("int headStride = f.PaddedHeads;");
        }

        for (int i = 0; i < _spec.Graph.Axes.Count; i++)
        {
            string axis = _spec.Graph.Axes[i].Name;
            if (words.Contains("n" + axis))
            {
                writer.Line($"int n{axis} = f.Size({Int(i)});");
            }

            if (words.Contains("s" + axis))
            {
                writer.Line($"int s{axis} = Pad(f.Size({Int(i)}));");
            }
        }

        for (int m = 0; m < _matrices.Matrices.Count; m++)
        {
            if (words.Contains(_matrices.Matrices[m].Name))
            {
                writer.Line($"Cpu::PackedMatrix {_matrices.Matrices[m].Name} = f.Matrix({Int(m)});");
            }
        }

        foreach (Slot slot in _kernel.Slots)
        {
            string pointer = CpuNames.PointerName(slot);
            if (words.Contains(pointer))
            {
                writer.Line($"float* {pointer} = f.Slot({Int(slot.Id)});");
            }

            if (words.Contains(pointer + "Row"))
            {
                writer.Line($"nint {pointer}Row = f.Row({Int(slot.Id)});");
            }
        }
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
