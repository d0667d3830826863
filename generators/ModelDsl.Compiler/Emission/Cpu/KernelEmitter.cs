using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>Writes the kernel class of a recurrence for the CPU: its plan (slots and components) and its stages.</summary>
public sealed class KernelEmitter
{
    private readonly RecurrenceSpec _spec;
    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;

    private KernelEmitter(RecurrenceSpec spec, KernelProgram kernel)
    {
        _spec = spec;
        _kernel = kernel;
        _names = new KernelNames(kernel);
    }

    public static void Write(SourceWriter writer, RecurrenceSpec spec, KernelProgram kernel, string normalForm) =>
        new KernelEmitter(spec, kernel).Write(writer, normalForm);

    private void Write(SourceWriter writer, string normalForm)
    {
        string name = _spec.Graph.Name;
        writer.Line($"/// <summary>The kernel of <see cref=\"{name}\"/> for the CPU.</summary>");
        writer.Line("/// <remarks><code>");
        foreach (string line in normalForm.Split('\n'))
        {
            writer.Line("/// " + line.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;"));
        }

        writer.Line("/// </code></remarks>");
        using (writer.Open($"internal sealed unsafe class {name}Kernel() : {RuntimeNames.KernelBase}({name}.Description, Plan)"))
        {
            WritePlan(writer);
            WriteStage(writer, "Prologue", [_kernel.Prologue], "What does not depend on time.");
            WriteStages(writer, "Stage", _kernel.Stages, "Before component i runs stage i; the last stage makes the outputs.");
            WriteFusedStages(writer);
            WriteSweeps(writer, "Sweep", c => c.Step, forward: true);
            WriteStages(writer, "AdjointStage", _kernel.AdjointStages, "Before the adjoint of component i runs adjoint stage i + 1; stage 0 makes the gradients of the inputs.");
            WriteFusedAdjointStages(writer);
            WriteSweeps(writer, "AdjointSweep", c => c.StepAdjoint, forward: false);
        }
    }

    private void WritePlan(SourceWriter writer)
    {
        using (writer.Open($"private static readonly {RuntimeNames.Plan} Plan = new()", "};"))
        {
            writer.Line($"HeadsAsLanes = {Bool(_kernel.HeadsAsLanes)},");
            writer.Line("Slots =");
            writer.Line("[");
            foreach (Slot slot in _kernel.Slots)
            {
                writer.Line($"    new(SlotKind.{slot.Kind}, {Int(slot.Index)}, [{Axes(slot.Axes)}], {Bool(slot.HasTime)}, {Bool(slot.HasHead)}), // {Int(slot.Id)}: {slot.Name}");
            }

            writer.Line("],");
            writer.Line("Components =");
            writer.Line("[");
            foreach (LoweredComponent component in _kernel.Components)
            {
                writer.Line($"    {Component(component)},");
            }

            writer.Line("],");
            writer.Line($"StateAxes = [{string.Join(", ", _spec.Graph.States.Select((_, s) => $"[{StateAxes(s)}]"))}],");
            writer.Line($"Outputs = [{Ints(_kernel.OutputSlots)}],");
            writer.Line($"InputGradients = [{Ints(_kernel.InputGradientSlots)}],");
        }
    }

    /// <summary>Memory order; a memory has its key first, and one column if it has no value axes.</summary>
    private string StateAxes(int state)
    {
        IEnumerable<string> axes = _spec.Graph.States[state].Axes.OrderBy(Order);
        return _kernel.Components.Select(c => c.Component).OfType<MemoryComponent>().FirstOrDefault(m => m.State == state) is { } memory
            ? Axes([memory.KeyAxis, .. axes.Where(a => a != memory.KeyAxis)]) + (memory.ValueAxes.Count == 0 ? ", -1" : "")
            : Axes(axes);
    }

    private int Order(string axis) => _kernel.AxisOrder.ToList().IndexOf(axis);

    private string Component(LoweredComponent lowered)
    {
        switch (lowered.Component)
        {
            case MemoryComponent memory:
                // Operands are listed as reads, then per write its key, value and feedback, then the decays.
                int next = 0;
                (int Slot, int Gradient) Take(bool present = true)
                {
                    int i = present ? next++ : -1;
                    return present ? (lowered.Operands[i], lowered.OperandGradients[i]) : (-1, -1);
                }

                string Pair((int Slot, int Gradient) p) => $"new({Int(p.Slot)}, {Int(p.Gradient)})";
                string reads = string.Join(", ", memory.Reads.Select((_, i) =>
                    $"new({Pair(Take())}, {Int(lowered.Reads[i])}, {Int(lowered.ReadGradients[i])})"));
                string writes = string.Join(", ", memory.Writes.Select(w =>
                    $"new({Pair(Take())}, {Pair(Take(w.Value is not null))}, [{string.Join(", ", w.Feedback.Select(c => $"new({Pair(Take(c is not null))}, {Bool(c is { Axes.Count: > 0 })})"))}])"));
                string keyDecay = Pair(Take(memory.KeyDecay is not null)), valueDecay = Pair(Take(memory.ValueDecay is not null));
                return $"new MemoryPlan({Int(memory.State)}, [{reads}], [{writes}], {keyDecay}, {Bool(memory.KeyDecayPerKey)}, {valueDecay})";
            case ElementwiseComponent elementwise:
                int multiplier = elementwise.Multiplier is null ? -1 : 0, input = elementwise.Input is null ? -1 : multiplier + 1;
                string Operand(int i) => i < 0 ? "new(-1, -1)" : $"new({Int(lowered.Operands[i])}, {Int(lowered.OperandGradients[i])})";
                return $"new ElementwisePlan({Int(elementwise.State)}, {Operand(multiplier)}, {Operand(input)})";
            case CoupledComponent coupled:
                int taken = 0;
                string Present(Operand? o) => o is null ? "new(-1, -1)" : $"new({Int(lowered.Operands[taken])}, {Int(lowered.OperandGradients[taken++])})";
                string multipliers = string.Join(", ", coupled.Multipliers.Select(Present));
                return $"new CoupledPlan([{Ints(coupled.States)}], [{multipliers}], [{string.Join(", ", coupled.Inputs.Select(Present))}])";
            default:
                return $"new SequentialPlan([{Ints(lowered.Component.States)}])";
        }
    }

    private void WriteStages(SourceWriter writer, string name, IReadOnlyList<Stage> stages, string summary)
    {
        if (stages.All(s => s.Nests.Count == 0))
        {
            return;
        }

        writer.Line();
        writer.Line($"// {summary}");
        using (writer.Open($"protected override void {name}(int index, Frame f)"))
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
            WriteMethod(writer, $"private static void {name}{Int(i)}(Frame f)", stages[i], sweep: null);
        }
    }

    private void WriteFusedStages(SourceWriter writer)
    {
        var fused = _kernel.Components.Select((c, i) => (Index: i, Fused: ScanEmitter.Fuse(_kernel, _names, c, _kernel.Stages[i])))
            .Where(c => c.Fused is not null).Select(c => (c.Index, Fused: c.Fused!.Value)).ToList();
        if (fused.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line("// Stage and engine of an elementwise component in one; its operands are kept if a gradient will ask for them.");
        using (writer.Open("protected override bool FusedStage(int index, Frame f, bool keep)"))
        using (writer.Open("switch (index)"))
        {
            foreach ((int index, _) in fused)
            {
                writer.Line($"case {Int(index)}: FusedStage{Int(index)}(f, keep); return true;");
            }

            writer.Line("default: return false;");
        }

        foreach ((int index, (Stage stage, ScanEmitter scan)) in fused)
        {
            WriteMethod(writer, $"private static void FusedStage{Int(index)}(Frame f, bool keep)", stage, sweep: null, last: scan.Write);
        }
    }

    private void WriteFusedAdjointStages(SourceWriter writer)
    {
        var fused = _kernel.Components.Select((c, i) => (Index: i + 1, Fused: AdjointScanEmitter.Fuse(_kernel, _names, c, _kernel.AdjointStages[i + 1])))
            .Where(c => c.Fused is not null).Select(c => (c.Index, Fused: c.Fused!.Value)).ToList();
        if (fused.Count == 0)
        {
            return;
        }

        writer.Line();
        writer.Line("// Adjoint stage and adjoint engine of an elementwise component in one.");
        using (writer.Open("protected override bool FusedAdjointStage(int index, Frame f)"))
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
            WriteMethod(writer, $"private static void FusedAdjointStage{Int(index)}(Frame f)", stage, sweep: null, last: scan.Write);
        }
    }

    private void WriteStage(SourceWriter writer, string name, IReadOnlyList<Stage> stages, string summary)
    {
        if (stages[0].Nests.Count > 0)
        {
            writer.Line();
            writer.Line($"// {summary}");
            WriteMethod(writer, $"protected override void {name}(Frame f)", stages[0], sweep: null, spaced: false);
        }
    }

    private void WriteSweeps(SourceWriter writer, string name, Func<LoweredComponent, Stage> stage, bool forward)
    {
        if (_kernel.Components.All(c => c.Component is not SequentialComponent))
        {
            return;
        }

        writer.Line();
        writer.Line(forward ? "// Token by token: the update of the states." : "// Token by token, backwards: the adjoint of the update.");
        using (writer.Open($"protected override void {name}(int component, Frame f)"))
        using (writer.Open("switch (component)"))
        {
            for (int c = 0; c < _kernel.Components.Count; c++)
            {
                if (_kernel.Components[c].Component is SequentialComponent)
                {
                    writer.Line($"case {Int(c)}: {name}{Int(c)}(f); break;");
                }
            }
        }

        for (int c = 0; c < _kernel.Components.Count; c++)
        {
            if (_kernel.Components[c].Component is SequentialComponent)
            {
                WriteMethod(
                    writer,
                    $"private static void {name}{Int(c)}(Frame f)",
                    stage(_kernel.Components[c]),
                    forward ? "for (int t = 0; t < tokens; t++)" : "for (int t = tokens - 1; t >= 0; t--)");
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
        for (int i = 0; i < stage.Nests.Count; i++)
        {
            if (i > 0)
            {
                body.Line();
            }

            new NestEmitter(_kernel, _names, stage.Nests[i]).Write(body);
        }

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

        writer.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
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

        if (words.Contains("sHeads"))
        {
            writer.Line("int sHeads = f.PaddedHeads;");
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

        foreach (Slot slot in _kernel.Slots)
        {
            string pointer = _names.PointerName(slot);
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

    private string Axes(IEnumerable<string> axes) =>
        string.Join(", ", axes.Select(a => Int(_spec.Graph.Axes.ToList().FindIndex(x => x.Name == a))));

    private static string Ints(IEnumerable<int> values) => string.Join(", ", values.Select(Int));

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bool(bool value) => value ? "true" : "false";
}
