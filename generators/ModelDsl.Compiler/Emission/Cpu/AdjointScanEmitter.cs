using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes the adjoint of an elementwise component as one nest, backwards in time, with the gradient of the state in a register and what
/// reaches the state from outside computed where it is added.
/// <code>
/// dh = dh + (from h after t); dInput[t] = dh; dMultiplier[t] = dh * h[t-1]; dh = a[t] * dh + (from h before t)
/// </code>
/// </summary>
internal sealed class AdjointScanEmitter
{
    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly LoweredComponent _lowered;
    private readonly ElementwiseComponent _component;
    private readonly NestItem? _previous;
    private readonly NestItem? _next;

    private AdjointScanEmitter(KernelProgram kernel, KernelNames names, LoweredComponent lowered, NestItem? previous, NestItem? next)
    {
        _kernel = kernel;
        _names = names;
        _lowered = lowered;
        _component = (ElementwiseComponent)lowered.Component;
        _previous = previous;
        _next = next;
    }

    /// <summary>The stage without the gradients of the state, and the writer of the fused nest; null if the state has no lanes.</summary>
    public static (Stage Stage, AdjointScanEmitter Scan)? Fuse(KernelProgram kernel, KernelNames names, LoweredComponent lowered, Stage stage)
    {
        if (lowered.Component is not ElementwiseComponent component
            || (!kernel.HeadsAsLanes && kernel.Program.Source.States[component.State].Axes.Count == 0))
        {
            return null;
        }

        return ScanFusion.StateGradients(kernel, lowered, stage) is { } fused
            ? (fused.Remaining, new AdjointScanEmitter(kernel, names, lowered, fused.Previous[0], fused.Next[0]))
            : null;
    }

    public void Write(SourceWriter writer)
    {
        string state = _kernel.Program.Source.States[_component.State].Name;
        List<string> loops = ScanLoops.Of(_kernel, _component);
        string lane = loops[loops.Count - 2];
        var point = new PointEmitter(_kernel, _names, loops, lane, []);
        foreach (NestItem item in new[] { _previous, _next }.Where(i => i is not null).Select(i => i!))
        {
            writer.Line("// " + _names.Formula(item, ScanLoops.Space));
            point.Announce(item);
        }

        string? fromNext = _next is null ? null : point.Vector(_next);
        string? fromPrevious = _previous is null ? null : point.Vector(_previous);
        Slot Find(SlotKind kind) => _kernel.Slots.First(s => s.Kind == kind && s.Index == _component.State);
        Slot previousGradient = Find(SlotKind.PreviousGradient), nextGradient = Find(SlotKind.NextGradient);
        int next = 0;
        int multiplier = _component.Multiplier is null ? -1 : next++;
        int input = _component.Input is null ? -1 : next;
        string carried = point.Unique("d" + char.ToUpperInvariant(state[0]) + state.Substring(1));
        string formula = multiplier < 0 ? "0" : $"{_component.Multiplier!.Name} * {carried}";
        writer.Line($"// {(input < 0 ? "" : _kernel.Slots[_lowered.OperandGradients[input]].Name + $"[t] = {carried}; ")}{carried} = {formula}");

        // The gradient that comes from later chunks stands behind the last token.
        point.Statements[loops.Count - 1].Add(
            $"var {carried} = Load({CpuNames.PointerName(nextGradient)} + ((tokens - 1) * {_names.Row(nextGradient)}){Tail(point.Pointer(nextGradient, withTime: false), nextGradient)});");
        List<string> inner = point.Statements[loops.Count];
        if (fromNext is not null)
        {
            inner.Add($"{carried} += {fromNext};");
        }

        if (input >= 0)
        {
            inner.Add($"Store({point.Pointer(_kernel.Slots[_lowered.OperandGradients[input]])}, {carried}, {point.Remaining()});");
        }

        string before = fromPrevious ?? "Broadcast(0f)";
        if (multiplier < 0)
        {
            inner.Add($"{carried} = {before};");
        }
        else
        {
            Slot history = Find(SlotKind.Previous), a = _kernel.Slots[_lowered.Operands[multiplier]];
            inner.Add($"Store({point.Pointer(_kernel.Slots[_lowered.OperandGradients[multiplier]])}, {carried} * Load({point.Pointer(history)}), {point.Remaining()});");
            inner.Add(fromPrevious is null
                ? $"{carried} *= Load({point.Pointer(a)});"
                : $"{carried} = MultiplyAdd(Load({point.Pointer(a)}), {carried}, {before});");
        }

        string last = $"Store({point.Pointer(previousGradient, withTime: false)}, {carried}, {point.Remaining()});";
        ScanLoops.Write(writer, _names, point, loops, lane, backwards: true, last);
    }

    /// <summary>What follows the name of the slot in an address.</summary>
    private string Tail(string pointer, Slot slot) => pointer.Substring(CpuNames.PointerName(slot).Length);
}
