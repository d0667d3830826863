using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Cpu;

/// <summary>The loops of a nest that carries elementwise states in registers: over the states' elements, and inside over time.</summary>
internal static class ScanLoops
{
    /// <summary>The space of what is computed at a point, for its formula.</summary>
    public static readonly Space Space = new(default, true, false, default, false, false, false);

    /// <summary>The operands of a component whose states can be carried as vectors; null for another.</summary>
    public static CarriedOperands? Carried(KernelProgram kernel, int index)
    {
        Component component = kernel.Components[index].Component;
        bool hasLanes = kernel.HeadsAsLanes || kernel.Program.Source.States[component.States[0]].Axes.Count > 0;
        return hasLanes ? CarriedOperands.Of(component) : null;
    }

    /// <summary>The slot that a state has for some purpose.</summary>
    public static Slot Slot(KernelProgram kernel, SlotKind kind, int state) => kernel.Slots.First(s => s.Kind == kind && s.Index == state);

    /// <summary>The address of the last token's row of a slot.</summary>
    public static string LastRow(KernelNames names, PointEmitter point, Slot slot)
    {
        string name = CpuNames.PointerName(slot);
        return $"{name} + ((tokens - 1) * {names.Row(slot)}){point.Pointer(slot, withTime: false).Substring(name.Length)}";
    }

    /// <summary>a * b + c; c may be empty.</summary>
    public static string MultiplyAdd(string a, string b, string c) => c.Length > 0 ? $"MultiplyAdd({a}, {b}, {c})" : $"{Factor.Of(a)} * {b}";

    /// <summary>(a (x) b) (+) c with a semiring's operations; c may be empty.</summary>
    public static string MultiplyAdd(Semiring semiring, string a, string b, string c)
    {
        if (semiring.IsReal)
        {
            return MultiplyAdd(a, b, c);
        }

        string sum = a == "Broadcast(0f)" ? b : $"{a} + {b}";
        return c.Length > 0 ? $"{semiring.Plus}({sum}, {c})" : sum;
    }

    /// <summary>Adds statements that give values to names, all at once; an empty value is 0.</summary>
    public static void Assign(PointEmitter point, List<string> statements, string[] names, string[] values)
    {
        string[] given = [.. values.Select(v => v.Length == 0 ? "Broadcast(0f)" : v)];
        if (names.Length == 1)
        {
            statements.Add($"{names[0]} = {given[0]};");
            return;
        }

        string[] next = [.. names.Select(n => point.Unique(n + "New"))];
        statements.AddRange(given.Select((value, i) => $"var {next[i]} = {value};"));
        statements.AddRange(names.Select((name, i) => $"{name} = {next[i]};"));
    }

    /// <summary>
    /// The loops. Time is innermost, and states stay in registers; but states without axes are rows of heads that follow each other from token to token, and going along them reads memory in its order.
    /// </summary>
    public static List<string> Of(KernelProgram kernel, Component component)
    {
        List<string> axes = kernel.AxisOrder.Where(kernel.Program.Source.States[component.States[0]].Axes.Contains).ToList();
        return axes.Count == 0 ? [PointEmitter.Time, PointEmitter.Head] : [.. axes, .. kernel.HeadsAsLanes ? [PointEmitter.Head] : Array.Empty<string>(), PointEmitter.Time];
    }

    /// <summary>The loop whose steps are whole vectors.</summary>
    public static string Lane(IReadOnlyList<string> loops) => loops.Last(l => l != PointEmitter.Time);

    /// <summary>Whether states stay in registers from token to token, or else are found in the row of the token before.</summary>
    public static bool Carries(IReadOnlyList<string> loops) => loops[loops.Count - 1] == PointEmitter.Time;

    /// <param name="last">Statements after the loop over time.</param>
    public static void Write(
        SourceWriter writer, KernelNames names, PointEmitter point, IReadOnlyList<string> loops, bool backwards = false, IEnumerable<string>? last = null)
    {
        if (point.Statements[0].Count > 0)
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

        void Level(int level)
        {
            point.Statements[level].ForEach(writer.Line);
            if (level == loops.Count)
            {
                return;
            }

            string index = names.Index(loops[level]), bound = names.Bound(loops[level]);
            bool isTime = loops[level] == PointEmitter.Time;
            string header = isTime && backwards ? $"for (int {index} = {bound} - 1; {index} >= 0; {index}--)"
                : $"for (int {index} = 0; {index} < {bound}; {(loops[level] == Lane(loops) ? $"{index} += Lanes" : index + "++")})";
            using (writer.Open(header))
            {
                Level(level + 1);
            }

            foreach (string statement in isTime && last is not null ? last : [])
            {
                writer.Line(statement);
            }
        }
    }
}
