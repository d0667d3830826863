using System.Globalization;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes one nest as SIMD C#. The innermost axis in memory fills the vector lanes (for values without axes: time does). Every value is
/// computed at the outermost loop that knows all it depends on; what does not vary along the lanes is computed once and broadcast.
/// </summary>
internal sealed class NestEmitter
{
    private const string Time = "t";
    private const string Head = "h";

    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly Nest _nest;
    private readonly Space _space;
    private readonly List<string> _loops;
    private readonly string? _lane;
    private readonly int _keptLoops;
    private readonly List<string>[] _statements;
    private readonly Dictionary<int, string> _locals = [];
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<int, string> _broadcasts = [];
    private readonly Dictionary<int, int> _uses = [];
    private int _stamp;

    public NestEmitter(KernelProgram kernel, KernelNames names, Nest nest)
    {
        _kernel = kernel;
        _names = names;
        _nest = nest;
        _space = nest.Space;
        string? innermost = _space.OverHead ? Head : _space.Axes.Count > 0 ? _space.Axes[_space.Axes.Count - 1] : _space.OverTime ? Time : null;
        _lane = innermost;

        // Kept loops, the lanes innermost; then reduced loops, the lanes innermost there if they are reduced.
        IEnumerable<string> all = (_space.OverTime ? new[] { Time } : []).Concat(_space.Axes).Concat(_space.OverHead ? [Head] : []);
        List<string> kept = all.Where(l => !IsReduced(l)).ToList();
        List<string> reduced = all.Where(IsReduced).ToList();
        _loops = [.. kept, .. reduced];
        _keptLoops = kept.Count;
        _statements = Enumerable.Range(0, _loops.Count + 1).Select(_ => new List<string>()).ToArray();
    }

    private GraphBuilder Graph => _kernel.Program.Graph;

    private bool IsReduced(string loop) => loop switch
    {
        Time => _space.ReduceTime,
        Head => _space.ReduceHead,
        _ => _space.Reduced.Contains(loop),
    };

    public void Write(SourceWriter writer)
    {
        foreach (NestItem item in _nest.Items)
        {
            writer.Line("// " + _names.Formula(item, _space));
            _stamp = item.Stamp;
            CountUses(item.Node);
        }

        var accumulators = new List<string>();
        var stores = new List<string>();
        foreach (NestItem item in _nest.Items)
        {
            _stamp = item.Stamp;
            string value = Value(item.Node, _loops.Count);
            Slot slot = _kernel.Slots[item.Slot];
            if (_space.IsReduction)
            {
                Reduce(item, slot, value, accumulators, stores);
            }
            else
            {
                _statements[_loops.Count].Add(Store(slot, item, value));
            }
        }

        // Locals outside all loops get a scope of their own: the next nest may use the same names.
        if (_loops.Count > 0 && (_statements[0].Count > 0 || (_space.IsReduction && _keptLoops == 0)))
        {
            using (writer.Block())
            {
                WriteLevel(writer, 0, accumulators, stores);
            }
        }
        else
        {
            WriteLevel(writer, 0, accumulators, stores);
        }
    }

    private void WriteLevel(SourceWriter writer, int level, List<string> accumulators, List<string> stores)
    {
        foreach (string statement in _statements[level])
        {
            writer.Line(statement);
        }

        bool reduces = _space.IsReduction && level == _keptLoops;
        if (reduces)
        {
            accumulators.ForEach(writer.Line);
        }

        if (level < _loops.Count)
        {
            string loop = _loops[level];
            string index = _names.Index(loop), bound = _names.Bound(loop);
            string step = loop == _lane ? $"{index} += Lanes" : index + "++";
            using (writer.Open($"for (int {index} = 0; {index} < {bound}; {step})"))
            {
                WriteLevel(writer, level + 1, accumulators, stores);
            }
        }

        if (reduces)
        {
            stores.ForEach(writer.Line);
        }
    }

    private void Reduce(NestItem item, Slot slot, string value, List<string> accumulators, List<string> stores)
    {
        string sum = Unique(slot.Name);
        bool vector = _lane is not null;
        bool laneReduced = _lane is not null && IsReduced(_lane);
        string start = _space.Maximum ? "float.NegativeInfinity" : "0f";
        accumulators.Add(vector ? $"var {sum} = Broadcast({start});" : $"float {sum} = {start};");
        string point = IsVector(item.Node) || !vector ? value : $"Broadcast({value})";
        if (laneReduced)
        {
            string remaining = Remaining();
            point = _space.Maximum ? $"Masked({point}, {remaining}, float.NegativeInfinity)" : $"Masked({point}, {remaining})";
        }

        _statements[_loops.Count].Add(_space.Maximum ? $"{sum} = Max({sum}, {point});" : $"{sum} += {point};");
        stores.Add(laneReduced
            ? $"{Address(slot, null)} {(item.Accumulate ? "+=" : "=")} {(_space.Maximum ? "MaxOver" : "Sum")}({sum});"
            : Store(slot, item, sum, isVector: vector));
    }

    private string Remaining() => $"{_names.Bound(_lane!)} - {_names.Index(_lane!)}";

    private string Store(Slot slot, NestItem item, string value, bool? isVector = null)
    {
        if (_lane is null)
        {
            return $"{Address(slot, null)} {(item.Accumulate ? "+=" : "=")} {value};";
        }

        bool vector = isVector ?? IsVector(item.Node);
        string v = vector ? value : $"Broadcast({value})";
        string pointer = Pointer(slot, null);
        return item.Accumulate ? $"Store({pointer}, Load({pointer}) + {v}, {Remaining()});" : $"Store({pointer}, {v}, {Remaining()});";
    }

    private void CountUses(int id)
    {
        _uses[id] = _uses.TryGetValue(id, out int uses) ? uses + 1 : 1;
        if (_uses[id] == 1 && !IsLoad(id))
        {
            foreach (int argument in Graph[id].Arguments)
            {
                CountUses(argument);
            }
        }
    }

    /// <summary>Whether the value comes from memory.</summary>
    private bool IsLoad(int id) =>
        (SlotOf(id) is { } slot && !_nest.Items.Any(i => i.Slot == slot && !_space.IsReduction))
        || Graph[id].Op is Op.Element or Op.Rename
        || (Graph[id].Op == Op.QuarterTurn && Graph[id].Axis != _lane);

    /// <summary>The number of loops that a value depends on: it can be computed inside that many.</summary>
    private int Level(int id)
    {
        int level = 0;
        for (int i = 0; i < _loops.Count; i++)
        {
            if (DependsOn(id, _loops[i]))
            {
                level = i + 1;
            }
        }

        return level;
    }

    private bool DependsOn(int id, string loop) => loop switch
    {
        Time => _kernel.Extents(id).Time,
        Head => _kernel.Extents(id).Head,
        _ => Graph[id].Axes.Contains(loop),
    };

    private int? SlotOf(int id) => _names.SlotOf(id, _stamp);

    private bool IsVector(int id) => _lane is not null && DependsOn(id, _lane);

    /// <summary>The C# text of a value for use at a level; may add statements at outer levels.</summary>
    private string Value(int id, int level, int precedence = 0)
    {
        if (_locals.TryGetValue(id, out string? local))
        {
            return local;
        }

        Node node = Graph[id];
        if (node.Op is Op.Constant)
        {
            return Literal(node.Value);
        }

        int own = Level(id);
        bool worthLocal = (_uses.TryGetValue(id, out int uses) && uses > 1) || own < level;
        if (!worthLocal)
        {
            return Text(id, level, precedence);
        }

        string text = Text(id, own, 0);
        string name = Unique(_names.Local(id));
        _statements[own].Add($"var {name} = {text};");
        _locals[id] = name;
        return name;
    }

    private string Text(int id, int level, int precedence)
    {
        Node node = Graph[id];
        bool vector = IsVector(id);
        if (IsLoad(id))
        {
            return Load(id);
        }

        string Argument(int i, int p = 0)
        {
            int argument = node.Arguments[i];
            bool isConstant = Graph[argument].Op == Op.Constant;
            return vector && !IsVector(argument)
                ? BroadcastOf(argument, level)
                : isConstant ? Literal(Graph[argument].Value) : Value(argument, level, p);
        }

        string Infix(int own, string text) => own < precedence ? $"({text})" : text;
        switch (node.Op)
        {
            case Op.Extent: return $"(float){_names.Bound(node.Axis!)}";
            case Op.Negate: return Infix(3, "-" + Argument(0, 3));
            case Op.Add: return Infix(1, $"{Argument(0, 1)} + {Argument(1, 1)}");
            case Op.Subtract: return Infix(1, $"{Argument(0, 1)} - {Argument(1, 2)}");
            case Op.Multiply: return Infix(2, $"{Argument(0, 2)} * {Argument(1, 2)}");
            case Op.Divide: return Infix(2, $"{Argument(0, 2)} / {Argument(1, 3)}");
            case Op.Detach: return Argument(0, precedence);
            case Op.Place:
                return node.Axis == _lane
                    ? $"PlaceLane({BroadcastOrVector(node.Arguments[0], level)}, {_names.Index(_lane!)}, {Int(node.Index)})"
                    : $"Place({Argument(0)}, {_names.Index(node.Axis!)}, {Int(node.Index)})";
            case Op.QuarterTurn: return $"QuarterTurn({BroadcastOrVector(node.Arguments[0], level)})";
            case Op.Sum or Op.MaxOver or Op.Input or Op.State or Op.Given:
                throw new InvalidOperationException($"{node.Op} ({node.Name}) has no memory: a lowering error.");
            default:
                return $"{node.Op}({string.Join(", ", Enumerable.Range(0, node.Arguments.Count).Select(i => Argument(i)))})";
        }
    }

    private string BroadcastOrVector(int id, int level) => IsVector(id) ? Value(id, level) : BroadcastOf(id, level);

    /// <summary>A value that does not vary along the lanes, in all of them: spread once, at the outermost loop that knows it.</summary>
    private string BroadcastOf(int id, int level)
    {
        if (Graph[id].Op == Op.Constant)
        {
            return $"Broadcast({Literal(Graph[id].Value)})";
        }

        int own = Level(id);
        if (own >= level)
        {
            return $"Broadcast({Value(id, level)})";
        }

        if (!_broadcasts.TryGetValue(id, out string? name))
        {
            string value = _locals.TryGetValue(id, out string? local) ? local : Text(id, own, 0);
            name = Unique(_names.Local(id));
            _statements[own].Add($"var {name} = Broadcast({value});");
            _broadcasts[id] = name;
        }

        return name;
    }

    private string Load(int id)
    {
        Node node = Graph[id];
        if (SlotOf(id) is { } own)
        {
            return LoadFrom(_kernel.Slots[own], null);
        }

        Slot slot = _kernel.Slots[SlotOf(node.Arguments[0])
            ?? throw new InvalidOperationException($"The argument of {node.Op} has no memory: a lowering error.")];
        switch (node.Op)
        {
            case Op.Element: return LoadFrom(slot, axis => axis == node.Axis ? (Int(node.Index), false) : null);
            case Op.Rename: return LoadFrom(slot, axis => axis == node.Axis ? (_names.Index(node.NewAxis!), node.NewAxis == _lane) : null);
            default:
                string index = _names.Index(node.Axis!);
                string turned = LoadFrom(slot, axis => axis == node.Axis ? ($"({index} ^ 1)", false) : null);
                return $"QuarterTurned({turned}, {index})";
        }
    }

    private string LoadFrom(Slot slot, Func<string, (string Index, bool Lane)?>? redirect)
    {
        List<string> axes = _names.StoredAxes(slot);
        string? laneAxis = null;
        foreach (string axis in axes)
        {
            if (redirect?.Invoke(axis) is { } other ? other.Lane : axis == _lane)
            {
                laneAxis = axis;
            }
        }

        bool timeLane = _lane == Time && slot.HasTime;
        if (laneAxis is null && !timeLane)
        {
            return Address(slot, redirect);
        }

        if (timeLane ? axes.Count == 0 : laneAxis == axes[axes.Count - 1])
        {
            return $"Load({Pointer(slot, redirect)})";
        }

        string stride = timeLane ? _names.Row(slot) : _names.Stride(slot, laneAxis!);
        return $"Gather({Pointer(slot, redirect)}, {stride}, {Remaining()})";
    }

    private string Address(Slot slot, Func<string, (string Index, bool Lane)?>? redirect)
    {
        string offset = Offset(slot, redirect);
        return $"{_names.PointerName(slot)}[{(offset.Length == 0 ? "0" : offset)}]";
    }

    private string Pointer(Slot slot, Func<string, (string Index, bool Lane)?>? redirect)
    {
        string offset = Offset(slot, redirect);
        return offset.Length == 0 ? _names.PointerName(slot) : $"{_names.PointerName(slot)} + {offset}";
    }

    private string Offset(Slot slot, Func<string, (string Index, bool Lane)?>? redirect)
    {
        var terms = new List<string>();
        List<string> axes = _names.StoredAxes(slot);
        if (slot.HasTime)
        {
            terms.Add(axes.Count == 0 ? Time : $"({Time} * {_names.Row(slot)})");
        }

        foreach (string axis in axes)
        {
            // An axis of size one along which a sum over lanes leaves nothing is not looped over.
            string index = redirect?.Invoke(axis)?.Index ?? _names.Index(axis);
            string stride = _names.Stride(slot, axis);
            terms.Add(stride == "1" ? index : $"({index} * {stride})");
        }

        return string.Join(" + ", terms);
    }

    private string Unique(string name)
    {
        string unique = name;
        for (int i = 2; _names.IsReserved(unique) || !_taken.Add(unique); i++)
        {
            unique = name + Int(i);
        }

        return unique;
    }

    private static string Literal(double value)
    {
        float single = (float)value;
        return float.IsPositiveInfinity(single) ? "float.PositiveInfinity"
            : float.IsNegativeInfinity(single) ? "float.NegativeInfinity"
            : single.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
