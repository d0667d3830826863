using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes one nest for a group of threads: rows of threads share out the outermost loop, columns the lanes. A sum along the lanes leaves one
/// part for each column, which are added in order after a barrier. Ends with a barrier.
/// </summary>
internal sealed class GpuNestEmitter
{
    private const string Time = PointEmitter.Time;
    private const string Head = PointEmitter.Head;

    private readonly KernelProgram _kernel;
    private readonly GpuNames _names;
    private readonly Nest _nest;
    private readonly Space _space;
    private readonly List<string> _loops;
    private readonly string? _lane;
    private readonly int _kept;
    private readonly PointEmitter _point;

    public GpuNestEmitter(KernelProgram kernel, GpuNames names, Nest nest)
    {
        _kernel = kernel;
        _names = names;
        _nest = nest;
        _space = nest.Space;
        _lane = _space.OverHead ? Head : _space.Axes.Count > 0 ? _space.Axes[_space.Axes.Count - 1] : _space.OverTime ? Time : null;
        IEnumerable<string> all = (_space.OverTime ? new[] { Time } : []).Concat(_space.Axes).Concat(_space.OverHead ? [Head] : []);
        List<string> kept = all.Where(l => !IsReduced(l)).ToList();
        _loops = [.. kept, .. all.Where(IsReduced)];
        _kept = kept.Count;
        _point = new PointEmitter(kernel, names, _loops, _lane, _space.IsReduction ? [] : nest.Items.Select(i => i.Slot).ToList());
    }

    /// <summary>
    /// The nests of a stage, each of which threads may share out by tokens. The gradients of a state before and after a token overlap by a row: what adds to
    /// both is two nests.
    /// </summary>
    public static IEnumerable<Nest> Of(KernelProgram kernel, Stage stage)
    {
        foreach (Nest nest in stage.Nests)
        {
            bool IsNext(NestItem item) => kernel.Slots[item.Slot].Kind == SlotKind.NextGradient;
            if (nest.Items.Any(IsNext) && nest.Items.Any(i => kernel.Slots[i.Slot].Kind == SlotKind.PreviousGradient))
            {
                yield return nest with { Items = nest.Items.Where(i => !IsNext(i)).ToList() };
                yield return nest with { Items = nest.Items.Where(IsNext).ToList() };
            }
            else
            {
                yield return nest;
            }
        }
    }

    /// <summary>Writes the nests of a stage.</summary>
    public static void Write(SourceWriter writer, KernelProgram kernel, GpuNames names, Stage stage)
    {
        bool isFirst = true;
        foreach (Nest nest in Of(kernel, stage))
        {
            if (!isFirst)
            {
                writer.Line();
            }

            isFirst = false;
            new GpuNestEmitter(kernel, names, nest).Write(writer);
        }
    }

    /// <summary>The loop whose every step leaves a part of a sum for each column of threads ("" for a single sum); null if no such parts are needed.</summary>
    public string? PartsOf => LaneIsReduced && _kept <= 1 ? _kept == 1 ? _loops[0] : "" : null;

    public int Items => _nest.Items.Count;

    private bool LaneIsReduced => _lane is not null && IsReduced(_lane);

    public static string PartName(string loop, int item) => "parts" + (loop == Time ? "OfTokens" : loop) + (item == 0 ? "" : (item + 1).ToString(System.Globalization.CultureInfo.InvariantCulture));

    public void Write(SourceWriter writer)
    {
        foreach (NestItem item in _nest.Items)
        {
            writer.Line("// " + _names.Formula(item, _space));
            _point.Announce(item);
        }

        var accumulators = new List<string>();
        var stores = new List<string>();
        var sums = new List<string>();
        for (int i = 0; i < _nest.Items.Count; i++)
        {
            NestItem item = _nest.Items[i];
            Slot slot = _kernel.Slots[item.Slot];
            if (_space.IsReduction)
            {
                Reduce(item, slot, i, accumulators, stores, sums);
            }
            else
            {
                _point.Statements[_loops.Count].Add(Store(slot, item, _lane is null ? _point.Value(item) : _point.Vector(item)));
            }
        }

        if (_kept == 0 && !LaneIsReduced)
        {
            using (writer.Open("if (Gpu::Team.Thread == 0)"))
            {
                WriteLevel(writer, 0, accumulators, stores);
            }
        }
        else if (_loops.Count > 0 && (_point.Statements[0].Count > 0 || _kept == 0))
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

        writer.Line("Gpu::Team.Barrier(s);");
        if (sums.Count > 0)
        {
            string header = _kept == 0 ? "if (Gpu::Team.Thread == 0)"
                : $"for (int {_names.Index(_loops[0])} = Gpu::Team.Thread; {_names.Index(_loops[0])} < {_names.Bound(_loops[0])}; {_names.Index(_loops[0])} += s.Threads)";
            using (writer.Open(header))
            {
                sums.ForEach(writer.Line);
            }

            writer.Line("Gpu::Team.Barrier(s);");
        }
    }

    private bool IsReduced(string loop) => loop switch
    {
        Time => _space.ReduceTime,
        Head => _space.ReduceHead,
        _ => _space.Reduced.Contains(loop),
    };

    private void WriteLevel(SourceWriter writer, int level, List<string> accumulators, List<string> stores)
    {
        foreach (string statement in _point.Statements[level])
        {
            writer.Line(statement);
        }

        bool reduces = _space.IsReduction && level == _kept;
        if (reduces)
        {
            accumulators.ForEach(writer.Line);
        }

        if (level < _loops.Count)
        {
            using (writer.Open(Header(level)))
            {
                WriteLevel(writer, level + 1, accumulators, stores);
            }
        }

        if (reduces)
        {
            stores.ForEach(writer.Line);
        }
    }

    /// <summary>Which threads run which steps of a loop.</summary>
    private string Header(int level)
    {
        string loop = _loops[level];
        string i = _names.Index(loop), n = _names.Bound(loop);
        bool isLane = loop == _lane;
        string width = isLane ? " * L.Width" : "";
        bool sharesColumns = isLane ? !LaneIsReduced || _kept <= 1 : LaneIsReduced && _kept > 1 && level == _kept - 1;
        if (level == 0 && _kept == 1 && isLane)
        {
            return $"for (int {i} = Gpu::Team.Thread * L.Width; {i} < {n}; {i} += s.Threads * L.Width)";
        }

        if (level == 0 && _kept >= 1)
        {
            return $"for (int {i} = Gpu::Team.Row(s); {i} < {n}; {i} += Gpu::Team.Rows(s))";
        }

        return sharesColumns
            ? $"for (int {i} = Gpu::Team.Column(s){width}; {i} < {n}; {i} += s.Columns{width})"
            : $"for (int {i} = 0; {i} < {n}; {(isLane ? $"{i} += L.Width" : i + "++")})";
    }

    private void Reduce(NestItem item, Slot slot, int index, List<string> accumulators, List<string> stores, List<string> sums)
    {
        string sum = _point.Unique(slot.Name);
        string start = _space.Maximum ? "float.NegativeInfinity" : "0f";
        accumulators.Add(_lane is not null ? $"var {sum} = L.Broadcast({start});" : $"float {sum} = {start};");
        string value = _lane is not null ? _point.Vector(item) : _point.Value(item);
        if (LaneIsReduced)
        {
            // Lanes of heads that are not in use are computed, but not counted.
            string bound = _lane == Head ? "heads" : _names.Bound(_lane!);
            value = $"L.Masked({value}, {_names.Index(_lane!)}, {bound}, {start})";
        }

        string function = _names.Function("Max", vector: _lane is not null);
        _point.Statements[_loops.Count].Add(_space.Maximum ? $"{sum} = {function}({sum}, {value});" : $"{sum} += {value};");
        string operation = item.Accumulate ? "+=" : "=";
        string lanes = _space.Maximum ? $"L.MaxOver({sum})" : $"L.Sum({sum})";
        if (PartsOf is { } loop)
        {
            string row = loop.Length == 0 ? "" : $" + ({_names.Index(loop)} * (s.Columns + 1))";
            string parts = $"at.{PartName(loop, index)}{row}";
            stores.Add($"frame[{parts} + Gpu::Team.Column(s)] = {lanes};");
            sums.Add($"{_point.Address(slot)} {operation} Gpu::Team.{(_space.Maximum ? "MaxOver" : "Sum")}(frame, {parts}, s.Columns);");
        }
        else
        {
            stores.Add(LaneIsReduced ? $"{_point.Address(slot)} {operation} {lanes};" : Store(slot, item, sum));
        }
    }

    private string Store(Slot slot, NestItem item, string value)
    {
        if (_lane is null)
        {
            return $"{_point.Address(slot)} {(item.Accumulate ? "+=" : "=")} {value};";
        }

        string pointer = _point.Pointer(slot);
        if (item.Accumulate && _lane == Time && slot.Kind is SlotKind.PreviousGradient or SlotKind.NextGradient)
        {
            // Behind the last token that a state's gradient is added to before it stands the one after it: no padding that may be cleared.
            return $"L.Scatter({pointer}, 1, L.Load({pointer}) + {value}, {_names.Index(_lane)}, {_names.Bound(_lane)});";
        }

        return $"L.Store({pointer}, {(item.Accumulate ? $"L.Load({pointer}) + {value}" : value)}, {_names.Index(_lane)}, {_names.Bound(_lane)});";
    }
}
