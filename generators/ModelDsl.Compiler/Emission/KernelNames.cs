using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// The names and idioms of generated kernels: i... for indices, n... for sizes, s... for padded sizes. A target says how its vectors and its memory are
/// spelled.
/// </summary>
internal abstract class KernelNames
{
    private const string Time = PointEmitter.Time;
    private const string Head = PointEmitter.Head;

    protected static readonly HashSet<string> Keywords =
    [
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default",
        "delegate", "do", "double", "else", "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if",
        "implicit", "in", "int", "interface", "internal", "is", "lock", "long", "namespace", "new", "null", "object", "operator", "out", "override",
        "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof", "stackalloc", "static", "string",
        "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void",
        "volatile", "while", "t", "f", "keep", "lane", "headStride", "tokens", "heads", "sequences", "first", "var", "Lanes", "Pad", "Load", "Store", "Broadcast",
        "Masked", "Gather", "Place", "PlaceLane", "QuarterTurn", "QuarterTurned", "LoadShifted", "ShiftedLanes", "LoadAround", "Around", "MultiplyAdd", "Clear", "Sum", "MaxOver", "Exp", "Log", "Sigmoid", "LogSigmoid",
        "Softplus", "Tanh", "Sin", "Cos", "Sqrt", "Rsqrt", "Abs", "Sign", "Max", "Min", "LogAddExp", "Where", "Greater", "GreaterOrEqual", "Equal", "Frame",
    ];

    private readonly KernelProgram _kernel;

    private readonly HashSet<string> _indicesAndPointers;

    protected KernelNames(KernelProgram kernel)
    {
        _kernel = kernel;
        _indicesAndPointers =
        [
            .. kernel.AxisOrder.SelectMany(axis => new[] { "i" + axis, "n" + axis, "s" + axis }),
            .. kernel.Slots.SelectMany(slot => new[] { "p" + Identifier.Capital(slot.Name), "p" + Identifier.Capital(slot.Name) + "Row" }),
        ];
    }

    /// <summary>The slot in which an item finds a node, if it is in memory by then.</summary>
    public int? SlotOf(int node, int stamp) => _kernel.Places.TryGetValue(node, out Place? place) && place.Stamp < stamp ? place.Slot : null;

    /// <summary>The axes of a slot as stored: heads innermost where they fill the lanes.</summary>
    public List<string> StoredAxes(Slot slot) =>
        [.. slot.Axes, .. _kernel.HeadsAsLanes && slot.HasHead ? [Head] : Array.Empty<string>()];

    /// <summary>Whether a pair of lanes can be turned only by loading it the other way round.</summary>
    public abstract bool TurnsInMemory { get; }

    /// <summary>Floats from one token's row of a slot to the next.</summary>
    public abstract string Row(Slot slot);

    /// <summary>One number in all lanes.</summary>
    public abstract string Broadcast(string value);

    /// <summary>The name of a function of vectors or of numbers.</summary>
    public abstract string Function(string name, bool vector);

    /// <summary>A value where an index has a place, 0 elsewhere.</summary>
    public abstract string Place(string value, string index, string place, bool vector);

    /// <summary>The other number of a pair, as it becomes when the pair is turned.</summary>
    public abstract string QuarterTurned(string other, string index, bool vector);

    /// <summary>A row, shifted along the lanes: those of a lane's index on, zero outside the row.</summary>
    public abstract string LoadShifted(Slot slot, string offset, string index, string shift, string size);

    /// <summary>
    /// Lane l: the number at (start + l step) mod size along an axis, l rows on; only lanes within the bound of their loop are read.
    /// </summary>
    public abstract string LoadAround(Slot slot, string offset, string start, string step, string size, string stride, string rows, string lane);

    /// <summary>A number in memory.</summary>
    public abstract string Element(Slot slot, string offset);

    /// <summary>A place in memory, as functions that load and store take it.</summary>
    public abstract string Pointer(Slot slot, string offset);

    /// <summary>A vector of neighbours in memory.</summary>
    public abstract string Load(Slot slot, string offset);

    /// <summary>A vector of numbers that are a stride apart; only those within the bound of the lanes' loop are read.</summary>
    public abstract string Gather(Slot slot, string offset, string stride, string lane);

    /// <summary>A vector of neighbours, each pair turned.</summary>
    public abstract string LoadTurned(Slot slot, string offset, string index);

    /// <summary>A name as an identifier.</summary>
    public static string Escape(string name) => Keywords.Contains(name) ? "@" + name : name;

    public string Index(string loop) => loop switch
    {
        Time => "t",
        Head => "lane",
        _ => Escape("i" + loop),
    };

    public virtual string Bound(string loop) => loop switch
    {
        Time => "tokens",
        Head => "heads",
        _ => "n" + loop,
    };

    /// <summary>The product of the sizes of the axes inside an axis, the innermost padded to whole vectors.</summary>
    public string Stride(Slot slot, string axis)
    {
        List<string> axes = StoredAxes(slot);
        List<string> inner = axes.Skip(axes.IndexOf(axis) + 1).ToList();
        if (inner.Count == 0)
        {
            return "1";
        }

        return string.Join(" * ", inner.Select((a, i) => i == inner.Count - 1 ? Padded(a) : Bound(a)));
    }

    public virtual string Padded(string axis) => axis == Head ? "headStride" : "s" + axis;

    /// <summary>Whether a local may not be called so: a spec's author may call one as generated code calls an index or a pointer.</summary>
    public virtual bool IsReserved(string name) => Keywords.Contains(name) || _indicesAndPointers.Contains(name);

    /// <summary>The name of a local that holds a node's value.</summary>
    public string Local(int id)
    {
        Node node = _kernel.Program.Graph[id];
        return _kernel.Places.TryGetValue(id, out Place? place) ? _kernel.Slots[place.Slot].Name
            : node.Name is { } name && node.Op != Op.Given ? name
            : node.Op is Op.Multiply or Op.Add or Op.Subtract or Op.Divide ? "x"
            : char.ToLowerInvariant(node.Op.ToString()[0]) + node.Op.ToString().Substring(1);
    }

    public string Formula(NestItem item, Space space)
    {
        Slot slot = _kernel.Slots[item.Slot];
        var formula = new Formula(_kernel.Program.Graph, id => SlotOf(id, item.Stamp) is { } known ? _kernel.Slots[known].Name : null);
        string reduced = string.Concat(space.Reduced.Select(a => (space.Maximum ? "max_" : "sum_") + a + " "))
            + (space.ReduceTime ? "sum_t " : "") + (space.ReduceHead ? "sum_h " : "");
        string axes = string.Join(", ", (slot.HasTime ? new[] { "t" } : []).Concat(slot.Axes));
        return $"{slot.Name}{(axes.Length > 0 ? $"[{axes}]" : "")} {(item.Accumulate ? "+=" : "=")} {reduced}{formula.OfItem(item.Node, SlotOf(item.Node, item.Stamp) is not null)}";
    }
}
