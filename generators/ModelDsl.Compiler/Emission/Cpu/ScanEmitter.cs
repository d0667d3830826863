using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes an elementwise or coupled component as one nest: time is the innermost loop, the states stay in registers, and their multipliers and
/// inputs are computed where they are used. They reach memory only if a gradient will ask for them. Sums over the states' elements that the outputs
/// need are added up on the way.
/// <code>
/// a[t] = ...; b[t] = ...; h[t] = a[t] * h[t-1] + b[t]   -->   h = (...) * h + (...); store h
/// </code>
/// </summary>
internal sealed class ScanEmitter
{
    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly int _index;
    private readonly CarriedOperands _carried;
    private readonly IReadOnlyList<NestItem> _operands;
    private readonly ReadoutFusion _readout;

    private ScanEmitter(KernelProgram kernel, KernelNames names, int index, CarriedOperands carried, IReadOnlyList<NestItem> operands)
    {
        _kernel = kernel;
        _names = names;
        _index = index;
        _carried = carried;
        _operands = operands;
        _readout = ReadoutFusion.Of(kernel, names, index);
    }

    /// <summary>What of the last stage is added up on the way.</summary>
    public IReadOnlyList<NestItem> Sums => _readout.Sums;

    private LoweredComponent Lowered => _kernel.Components[_index];

    /// <summary>
    /// The stage of a component without its operands, and the writer of the fused nest; null if there is nothing to gain: the state has no lanes, or
    /// its operands are wanted elsewhere.
    /// </summary>
    public static (Stage Stage, ScanEmitter Scan)? Fuse(KernelProgram kernel, KernelNames names, int index) =>
        ScanLoops.Carried(kernel, index) is { } carried && ScanFusion.Operands(kernel, names, kernel.Components[index], kernel.Stages[index]) is { } fused
            ? (fused.Remaining, new ScanEmitter(kernel, names, index, carried, fused.Operands))
            : null;

    public void Write(SourceWriter writer)
    {
        List<string> loops = ScanLoops.Of(_kernel, Lowered.Component);
        var point = new PointEmitter(_kernel, _names, loops, ScanLoops.Lane(loops), Lowered.Operands);
        foreach (NestItem item in _operands)
        {
            writer.Line("// " + _names.Formula(item, ScanLoops.Space));
            point.Announce(item);
        }

        for (int i = 0; i < _carried.Count; i++)
        {
            writer.Line($"// {StateName(i)} = {_carried.Equation(i, OperandName, StateName)}");
        }

        foreach (NestItem sum in _readout.Sums)
        {
            writer.Line("// " + ReadoutFusion.Formula(_kernel, _names, sum));
            point.Announce(sum);
        }

        string[] values = [.. _operands.Select((item, index) => Operand(point, item, index))];
        string[] carried = [.. States().Select(i => point.Unique(StateName(i)))];
        List<string> inner = point.Statements[loops.Count];
        bool carries = ScanLoops.Carries(loops);
        (carries ? point.Statements[loops.Count - 1] : inner).AddRange(States().Select(i => $"var {carried[i]} = Load({point.Pointer(Slot(SlotKind.Previous, i), withTime: !carries)});"));
        ScanLoops.Assign(point, inner, carried, [.. States().Select(i => Next(i, values, carried))]);
        inner.AddRange(States().Select(i => $"{(_readout.StatesAreWanted ? "" : "if (keep) ")}Store({point.Pointer(Slot(SlotKind.Next, i))}, {carried[i]}, {point.Remaining()});"));
        ReadoutFusion.Bind(_kernel, Lowered.Component, point, carried);
        foreach (NestItem sum in _readout.Sums)
        {
            Slot slot = _kernel.Slots[sum.Slot];
            writer.Line($"Clear({CpuNames.PointerName(slot)}, tokens * {_names.Row(slot)});");
            string pointer = point.Pointer(slot), value = point.Vector(sum);
            inner.Add($"Store({pointer}, Load({pointer}) + {value}, {point.Remaining()});");
        }

        IEnumerable<string> last = _readout.StatesAreWanted ? [] : States().Select(i => $"Store({ScanLoops.LastRow(_names, point, Slot(SlotKind.Next, i))}, {carried[i]}, {point.Remaining()});");
        ScanLoops.Write(writer, _names, point, loops, last: last);
    }

    /// <summary>The next value of a state, from those before.</summary>
    private string Next(int i, string[] values, string[] carried) =>
        States().Where(j => _carried.Multiplier(i, j) is not null).Aggregate(
            _carried.Input(i) is { } input ? values[input] : "",
            (sum, j) => ScanLoops.MultiplyAdd(_carried.Semiring, values[_carried.Multiplier(i, j)!.Value], carried[j], sum));

    /// <summary>An operand's value; if the adjoint wants it, it is stored on request.</summary>
    private string Operand(PointEmitter point, NestItem item, int index)
    {
        string value = point.Vector(item);
        bool isKept = (_carried.MultipliesGradient(index) && !ScanFusion.AdjointComputes(_kernel, _names, _index, item)) || ScanFusion.AdjointReads(_kernel, _names, item.Slot);
        Slot slot = _kernel.Slots[item.Slot];
        List<string> inner = point.Statements[point.Statements.Length - 1];
        if ((isKept || _carried.Count > 1) && value.Any(c => !char.IsLetterOrDigit(c) && c != '_'))
        {
            string name = point.Unique(slot.Name);
            inner.Add($"var {name} = {value};");
            value = name;
        }

        if (isKept)
        {
            inner.Add($"if (keep) Store({point.Pointer(slot)}, {value}, {point.Remaining()});");
        }

        return value;
    }

    private IEnumerable<int> States() => Enumerable.Range(0, _carried.Count);

    private string OperandName(int operand) => _kernel.Slots[Lowered.Operands[operand]].Name;

    private string StateName(int i) => _kernel.Program.Source.States[Lowered.Component.States[i]].Name;

    private Slot Slot(SlotKind kind, int i) => ScanLoops.Slot(_kernel, kind, Lowered.Component.States[i]);
}
