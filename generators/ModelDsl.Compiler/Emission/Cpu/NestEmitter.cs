using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>
/// Writes one nest as SIMD C#. The innermost axis in memory fills the vector lanes (for values without axes: time does).
/// </summary>
internal sealed class NestEmitter
{
    private const string Time = PointEmitter.Time;
    private const string Head = PointEmitter.Head;

    private readonly KernelProgram _kernel;
    private readonly KernelNames _names;
    private readonly Nest _nest;
    private readonly Space _space;
    private readonly List<string> _loops;
    private readonly string? _lane;
    private readonly int _keptLoops;
    private readonly PointEmitter _point;

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
        _point = new PointEmitter(kernel, names, _loops, _lane, _space.IsReduction ? [] : nest.Items.Select(i => i.Slot).ToList());
    }

    private List<string>[] Statements => _point.Statements;

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
            _point.Announce(item);
        }

        var accumulators = new List<string>();
        var stores = new List<string>();
        foreach (NestItem item in _nest.Items)
        {
            Slot slot = _kernel.Slots[item.Slot];
            if (_space.IsReduction)
            {
                Reduce(item, slot, accumulators, stores);
            }
            else
            {
                Statements[_loops.Count].Add(Store(slot, item, _lane is null ? _point.Value(item) : _point.Vector(item)));
            }
        }

        // Locals outside all loops get a scope of their own: the next nest may use the same names.
        bool declares = _loops.Count > 0 ? Statements[0].Count > 0 || (_space.IsReduction && _keptLoops == 0) : Statements[0].Count > _nest.Items.Count;
        if (declares)
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
        foreach (string statement in Statements[level])
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

    private void Reduce(NestItem item, Slot slot, List<string> accumulators, List<string> stores)
    {
        string sum = _point.Unique(slot.Name);
        bool vector = _lane is not null;
        bool laneReduced = _lane is not null && IsReduced(_lane);
        string start = _space.Maximum ? "float.NegativeInfinity" : "0f";
        accumulators.Add(vector ? $"var {sum} = Broadcast({start});" : $"float {sum} = {start};");
        string point = vector ? _point.Vector(item) : _point.Value(item);
        if (laneReduced)
        {
            string remaining = _point.Remaining();
            point = _space.Maximum ? $"Masked({point}, {remaining}, float.NegativeInfinity)" : $"Masked({point}, {remaining})";
        }

        Statements[_loops.Count].Add(_space.Maximum ? $"{sum} = Max({sum}, {point});" : $"{sum} += {point};");
        stores.Add(laneReduced
            ? $"{_point.Address(slot)} {(item.Accumulate ? "+=" : "=")} {(_space.Maximum ? "MaxOver" : "Sum")}({sum});"
            : Store(slot, item, sum));
    }

    private string Store(Slot slot, NestItem item, string value)
    {
        if (_lane is null)
        {
            return $"{_point.Address(slot)} {(item.Accumulate ? "+=" : "=")} {value};";
        }

        string pointer = _point.Pointer(slot);
        if (!item.Accumulate)
        {
            return $"Store({pointer}, {value}, {_point.Remaining()});";
        }

        // Behind the last token that a state's gradient is added to before it stands the one after it: no padding that may be cleared.
        string store = _lane == Time && slot.Kind is SlotKind.PreviousGradient or SlotKind.NextGradient ? "StorePartial" : "Store";
        return $"{store}({pointer}, Load({pointer}) + {value}, {_point.Remaining()});";
    }
}
