using System.Globalization;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// Writes values at the points of nested loops. Every value is computed at the outermost loop that knows all it depends on; what does
/// not vary along the vector lanes is computed once and broadcast.
/// </summary>
/// <param name="loops">The loops, outermost first.</param>
/// <param name="lane">The loop whose steps are whole vectors, or null.</param>
/// <param name="produced">Slots whose values are at hand at each point, since this nest makes them.</param>
internal sealed class PointEmitter(KernelProgram kernel, KernelNames names, IReadOnlyList<string> loops, string? lane, IReadOnlyCollection<int> produced)
{
    // Loops that are no axis: no axis can be called so.
    public const string Time = "<time>";
    public const string Head = "<head>";

    private readonly Dictionary<int, string> _locals = [];
    private readonly Dictionary<int, string> _broadcasts = [];
    private readonly HashSet<string> _taken = [];
    private readonly Dictionary<int, int> _uses = [];
    private int _stamp;

    /// <summary>For each number of loops, the statements inside that many.</summary>
    public List<string>[] Statements { get; } = Enumerable.Range(0, loops.Count + 1).Select(_ => new List<string>()).ToArray();

    private GraphBuilder Graph => kernel.Program.Graph;

    /// <summary>Announces an item, so that what several items use is computed once.</summary>
    public void Announce(NestItem item)
    {
        _stamp = item.Stamp;
        CountUses(item.Node);
    }

    /// <summary>Says that a local inside all loops holds a node's value.</summary>
    public void Bind(int node, string local) => _locals[node] = local;

    /// <summary>The C# text of an item's value inside all loops.</summary>
    public string Value(NestItem item)
    {
        _stamp = item.Stamp;
        return Value(item.Node, loops.Count);
    }

    /// <summary>The same as a vector, whatever it varies with.</summary>
    public string Vector(NestItem item)
    {
        string value = Value(item);
        return IsVector(item.Node) ? value : names.Broadcast(value);
    }

    public string Remaining() => $"{names.Bound(lane!)} - {names.Index(lane!)}";

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
        (SlotOf(id) is { } slot && !produced.Contains(slot))
        || Graph[id].Op is Op.Element or Op.Rename or Op.Circulate
        || (Graph[id].Op == Op.Shift && SlotOf(Graph[id].Arguments[0]) is not null)
        || (Graph[id].Op == Op.QuarterTurn && (names.TurnsInMemory || Graph[id].Axis != lane));

    /// <summary>The number of loops that a value depends on: it can be computed inside that many.</summary>
    private int Level(int id)
    {
        int level = 0;
        for (int i = 0; i < loops.Count; i++)
        {
            if (DependsOn(id, loops[i]))
            {
                level = i + 1;
            }
        }

        return level;
    }

    private bool DependsOn(int id, string loop) => loop switch
    {
        Time => kernel.Extents(id).Time,
        Head => kernel.Extents(id).Head,
        _ => Graph[id].Axes.Contains(loop),
    };

    private int? SlotOf(int id) => names.SlotOf(id, _stamp);

    public bool IsVector(int id) => lane is not null && DependsOn(id, lane);

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
        string name = Unique(names.Local(id));
        Statements[own].Add($"var {name} = {text};");
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
            case Op.Extent: return $"(float){names.Bound(node.Axis!)}";
            case Op.Negate: return Infix(3, "-" + Argument(0, 3));

            // A difference is taken first: that of two large numbers is exact, and much of it is lost where x + (a - b) adds x to one of them.
            case Op.Add: return Infix(1, $"{Argument(0, 1)} + {Argument(1, Graph[node.Arguments[1]].Op == Op.Subtract ? 2 : 1)}");
            case Op.Subtract: return Infix(1, $"{Argument(0, 1)} - {Argument(1, 2)}");
            case Op.Multiply: return Infix(2, $"{Argument(0, 2)} * {Argument(1, 2)}");
            case Op.Divide: return Infix(2, $"{Argument(0, 2)} / {Argument(1, 3)}");
            case Op.Detach: return Argument(0, precedence);
            case Op.Place:
                return node.Axis == lane
                    ? $"{names.Function("PlaceLane", vector: true)}({BroadcastOrVector(node.Arguments[0], level)}, {names.Index(lane!)}, {Int(node.Index)})"
                    : names.Place(Argument(0), names.Index(node.Axis!), Int(node.Index), vector);
            case Op.Shift: return Shifted(node, node.Axis == lane ? BroadcastOrVector(node.Arguments[0], level) : Argument(0), vector);
            case Op.QuarterTurn: return $"QuarterTurn({BroadcastOrVector(node.Arguments[0], level)})";
            case Op.Sum or Op.MaxOver or Op.Input or Op.State or Op.Given or Op.TokenIndex:
                throw new InvalidOperationException($"{node.Op} ({node.Name}) has no memory: a lowering error.");
            default:
                return $"{names.Function(node.Op.ToString(), vector)}({string.Join(", ", Enumerable.Range(0, node.Arguments.Count).Select(i => Argument(i)))})";
        }
    }

    private string BroadcastOrVector(int id, int level) => IsVector(id) ? Value(id, level) : BroadcastOf(id, level);

    /// <summary>A value that does not vary along the lanes, in all of them: spread once, at the outermost loop that knows it.</summary>
    private string BroadcastOf(int id, int level)
    {
        if (Graph[id].Op == Op.Constant)
        {
            return names.Broadcast(Literal(Graph[id].Value));
        }

        int own = Level(id);
        if (own >= level)
        {
            return names.Broadcast(Value(id, level));
        }

        if (!_broadcasts.TryGetValue(id, out string? name))
        {
            string value = _locals.TryGetValue(id, out string? local) ? local : Text(id, own, 0);
            name = Unique(names.Local(id));
            Statements[own].Add($"var {name} = {names.Broadcast(value)};");
            _broadcasts[id] = name;
        }

        return name;
    }

    private string Load(int id)
    {
        Node node = Graph[id];
        if (SlotOf(id) is { } own)
        {
            return LoadFrom(kernel.Slots[own], null);
        }

        Slot slot = kernel.Slots[SlotOf(node.Arguments[0])
            ?? throw new InvalidOperationException($"The argument of {node.Op} has no memory: a lowering error.")];
        switch (node.Op)
        {
            case Op.Element: return LoadFrom(slot, axis => axis == node.Axis ? (Int(node.Index), false) : null);
            case Op.Rename: return LoadFrom(slot, axis => axis == node.Axis ? (names.Index(node.NewAxis!), node.NewAxis == lane) : null);
            case Op.Shift: return LoadShifted(node, slot, IsVector(id));
            case Op.Circulate: return LoadAround(node, slot);
            default:
                string index = names.Index(node.Axis!);
                if (node.Axis == lane)
                {
                    return names.LoadTurned(slot, Offset(slot, axis => axis == node.Axis ? ("", true) : null), index);
                }

                string turned = LoadFrom(slot, axis => axis == node.Axis ? ($"({index} ^ 1)", false) : null);
                return names.QuarterTurned(turned, index, IsVector(id));
        }
    }

    private string LoadShifted(Node node, Slot slot, bool vector)
    {
        if (!slot.Axes.Contains(node.Axis!))
        {
            string value = LoadFrom(slot, null);
            return Shifted(node, vector && !LoadsVector(slot) ? names.Broadcast(value) : value, vector);
        }

        string index = names.Index(node.Axis!);
        return node.Axis == lane
            ? names.LoadShifted(slot, Offset(slot, axis => axis == node.Axis ? ("", true) : null), index, Int(node.Index), names.Bound(node.Axis!))
            : Shifted(node, LoadFrom(slot, axis => axis == node.Axis ? ($"({index} {(node.Index > 0 ? "-" : "+")} {Int(Math.Abs(node.Index))})", false) : null), vector);
    }

    /// <summary>An element of a circulant. Where the lanes run along one of its axes, each reads at a place of its own.</summary>
    private string LoadAround(Node node, Slot slot)
    {
        string axis = node.Axis!, other = node.NewAxis!, bound = names.Bound(axis);
        string start = $"{names.Index(axis)} {(node.Index > 0 ? "-" : "+")} {names.Index(other)}";
        if (lane != axis && lane != other)
        {
            return LoadFrom(slot, a => a == axis ? ($"{names.Function("Around", vector: false)}({start}, {bound})", false) : null);
        }

        // Along the axis a lane reads one further; along the other one it reads one back (or on), in the next row if the slot has rows for it.
        string step = Int(lane == axis ? 1 : -node.Index), rows = lane == other && slot.Axes.Contains(other) ? names.Stride(slot, other) : "0";
        return names.LoadAround(slot, Offset(slot, a => a == axis ? ("", true) : null), start, step, bound, names.Stride(slot, axis), rows, lane);
    }

    private bool LoadsVector(Slot slot) => (lane == Time && slot.HasTime) || (lane is not null && names.StoredAxes(slot).Contains(lane));

    /// <summary>A value where a shift along an axis reads inside it, zero elsewhere.</summary>
    private string Shifted(Node node, string value, bool vector)
    {
        string index = names.Index(node.Axis!), bound = names.Bound(node.Axis!);
        if (node.Axis == lane)
        {
            return $"{names.Function("ShiftedLanes", vector: true)}({value}, {index}, {Int(node.Index)}, {bound})";
        }

        string inside = node.Index > 0 ? $"{index} >= {Int(node.Index)}" : $"{index} < {bound} - {Int(-node.Index)}";
        return $"({inside} ? {value} : {(vector ? names.Broadcast("0f") : "0f")})";
    }

    private string LoadFrom(Slot slot, Func<string, (string Index, bool Lane)?>? redirect)
    {
        List<string> axes = names.StoredAxes(slot);
        string? laneAxis = null;
        foreach (string axis in axes)
        {
            if (redirect?.Invoke(axis) is { } other ? other.Lane : axis == lane)
            {
                laneAxis = axis;
            }
        }

        bool timeLane = lane == Time && slot.HasTime;
        if (laneAxis is null && !timeLane)
        {
            return Address(slot, redirect);
        }

        if (timeLane ? axes.Count == 0 : laneAxis == axes[axes.Count - 1])
        {
            return names.Load(slot, Offset(slot, redirect));
        }

        string stride = timeLane ? names.Row(slot) : names.Stride(slot, laneAxis!);
        return names.Gather(slot, Offset(slot, redirect), stride, lane!);
    }

    public string Address(Slot slot, Func<string, (string Index, bool Lane)?>? redirect = null) => names.Element(slot, Offset(slot, redirect));

    public string Pointer(Slot slot, Func<string, (string Index, bool Lane)?>? redirect = null, bool withTime = true) =>
        names.Pointer(slot, Offset(slot, redirect, withTime));

    /// <summary>What is added to the start of a slot at a point.</summary>
    public string OffsetOf(Slot slot, bool withTime) => Offset(slot, null, withTime);

    private string Offset(Slot slot, Func<string, (string Index, bool Lane)?>? redirect, bool withTime = true)
    {
        var terms = new List<string>();
        List<string> axes = names.StoredAxes(slot);
        if (slot.HasTime && withTime)
        {
            terms.Add(axes.Count == 0 ? names.Index(Time) : $"({names.Index(Time)} * {names.Row(slot)})");
        }

        foreach (string axis in axes)
        {
            // An axis of size one along which a sum over lanes leaves nothing is not looped over.
            string index = redirect?.Invoke(axis)?.Index ?? names.Index(axis);
            if (index.Length == 0)
            {
                continue;
            }

            string stride = names.Stride(slot, axis);
            terms.Add(stride == "1" ? index : $"({index} * {stride})");
        }

        return string.Join(" + ", terms);
    }

    public string Unique(string name)
    {
        string unique = Identifier.Unique(name, candidate => names.IsReserved(candidate) || _taken.Contains(candidate));
        _taken.Add(unique);
        return unique;
    }

    private static string Literal(double value)
    {
        float single = (float)value;
        return float.IsNaN(single) ? "float.NaN"
            : float.IsPositiveInfinity(single) ? "float.PositiveInfinity"
            : float.IsNegativeInfinity(single) ? "float.NegativeInfinity"
            : single.ToString("R", CultureInfo.InvariantCulture) + "f";
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
