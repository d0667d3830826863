using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// What of the last stage can be summed up inside the loop that carries a state from token to token, so that the states need not reach memory:
/// <code>
/// h[t, n] = ...; then y[t] = sum_n c[t, n] * h[t, n]   -->   h = ...; y[t] += c[t, n] * h
/// </code>
/// Only where heads fill the lanes: a sum over the lanes at every token costs more than it saves.
/// </summary>
/// <param name="Sums">The sums, which leave the last stage.</param>
/// <param name="StatesAreWanted">Whether the states are read at every token by something else, or are outputs themselves; gradients apart.</param>
internal sealed record ReadoutFusion(IReadOnlyList<NestItem> Sums, bool StatesAreWanted)
{
    /// <summary>The sums that go with a component.</summary>
    public static ReadoutFusion Of(KernelProgram kernel, KernelNames names, int index)
    {
        Component component = kernel.Components[index].Component;
        var wanted = new HashSet<int>(kernel.Slots.Where(s => s.Kind is SlotKind.Previous or SlotKind.Next && component.States.Contains(s.Index)).Select(s => s.Id));
        Stage last = kernel.Stages[kernel.Stages.Count - 1];
        IReadOnlyList<NestItem> sums = kernel.HeadsAsLanes && kernel.Components.Count == 1 ? [.. last.Nests.Where(n => IsOverStates(kernel, component, n.Space)).SelectMany(n => n.Items).Where(IsReadout)] : [];
        bool isWanted = sums.Count == 0 || kernel.OutputSlots.Any(wanted.Contains) || last.Nests.SelectMany(n => n.Items).Except(sums).Any(i => ScanFusion.Loads(kernel, names, i).Any(l => wanted.Contains(l.Slot)));
        return new ReadoutFusion(sums, isWanted);

        bool IsReadout(NestItem item)
        {
            IReadOnlyList<(int Slot, Op? Reader)> loads = ScanFusion.Loads(kernel, names, item);
            return !item.Accumulate
                && loads.Any(l => kernel.Slots[l.Slot].Kind == SlotKind.Next)
                && loads.All(l => !ScanFusion.IsElsewhere(l.Reader) && kernel.Slots[l.Slot].Kind != SlotKind.Previous)
                && !last.Nests.SelectMany(n => n.Items).Any(i => loads.Any(l => l.Slot == i.Slot));
        }
    }

    /// <summary>A sum as a formula.</summary>
    public static string Formula(KernelProgram kernel, KernelNames names, NestItem sum) =>
        names.Formula(sum, kernel.Stages[kernel.Stages.Count - 1].Nests.First(n => n.Items.Contains(sum)).Space);

    /// <summary>Says which locals hold the states after a token.</summary>
    public static void Bind(KernelProgram kernel, Component component, PointEmitter point, IReadOnlyList<string> carried)
    {
        for (int i = 0; i < carried.Count; i++)
        {
            point.Bind(kernel.Program.NodeOf(GivenKind.Next, component.States[i], component.States[i]), carried[i]);
        }
    }

    private static bool IsOverStates(KernelProgram kernel, Component component, Space space)
    {
        EquatableArray<string> axes = kernel.Program.Source.States[component.States[0]].Axes;
        return space is { OverTime: true, OverHead: true, ReduceTime: false, ReduceHead: false, Maximum: false } && space.Reduced.Count > 0 && space.Axes.All(axes.Contains) && axes.All(space.Axes.Contains);
    }
}
