using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes where a group of threads keeps what: the slots of a frame, and the states and engines' operands of a tile.</summary>
internal sealed class GpuLayoutEmitter(RecurrenceSpec spec, KernelProgram kernel, GpuNames names)
{
    private readonly IReadOnlyList<(string State, string Gradient, string Sums)> _fields = FieldsOfTiles(spec.Graph);

    private StepGraph Graph => spec.Graph;

    public void WritePlan(SourceWriter writer)
    {
        using (writer.Open($"private static readonly {RuntimeNames.GpuPlan} Plan = new()", "};"))
        {
            writer.Line($"HeadsAsLanes = {Bool(kernel.HeadsAsLanes)},");
            writer.Line($"HasMemory = {Bool(Memories.Any())},");
            writer.Line($"DecaysPerKey = {Bool(Memories.Any(m => m.KeyDecayPerKey))},");
            writer.Line($"Components = {Int(kernel.Components.Count)},");
            writer.Line($"InputGradients = [{string.Join(", ", kernel.InputGradientSlots.Select(Gradient))}],");
        }
    }

    /// <summary>
    /// The slots of the frame: first what a forward kernel needs, so that its frame is small, then what only the adjoint does.
    /// </summary>
    public void WriteSlots(SourceWriter writer, GpuKernelParts parts)
    {
        var needed = new HashSet<int>(kernel.Slots.Where(s => s.Kind is SlotKind.Input or SlotKind.TokenIndex or SlotKind.Previous or SlotKind.Next).Select(s => s.Id)
            .Concat(parts.ForwardStages.SelectMany(s => s.Nests).SelectMany(n => n.Items).Select(i => i.Slot)).Concat(kernel.Components.SelectMany(c => c.Reads)).Concat(kernel.OutputSlots));
        List<Slot> forward = kernel.Slots.Where(s => needed.Contains(s.Id)).ToList();
        List<Slot> adjoint = kernel.Slots.Where(s => !needed.Contains(s.Id) && !parts.AbsentSlots.Contains(s.Id)).ToList();
        List<(string Name, string Loop)> sums = Parts(parts.ForwardStages);
        List<(string Name, string Loop)> adjointSums = Parts(parts.AdjointStages).Except(sums).ToList();

        writer.Line("// Where the frame of a group holds what: floats from its start. What only the adjoint needs lies behind the rest.");
        using (writer.Open("private readonly struct Slots"))
        {
            Declare(forward, sums, "End");
            Declare(adjoint, adjointSums, "AdjointEnd");
            writer.Line();
            var body = new SourceWriter();
            body.Line("int next = 0;");
            Lay(body, forward, sums);
            body.Line("End = next;");
            Lay(body, adjoint, adjointSums);
            body.Line("AdjointEnd = next;");
            WriteConstructor(writer, "public Slots(Gpu::KernelShape s)", body.ToString().TrimEnd('\n'));
        }

        void Declare(List<Slot> slots, List<(string Name, string Loop)> sums, string end)
        {
            slots.ForEach(slot => writer.Line($"public readonly int {GpuNames.Field(slot)}; // {Shape(slot)}"));
            sums.ForEach(sum => writer.Line($"public readonly int {sum.Name}; // sums, in parts"));
            writer.Line($"public readonly int {end};");
        }
    }

    private void Lay(SourceWriter body, List<Slot> slots, List<(string Name, string Loop)> sums)
    {
        foreach (Slot slot in slots)
        {
            string name = GpuNames.Field(slot), row = names.Row(slot);
            switch (slot.Kind)
            {
                case SlotKind.Next or SlotKind.NextGradient:
                    SlotKind before = slot.Kind == SlotKind.Next ? SlotKind.Previous : SlotKind.PreviousGradient;
                    Slot previous = kernel.Slots.First(s => s.Kind == before && s.Index == slot.Index);
                    body.Line($"{Own(name)} = {Own(GpuNames.Field(previous))} + {row};");
                    continue;
                case SlotKind.Previous or SlotKind.PreviousGradient:
                    Take(body, name, $"(s.Chunk + 1) * {row}");
                    continue;
                default:
                    Take(body, name, slot.HasTime ? row == "1" ? "s.Chunk" : $"s.Chunk * {row}" : row);
                    continue;
            }
        }

        foreach ((string name, string loop) in sums)
        {
            Take(body, name, $"{(loop.Length == 0 ? "1" : loop == PointEmitter.Time ? "s.Chunk" : names.Bound(loop))} * (s.Columns + 1)");
        }
    }

    /// <summary>The sums that columns of threads leave in parts, each with the loop whose steps it is for.</summary>
    private List<(string Name, string Loop)> Parts(IEnumerable<Stage> stages) => stages.SelectMany(s => GpuNestEmitter.Of(kernel, s)).Select(n => new GpuNestEmitter(kernel, names, n))
        .Where(n => n.PartsOf is not null).SelectMany(n => Enumerable.Range(0, n.Items).Select(i => (GpuNestEmitter.PartName(n.PartsOf!, i), n.PartsOf!)))
        .Distinct().OrderBy(p => p.Item1, StringComparer.Ordinal).ToList();

    public void WriteTiles(SourceWriter writer)
    {
        writer.Line();
        writer.Line("// Where the tile of a group holds states, their gradients and what engines work on.");
        using (writer.Open("private readonly struct Tiles"))
        {
            var body = new SourceWriter();
            if (Memories.Any())
            {
                body.Line("_chunk = s.Chunk;");
                body.Line("_adjoint = adjoint;");
            }

            body.Line("int next = 0;");
            foreach (LoweredComponent lowered in kernel.Components)
            {
                if (lowered.Component is MemoryComponent memory)
                {
                    WriteMemory(writer, body, memory);
                    continue;
                }

                if (lowered.Component is FormedComponent formed)
                {
                    WriteFormed(writer, body, formed);
                    continue;
                }

                foreach (int state in lowered.Component.States)
                {
                    string axes = Listed(StoredAxes(state));
                    writer.Line($"public readonly int {StateName(state)}, {GradientName(state)}; // [{axes}]");
                    Take(body, StateName(state), StateRow(state));
                    Take(body, GradientName(state), StateRow(state));
                }
            }

            body.Line("End = next;");
            writer.Line("public readonly int End;");
            if (Memories.Any())
            {
                writer.Line("private readonly int _chunk, _adjoint;");
            }

            writer.Line();
            WriteConstructor(writer, "public Tiles(Gpu::KernelShape s, int adjoint)", body.ToString().TrimEnd('\n'));
        }
    }

    /// <summary>Floats of a state of a unit, as it lies in a tile: rows padded.</summary>
    public string StateLength(int state) => $"Gpu::KernelShape.Pad({StateRow(state)})";

    public string StateName(int state) => _fields[state].State;

    public string GradientName(int state) => _fields[state].Gradient;

    /// <summary>A number for each key of a matrix that is made of memories.</summary>
    public string SumsName(int state) => _fields[state].Sums;

    public bool IsMemory(int state) => kernel.Components.Any(c => c.Component is MemoryComponent m && m.States.Contains(state));

    /// <summary>Whether a memory has no value axes: one column, in rows with padding.</summary>
    public bool IsOneColumn(int state) => kernel.Components.Any(c => c.Component is MemoryComponent { ValueAxes.Count: 0 } m && m.States.Contains(state));

    /// <summary>Where a state begins in a tile.</summary>
    public string StateAt(int state) => IsMemory(state) ? $"tiles.{InMemory(state, "State")}" : $"tiles.{StateName(state)}";

    public string GradientAt(int state) => IsMemory(state) ? $"tiles.{InMemory(state, "StateGradient")}" : $"tiles.{GradientName(state)}";

    /// <summary>States of one memory lie under each other.</summary>
    private string InMemory(int state, string place)
    {
        MemoryComponent memory = Memories.First(m => m.States.Contains(state));
        int part = memory.States.ToList().IndexOf(state);
        string at = $"{StateName(memory.State)}.{place}";
        return part == 0 ? at : $"{at} + {(part == 1 ? "" : Int(part) + " * ")}{StateLength(state)}";
    }

    /// <summary>The axes of a state in memory order: a memory's keys first, heads last where they fill the lanes.</summary>
    public List<string> StoredAxes(int state)
    {
        List<string> axes = Graph.States[state].Axes.OrderBy(a => kernel.AxisOrder.ToList().IndexOf(a)).ToList();
        EquatableArray<string> keys = kernel.Components.Select(c => c.Component).First(c => c.States.Contains(state)) switch
        {
            MemoryComponent m => m.KeyAxes,
            FormedComponent f => EquatableArray.Of(f.KeyAxis),
            _ => default,
        };
        axes = [.. axes.Where(keys.Contains), .. axes.Where(a => !keys.Contains(a))];

        return kernel.HeadsAsLanes ? [.. axes, PointEmitter.Head] : axes;
    }

    /// <summary>The floats of a state in rows with padding.</summary>
    public string StateRow(int state)
    {
        List<string> axes = StoredAxes(state);
        return axes.Count == 0 ? "1" : Strides(state)[0] is var stride && stride == "1" ? names.Padded(axes[0]) : $"{names.Bound(axes[0])} * {stride}";
    }

    /// <summary>Floats from one element of a state to the next along each of its axes, in the order of <see cref="StoredAxes"/>.</summary>
    public List<string> Strides(int state)
    {
        List<string> axes = StoredAxes(state);
        if (IsOneColumn(state))
        {
            return [.. axes.Select((_, i) => string.Join(" * ", axes.Skip(i + 1).Select(names.Bound).Append("Gpu::KernelShape.Padding")))];
        }

        return [.. axes.Select((_, i) => i == axes.Count - 1
            ? "1"
            : string.Join(" * ", axes.Skip(i + 1).Select((a, j) => i + 1 + j == axes.Count - 1 ? names.Padded(a) : names.Bound(a))))];
    }

    /// <summary>Declares the sizes that a body uses.</summary>
    public void WriteSizes(SourceWriter writer, string body)
    {
        var words = new HashSet<string>(body.Split([.. " ()[]{};,+-*/<>=&|!?:.\n"], StringSplitOptions.RemoveEmptyEntries));
        for (int i = 0; i < Graph.Axes.Count; i++)
        {
            string axis = Graph.Axes[i].Name;
            if (words.Contains("n" + axis))
            {
                writer.Line($"int n{axis} = s.Axis{Int(i)};");
            }

            if (words.Contains("s" + axis))
            {
                writer.Line($"int s{axis} = Gpu::KernelShape.Pad(s.Axis{Int(i)});");
            }
        }
    }

    /// <summary>
    /// A memory's part of a tile is laid out where it is asked for, from plain numbers: ILGPU takes two structs for one if they hold as many numbers, nested or not.
    /// </summary>
    private void WriteMemory(SourceWriter writer, SourceWriter body, MemoryComponent memory)
    {
        string name = StateName(memory.State), field = "_" + Graph.States[memory.State].Name;
        string keyDecay = memory.KeyDecays.Count == 0 ? "0" : memory.KeyDecayPerKey ? "2" : "1";
        string feedback = !memory.HasFeedback ? "0" : memory.Writes.Any(w => w.Feedback.Any(c => c is { Axes.Count: > 0 })) ? "2" : "1";
        writer.Line($"// [{Listed(StoredAxes(memory.State))}] and the operands of a chunk");
        writer.Line($"public Gpu::MemoryTile {name} => Gpu::MemoryTile.Lay({field}Start, keys: {field}Keys, values: {field}Values, reads: {Int(memory.Reads.Count)}, writes: {Int(memory.Writes.Count)}, _chunk, keyDecayKind: {keyDecay}, hasValueDecay: {(memory.ValueDecay is null ? "0" : "1")}, feedbackKind: {feedback}, _adjoint);");
        writer.Line($"private readonly int {field}Start, {field}Keys, {field}Values;");
        body.Line($"{field}Start = next;");
        body.Line($"{field}Keys = {(memory.States.Count == 1 ? "" : Int(memory.States.Count) + " * ")}{string.Join(" * ", StoredAxes(memory.State).Where(memory.KeyAxes.Contains).Select(names.Bound))};");
        body.Line($"{field}Values = {Values(memory)};");
        body.Line($"next = {name}.End;");
    }

    /// <summary>A matrix that is made of memories has a gradient and room for sums only where there is an adjoint.</summary>
    private void WriteFormed(SourceWriter writer, SourceWriter body, FormedComponent formed)
    {
        string state = StateName(formed.State), gradient = GradientName(formed.State), sums = SumsName(formed.State);
        writer.Line($"public readonly int {state}, {gradient}, {sums}; // [{Listed(StoredAxes(formed.State))}], and sums along [{formed.KeyAxis}]");
        Take(body, state, StateRow(formed.State));
        Take(body, gradient, $"adjoint * {StateRow(formed.State)}");
        Take(body, sums, $"adjoint * {names.Bound(formed.KeyAxis)}");
    }

    private void WriteConstructor(SourceWriter writer, string header, string body)
    {
        using (writer.Open(header))
        {
            WriteSizes(writer, body);
            writer.Lines(body);
        }
    }

    /// <summary>What a tile calls each state, its gradient and sums. Two states may differ in a capital alone, and one may be called as another's gradient would be.</summary>
    private static List<(string State, string Gradient, string Sums)> FieldsOfTiles(StepGraph graph)
    {
        HashSet<string> taken = ["Tiles", "End", "_chunk", "_adjoint"], names = [.. graph.States.Select(s => s.Name)];
        string New(string name)
        {
            string unique = Identifier.Unique(name, candidate => taken.Contains(candidate) || (candidate != name && names.Contains(candidate)));
            taken.Add(unique);
            return unique;
        }

        List<string> states = graph.States.Select(s => New(s.Name)).ToList();
        List<string> gradients = graph.States.Select(s => New("d" + Identifier.Capital(s.Name))).ToList();
        return states.Select((state, i) => (GpuNames.Escape(state), gradients[i], New(gradients[i] + "Sums"))).ToList();
    }

    /// <summary>A field in its constructor, where a parameter or local may have the same name.</summary>
    private string Own(string field) =>
        field.TrimStart('@') is "s" or "next" or "adjoint" || Graph.Axes.Any(axis => field == "n" + axis.Name || field == "s" + axis.Name) ? "this." + field : field;

    private void Take(SourceWriter body, string name, string length)
    {
        body.Line($"{Own(name)} = next;");
        body.Line($"next += Gpu::KernelShape.Pad({length});");
    }

    private string Values(MemoryComponent memory)
    {
        List<string> values = StoredAxes(memory.State).Skip(memory.KeyAxes.Count).ToList();
        return values.Count switch
        {
            0 => "1",
            1 => names.Bound(values[0]),
            _ => string.Join(" * ", values.Select((a, i) => i == values.Count - 1 ? names.Padded(a) : names.Bound(a))),
        };
    }

    private string Gradient(int slot) => slot < 0 ? "null" : $"new({Bool(kernel.Slots[slot].HasTime)}, {Bool(kernel.Slots[slot].HasHead)})";

    private string Shape(Slot slot) => $"[{Listed((slot.HasTime ? new[] { "t" } : []).Concat(names.StoredAxes(slot)))}]";

    private static string Listed(IEnumerable<string> axes) => string.Join(", ", axes.Select(a => a == PointEmitter.Head ? "head" : a));

    private IEnumerable<MemoryComponent> Memories => kernel.Components.Select(c => c.Component).OfType<MemoryComponent>();

    private static string Bool(bool value) => value ? "true" : "false";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
