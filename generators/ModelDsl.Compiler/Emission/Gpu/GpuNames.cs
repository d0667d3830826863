using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Device code over views: at.x is where slot x begins in the frame, L is what a thread computes at once. Where heads fill the lanes,
/// all lanes of a unit are computed, in use or not: a constant number, and no lane sees another.
/// </summary>
internal sealed class GpuNames(KernelProgram kernel) : KernelNames(kernel)
{
    private const string Mathematics = "Gpu::DeviceMath.";

    // Locals and parameters of generated code. Types of the runtime are named with an alias before them: whatever a spec calls its own, Gpu::Memory is the runtime's.
    private static readonly HashSet<string> Own =
    [
        "L", "s", "a", "at", "frame", "tile", "tiles", "unit", "summary", "shape", "task", "chunk", "after", "addsUp", "direction",
    ];

    public override bool TurnsInMemory => true;

    public static string At(Slot slot) => "at." + Field(slot);

    /// <summary>What the struct of the slots' places calls a slot: not as it is called itself, and as it calls no end and no parts of a sum.</summary>
    public static string Field(Slot slot) =>
        slot.Name.TrimEnd('_') is "Slots" or "End" or "AdjointEnd" || slot.Name.StartsWith("parts", StringComparison.Ordinal) ? slot.Name + "_" : Escape(slot.Name);

    public override string Bound(string loop) => loop == PointEmitter.Head ? "s.Heads" : base.Bound(loop);

    public override string Row(Slot slot)
    {
        List<string> axes = StoredAxes(slot);
        return axes.Count == 0 ? "1" : string.Join(" * ", axes.Select((a, i) => i == axes.Count - 1 ? Padded(a) : Bound(a)));
    }

    public override string Padded(string axis) => axis == PointEmitter.Head ? "s.Heads" : base.Padded(axis);

    public override string Broadcast(string value) => $"L.Broadcast({value})";

    public override string Function(string name, bool vector) => vector ? "L." + name : Mathematics + name;

    public override string Place(string value, string index, string place, bool vector) =>
        vector ? $"({index} == {place} ? {value} : L.Broadcast(0f))" : $"{Mathematics}Place({value}, {index}, {place})";

    public override string QuarterTurned(string other, string index, bool vector) =>
        vector ? $"(({index} & 1) == 0 ? -{other} : {other})" : $"{Mathematics}QuarterTurned({other}, {index})";

    public override string Element(Slot slot, string offset) => $"frame[{Position(slot, offset)}]";

    public override string Pointer(Slot slot, string offset) => $"frame, {Position(slot, offset)}";

    public override string Load(Slot slot, string offset) => $"L.Load({Pointer(slot, offset)})";

    public override string Gather(Slot slot, string offset, string stride, string lane) =>
        $"L.Gather({Pointer(slot, offset)}, {stride}, {Index(lane)}, {Bound(lane)})";

    public override string LoadTurned(Slot slot, string offset, string index) => $"L.LoadTurned({Pointer(slot, offset)}, {index})";

    public override string LoadShifted(Slot slot, string offset, string index, string shift, string size) =>
        $"L.LoadShifted({Pointer(slot, offset)}, {index}, {shift}, {size})";

    public override string LoadAround(Slot slot, string offset, string start, string step, string size, string stride, string rows, string lane) =>
        $"L.LoadAround({Pointer(slot, offset)}, {start}, {step}, {size}, {stride}, {rows}, {Bound(lane)} - {Index(lane)})";

    public override bool IsReserved(string name) => base.IsReserved(name) || Own.Contains(name);

    private static string Position(Slot slot, string offset) => offset.Length == 0 ? At(slot) : $"{At(slot)} + {offset}";
}
