using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>SIMD C# over pointers: p... for a slot's pointer, p...Row for its row length.</summary>
internal sealed class CpuNames(KernelProgram kernel) : KernelNames(kernel)
{
    public override bool TurnsInMemory => false;

    public static string PointerName(Slot slot) => "p" + Identifier.Capital(slot.Name);

    public override string Row(Slot slot) => StoredAxes(slot).Count == 0 ? "1" : PointerName(slot) + "Row";

    public override string Broadcast(string value) => $"Broadcast({value})";

    public override string Function(string name, bool vector) => name;

    public override string Place(string value, string index, string place, bool vector) => $"Place({value}, {index}, {place})";

    public override string QuarterTurned(string other, string index, bool vector) => $"QuarterTurned({other}, {index})";

    public override string Element(Slot slot, string offset) => $"{PointerName(slot)}[{(offset.Length == 0 ? "0" : offset)}]";

    public override string Pointer(Slot slot, string offset) => offset.Length == 0 ? PointerName(slot) : $"{PointerName(slot)} + {offset}";

    public override string Load(Slot slot, string offset) => $"Load({Pointer(slot, offset)})";

    public override string Gather(Slot slot, string offset, string stride, string lane) =>
        $"Gather({Pointer(slot, offset)}, {stride}, {Bound(lane)} - {Index(lane)})";

    public override string LoadShifted(Slot slot, string offset, string index, string shift, string size) =>
        $"LoadShifted({Pointer(slot, offset)}, {index}, {shift}, {size})";

    public override string LoadAround(Slot slot, string offset, string start, string step, string size, string stride, string rows, string lane) =>
        $"LoadAround({Pointer(slot, offset)}, {start}, {step}, {size}, {stride}, {rows}, {Bound(lane)} - {Index(lane)})";

    public override string LoadTurned(Slot slot, string offset, string index) =>
        throw new InvalidOperationException("Lanes are turned in registers: a lowering error.");
}
