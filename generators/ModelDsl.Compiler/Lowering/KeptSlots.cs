using ModelDsl.Compiler.Analysis;

namespace ModelDsl.Compiler.Lowering;

/// <summary>
/// What the adjoint of a kernel reads of what its forward pass computed: kept for the whole sequence, no chunk need be run again. Only where
/// all of that lies in slots, which is so where generated code runs all components.
/// </summary>
internal static class KeptSlots
{
    /// <summary>The slots, a state's rows (before and after each token) under that of the state before; none if chunks are to be run again.</summary>
    public static IReadOnlyList<int> Of(KernelProgram kernel)
    {
        if (kernel.Components.Count == 0 || !kernel.Components.All(c => c.Component is SequentialComponent))
        {
            return [];
        }

        var computed = new HashSet<int>(Items(kernel.Stages.Concat(kernel.Components.Select(c => c.Step))).Select(i => i.Slot));
        computed.UnionWith(kernel.Slots.Where(s => s.Kind is SlotKind.Previous or SlotKind.Next).Select(s => s.Id));
        var read = new HashSet<int>();
        foreach (NestItem item in Items(kernel.AdjointStages.Concat(kernel.Components.Select(c => c.StepAdjoint))))
        {
            AddReads(kernel, item.Node, item.Stamp, read, []);
        }

        read.IntersectWith(computed);
        return read.Select(id => BeforeOf(kernel, kernel.Slots[id])).Where(s => s.HasTime).Select(s => s.Id).Distinct().OrderBy(id => id).ToList();
    }

    private static IEnumerable<NestItem> Items(IEnumerable<Stage> stages) => stages.SelectMany(s => s.Nests).SelectMany(n => n.Items);

    private static void AddReads(KernelProgram kernel, int node, int stamp, HashSet<int> read, HashSet<int> seen)
    {
        if (!seen.Add(node))
        {
            return;
        }

        if (kernel.Places.TryGetValue(node, out Place? place) && place.Stamp < stamp)
        {
            read.Add(place.Slot);
            return;
        }

        foreach (int argument in kernel.Program.Graph[node].Arguments)
        {
            AddReads(kernel, argument, stamp, read, seen);
        }
    }

    private static Slot BeforeOf(KernelProgram kernel, Slot slot) =>
        slot.Kind == SlotKind.Next ? kernel.Slots.First(s => s.Kind == SlotKind.Previous && s.Index == slot.Index) : slot;
}
