using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes the adjoint of an elementwise or coupled component as one nest, backwards in time, with the gradients of the states in registers and what
/// reaches the states from outside computed where it is added.
/// <code>
/// dh = dh + (from h after t); dInput[t] = dh; dMultiplier[t] = dh * h[t-1]; dh = a[t] * dh + (from h before t)
/// </code>
/// </summary>
internal sealed class AdjointScanEmitter
{
    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly int _index;
    private readonly CarriedOperands _carried;
    private readonly IReadOnlyList<NestItem?> _previous;
    private readonly IReadOnlyList<NestItem?> _next;
    private readonly NestItem? _slope;
    private readonly IReadOnlyList<NestItem?> _standing;

    private AdjointScanEmitter(
        KernelProgram kernel, KernelNames names, int index, CarriedOperands carried, IReadOnlyList<NestItem?> previous, IReadOnlyList<NestItem?> next, NestItem? slope)
    {
        _kernel = kernel;
        _names = names;
        _index = index;
        _carried = carried;
        _previous = previous;
        _next = next;
        _slope = slope;

        // Operands that the forward nest has not kept, since they can be had again.
        IReadOnlyList<NestItem>? operands = ScanFusion.Operands(kernel, names, Lowered, kernel.Stages[index])?.Operands;
        _standing = [.. Lowered.Operands.Select((_, i) => operands?[i] is { } item && carried.MultipliesGradient(i) && ScanFusion.AdjointComputes(kernel, names, index, item) ? item : null)];
    }

    private LoweredComponent Lowered => _kernel.Components[_index];

    /// <summary>The adjoint stage of a component without the gradients of the states, and the writer of the fused nest; null if the states have no lanes.</summary>
    public static (Stage Stage, AdjointScanEmitter Scan)? Fuse(KernelProgram kernel, KernelNames names, int index) =>
        ScanLoops.Carried(kernel, index) is { } carried && ScanFusion.StateGradients(kernel, names, kernel.Components[index], kernel.AdjointStages[index + 1]) is { } fused
            ? (fused.Remaining, new AdjointScanEmitter(kernel, names, index, carried, fused.Previous, fused.Next, fused.Slope))
            : null;

    public void Write(SourceWriter writer)
    {
        List<string> loops = ScanLoops.Of(_kernel, Lowered.Component);
        var point = new PointEmitter(_kernel, _names, loops, ScanLoops.Lane(loops), _standing.Where(i => i is not null).Select(i => i!.Slot).ToList());
        foreach (NestItem item in _previous.Zip(_next, (p, n) => new[] { p, n }).SelectMany(i => i).Concat(_standing).Append(_slope).Where(i => i is not null).Select(i => i!))
        {
            writer.Line("// " + _names.Formula(item, ScanLoops.Space));
            point.Announce(item);
        }

        string?[] next = [.. _next.Select(i => i is null ? null : point.Vector(i))];
        string?[] previous = [.. _previous.Select(i => i is null ? null : point.Vector(i))];
        string?[] standing = [.. _standing.Select(i => i is null ? null : point.Vector(i))];
        string[] carried = [.. States().Select(i => point.Unique(CarriedName(i)))];
        string? slope = Slope(point);
        WriteEquations(writer, carried);

        // The gradients that come from later chunks stand behind the last token.
        List<string> inner = point.Statements[loops.Count];
        bool carries = ScanLoops.Carries(loops);
        (carries ? point.Statements[loops.Count - 1] : inner).AddRange(States().Select(i => Slot(SlotKind.NextGradient, i)).Select((slot, i) =>
            $"var {carried[i]} = Load({(carries ? ScanLoops.LastRow(_names, point, slot) : point.Pointer(slot))});"));
        inner.AddRange(States().Where(i => next[i] is not null).Select(i => $"{carried[i]} += {next[i]};"));
        inner.AddRange(States().Where(i => _carried.Input(i) is not null).Select(i => Store(point, Gradient(_carried.Input(i)!.Value), carried[i])));
        foreach (int j in States().Where(j => _carried.Semiring.IsReal && States().Any(i => _carried.Multiplier(i, j) is not null)))
        {
            string history = $"Load({point.Pointer(Slot(SlotKind.Previous, j))})";
            if (_carried.Count > 1)
            {
                string name = point.Unique(StateName(j));
                inner.Add($"var {name} = {history};");
                history = name;
            }

            inner.AddRange(States().Where(i => _carried.Multiplier(i, j) is not null).Select(i => Store(point, Gradient(_carried.Multiplier(i, j)!.Value), $"{carried[i]} * {history}")));
        }

        string Multiplier(int operand) => slope ?? standing[operand] ?? $"Load({point.Pointer(_kernel.Slots[Lowered.Operands[operand]])})";
        ScanLoops.Assign(point, inner, carried, [.. States().Select(j => States().Where(i => _carried.Multiplier(i, j) is not null).Aggregate(
            previous[j] ?? "", (sum, i) => ScanLoops.MultiplyAdd(Multiplier(_carried.Multiplier(i, j)!.Value), carried[i], sum)))]);
        IEnumerable<string> ends = States().Select(i => $"Store({point.Pointer(Slot(SlotKind.PreviousGradient, i), withTime: !carries)}, {carried[i]}, {point.Remaining()});");
        inner.AddRange(carries ? [] : ends);
        ScanLoops.Write(writer, _names, point, loops, backwards: true, carries ? ends : []);
    }

    private void WriteEquations(SourceWriter writer, string[] carried)
    {
        foreach (int i in States().Where(i => _carried.Input(i) is not null))
        {
            writer.Line($"// {Gradient(_carried.Input(i)!.Value).Name}[t] = {carried[i]}");
        }

        foreach (int j in States())
        {
            IEnumerable<string> terms = States().Where(i => _carried.Multiplier(i, j) is not null).Select(i => $"{MultiplierOf(i, j).Name} * {carried[i]}");
            writer.Line($"// {carried[j]} = {string.Join(" + ", terms.DefaultIfEmpty("0"))}");
        }
    }

    /// <summary>What multiplies the gradient of a state over another semiring than the numbers'; it is stored if more than the state's own gradient needs it.</summary>
    private string? Slope(PointEmitter point)
    {
        if (Lowered.Slope < 0)
        {
            return null;
        }

        if (_slope is null)
        {
            return $"Load({point.Pointer(_kernel.Slots[Lowered.Slope])})";
        }

        string value = point.Vector(_slope);
        if (ScanFusion.AdjointReads(_kernel, _names, Lowered.Slope))
        {
            string name = point.Unique(_kernel.Slots[Lowered.Slope].Name);
            point.Statements[point.Statements.Length - 1].AddRange([$"var {name} = {value};", Store(point, _kernel.Slots[Lowered.Slope], name)]);
            value = name;
        }

        return value;
    }

    /// <summary>What multiplies the gradient of state i on its way to that of state j.</summary>
    private Slot MultiplierOf(int i, int j) => _kernel.Slots[Lowered.Slope >= 0 ? Lowered.Slope : Lowered.Operands[_carried.Multiplier(i, j)!.Value]];

    private static string Store(PointEmitter point, Slot slot, string value) => $"Store({point.Pointer(slot)}, {value}, {point.Remaining()});";

    private IEnumerable<int> States() => Enumerable.Range(0, _carried.Count);

    private Slot Gradient(int operand) => _kernel.Slots[Lowered.OperandGradients[operand]];

    private string StateName(int i) => _kernel.Program.Source.States[Lowered.Component.States[i]].Name;

    private string CarriedName(int i) => "d" + Identifier.Capital(StateName(i));

    private Slot Slot(SlotKind kind, int i) => ScanLoops.Slot(_kernel, kind, Lowered.Component.States[i]);
}
