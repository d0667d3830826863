using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes an elementwise component as one nest: time is the innermost loop, the state stays in a register, and its multiplier and input
/// are computed where they are used. They reach memory only if a gradient will ask for them.
/// <code>
/// a[t] = ...; b[t] = ...; h[t] = a[t] * h[t-1] + b[t]   -->   h = (...) * h + (...); store h
/// </code>
/// </summary>
internal sealed class ScanEmitter
{
    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly LoweredComponent _lowered;
    private readonly ElementwiseComponent _component;
    private readonly IReadOnlyList<NestItem> _operands;

    private ScanEmitter(KernelProgram kernel, KernelNames names, LoweredComponent lowered, IReadOnlyList<NestItem> operands)
    {
        _kernel = kernel;
        _names = names;
        _lowered = lowered;
        _component = (ElementwiseComponent)lowered.Component;
        _operands = operands;
    }

    /// <summary>
    /// The stage of a component without its operands, and the writer of the fused nest; null if there is nothing to gain: the state has no lanes, or
    /// its operands are wanted elsewhere.
    /// </summary>
    public static (Stage Stage, ScanEmitter Scan)? Fuse(KernelProgram kernel, KernelNames names, LoweredComponent lowered, Stage stage)
    {
        bool hasLanes = kernel.HeadsAsLanes || kernel.Program.Source.States[lowered.Component.States[0]].Axes.Count > 0;
        return lowered.Component is ElementwiseComponent && hasLanes && ScanFusion.Operands(kernel, names, lowered, stage) is { } fused
            ? (fused.Remaining, new ScanEmitter(kernel, names, lowered, fused.Operands))
            : null;
    }

    public void Write(SourceWriter writer)
    {
        string state = _kernel.Program.Source.States[_component.State].Name;
        List<string> loops = ScanLoops.Of(_kernel, _component);
        string lane = loops[loops.Count - 2];
        var point = new PointEmitter(_kernel, _names, loops, lane, _lowered.Operands);
        foreach (NestItem item in _operands)
        {
            writer.Line("// " + _names.Formula(item, ScanLoops.Space));
            point.Announce(item);
        }

        writer.Line($"// {state} = {string.Join(" + ", new[] { _component.Multiplier is null ? null : $"{_component.Multiplier.Name} * {state}", _component.Input?.Name }.Where(x => x is not null))}");
        int next = 0;
        string? multiplier = _component.Multiplier is null ? null : Operand(point, _operands[next++], isMultiplier: true);
        string? input = _component.Input is null ? null : Operand(point, _operands[next], isMultiplier: false);
        Slot previous = _kernel.Slots.First(s => s.Kind == SlotKind.Previous && s.Index == _component.State);
        Slot after = _kernel.Slots.First(s => s.Kind == SlotKind.Next && s.Index == _component.State);
        string carried = point.Unique(state);
        point.Statements[loops.Count - 1].Add($"var {carried} = Load({point.Pointer(previous, withTime: false)});");
        point.Statements[loops.Count].Add(
            multiplier is null ? $"{carried} = {input};"
            : input is null ? $"{carried} = {Factor(multiplier)} * {carried};"
            : $"{carried} = MultiplyAdd({multiplier}, {carried}, {input});");
        point.Statements[loops.Count].Add($"Store({point.Pointer(after)}, {carried}, {point.Remaining()});");
        ScanLoops.Write(writer, _names, point, loops, lane);
    }

    /// <summary>An operand's value; if the adjoint wants it, it is stored on request.</summary>
    private string Operand(PointEmitter point, NestItem item, bool isMultiplier)
    {
        string value = point.Vector(item);
        if (!isMultiplier && !ScanFusion.AdjointReads(_kernel, _names, item.Slot))
        {
            return value;
        }

        Slot slot = _kernel.Slots[item.Slot];
        List<string> inner = point.Statements[point.Statements.Length - 1];
        string name = value;
        if (value.Any(c => !char.IsLetterOrDigit(c) && c != '_'))
        {
            name = point.Unique(slot.Name);
            inner.Add($"var {name} = {value};");
        }

        inner.Add($"if (keep) Store({point.Pointer(slot)}, {name}, {point.Remaining()});");
        return name;
    }

    private static string Factor(string text) => text.IndexOf(' ') >= 0 ? $"({text})" : text;
}
