using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// The loops that carry a state's elements from token to token: threads share out the elements, time is innermost. A state without axes is a single number,
/// which one thread carries.
/// </summary>
internal sealed class GpuElementLoops(KernelProgram kernel, GpuNames names, int state)
{
    /// <summary>The space of what is computed at a point, for its formula.</summary>
    public static readonly Space Space = new(default, true, false, default, false, false, false);

    private readonly List<string> _loops =
    [
        .. kernel.AxisOrder.Where(kernel.Program.Source.States[state].Axes.Contains),
        .. kernel.HeadsAsLanes ? [PointEmitter.Head] : Array.Empty<string>(),
        PointEmitter.Time,
    ];

    private string? Lane => _loops.Count > 1 ? _loops[_loops.Count - 2] : null;

    /// <summary>What writes values at a point.</summary>
    /// <param name="produced">Slots whose values are computed there.</param>
    public PointEmitter Point(IReadOnlyCollection<int> produced) => new(kernel, names, _loops, Lane, produced);

    /// <summary>The statements before the loop over time.</summary>
    public List<string> Before(PointEmitter point) => point.Statements[_loops.Count - 1];

    /// <summary>The statements inside it.</summary>
    public List<string> Inside(PointEmitter point) => point.Statements[_loops.Count];

    public string Value(PointEmitter point, NestItem item) => Lane is null ? point.Value(item) : point.Vector(item);

    public string Broadcast(string value) => Lane is null ? value : names.Broadcast(value);

    /// <summary>a * b + c; c may be empty.</summary>
    public string MultiplyAdd(string a, string b, string c) =>
        c.Length == 0 ? $"{Factor.Of(a)} * {b}" : Lane is null ? $"({Factor.Of(a)} * {b}) + {c}" : $"L.MultiplyAdd({a}, {b}, {c})";

    /// <summary>(a (x) b) (+) c with a semiring's operations; c may be empty.</summary>
    public string MultiplyAdd(Semiring semiring, string a, string b, string c)
    {
        if (semiring.IsReal)
        {
            return MultiplyAdd(a, b, c);
        }

        string sum = a == Broadcast("0f") ? b : $"{a} + {b}";
        return c.Length == 0 ? sum : $"{names.Function(semiring.Plus.ToString(), Lane is not null)}({sum}, {c})";
    }

    /// <summary>An element of the row of a slot.</summary>
    public string Load(PointEmitter point, Slot slot) => Lane is null ? point.Address(slot) : $"L.Load({point.Pointer(slot)})";

    /// <summary>An element at a place that is laid out as a row of the slot.</summary>
    public string Load(PointEmitter point, Slot slot, string place) => Lane is null ? Element(place) : $"L.Load({At(point, slot, place)})";

    /// <summary>An element of the row of a slot after the last token.</summary>
    public string LoadLast(PointEmitter point, Slot slot) => Load(point, slot, $"frame, {GpuNames.At(slot)} + (tokens * {names.Row(slot)})");

    public string Store(PointEmitter point, Slot slot, string value, bool withTime = true) =>
        withTime ? StoreAt(Lane is null ? point.Address(slot) : point.Pointer(slot), value) : Store(point, slot, value, "frame, " + GpuNames.At(slot));

    public string Store(PointEmitter point, Slot slot, string value, string place) => StoreAt(Lane is null ? Element(place) : At(point, slot, place), value);

    /// <summary>Writes the loops, and a barrier behind them.</summary>
    /// <param name="backwards">Which way time goes; null if there is no loop over time.</param>
    /// <param name="ends">Statements behind the loop over time.</param>
    public void Write(SourceWriter writer, PointEmitter point, bool? backwards, IEnumerable<string> ends)
    {
        if (Lane is null)
        {
            using (writer.Open("if (Gpu::Team.Thread == 0)"))
            {
                Level(0);
            }
        }
        else if (point.Statements[0].Count > 0)
        {
            using (writer.Block())
            {
                Level(0);
            }
        }
        else
        {
            Level(0);
        }

        writer.Line("Gpu::Team.Barrier(s);");

        void Level(int level)
        {
            point.Statements[level].ForEach(writer.Line);
            if (level == _loops.Count)
            {
                return;
            }

            bool isTime = level == _loops.Count - 1;
            if (!isTime || backwards is not null)
            {
                using (writer.Open(isTime ? backwards!.Value ? "for (int t = tokens - 1; t >= 0; t--)" : "for (int t = 0; t < tokens; t++)" : Header(level)))
                {
                    Level(level + 1);
                }
            }

            foreach (string end in isTime ? ends : [])
            {
                writer.Line(end);
            }
        }
    }

    private string Header(int level)
    {
        string i = names.Index(_loops[level]), n = names.Bound(_loops[level]);
        return _loops[level] != Lane ? level == 0 ? $"for (int {i} = Gpu::Team.Row(s); {i} < {n}; {i} += Gpu::Team.Rows(s))" : $"for (int {i} = 0; {i} < {n}; {i}++)"
            : level == 0 ? $"for (int {i} = Gpu::Team.Thread * L.Width; {i} < {n}; {i} += s.Threads * L.Width)"
            : $"for (int {i} = Gpu::Team.Column(s) * L.Width; {i} < {n}; {i} += s.Columns * L.Width)";
    }

    private static string At(PointEmitter point, Slot slot, string place)
    {
        string offset = point.OffsetOf(slot, withTime: false);
        return offset.Length == 0 ? place : $"{place} + {offset}";
    }

    /// <summary>"memory, place" as an element.</summary>
    private static string Element(string place)
    {
        int comma = place.IndexOf(',');
        return $"{place.Substring(0, comma)}[{place.Substring(comma + 2)}]";
    }

    private string StoreAt(string place, string value) =>
        Lane is null ? $"{place} = {value};" : $"L.Store({place}, {value}, {names.Index(Lane)}, {names.Bound(Lane)});";
}
