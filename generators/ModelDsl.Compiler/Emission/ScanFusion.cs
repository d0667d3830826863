using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission;

/// <summary>
/// What of a stage can be computed inside the loop that carries a state from token to token, so that it never reaches memory: the operands of an elementwise (or
/// coupled) component, and going backward the gradients that reach its states from outside.
/// </summary>
internal static class ScanFusion
{
    /// <summary>
    /// The operands of a component, in order, and its stage without them; null if one of them is wanted elsewhere, or is made in another way than element by element.
    /// </summary>
    public static (Stage Remaining, IReadOnlyList<NestItem> Operands)? Operands(KernelProgram kernel, KernelNames names, LoweredComponent lowered, Stage stage)
    {
        if (lowered.Component is not (ElementwiseComponent or CoupledComponent) || lowered.Operands.Count == 0)
        {
            return null;
        }

        List<NestItem> operands = lowered.Operands
            .Select(slot => stage.Nests.Where(n => !n.Space.IsReduction).SelectMany(n => n.Items).FirstOrDefault(i => i.Slot == slot && !i.Accumulate))
            .Where(i => i is not null).Select(i => i!).ToList();
        bool isElsewhere = operands.Any(item => ReadsElsewhere(kernel, names, item, lowered.Operands));
        if (isElsewhere || operands.Count != lowered.Operands.Count || lowered.Operands.Distinct().Count() != operands.Count)
        {
            return null;
        }

        Stage rest = Without(stage, operands);
        bool wantedElsewhere = kernel.Stages.Where(s => s != stage).Append(rest).Concat(kernel.Components.Select(c => c.Step))
            .SelectMany(s => s.Nests).SelectMany(n => n.Items).Any(item => Reads(kernel, names, item, lowered.Operands));
        return wantedElsewhere || IsHandedOn(kernel, lowered) ? null : (rest, operands);
    }

    /// <summary>Whether an operand goes as it lies in memory to somebody else, too: to the engine of another component, or to the caller.</summary>
    private static bool IsHandedOn(KernelProgram kernel, LoweredComponent lowered) =>
        kernel.Components.Where(c => c != lowered).SelectMany(c => c.Operands).Concat(kernel.OutputSlots).Any(lowered.Operands.Contains);

    /// <summary>Whether the adjoint reads the slot of an operand.</summary>
    public static bool AdjointReads(KernelProgram kernel, KernelNames names, int slot) =>
        kernel.AdjointStages.Concat(kernel.Components.Select(c => c.StepAdjoint)).SelectMany(s => s.Nests).SelectMany(n => n.Items).Any(i => Reads(kernel, names, i, [slot]));

    /// <summary>Whether the adjoint of a component can compute an operand itself, since it is the same at every token: then nobody has to keep it.</summary>
    public static bool AdjointComputes(KernelProgram kernel, KernelNames names, int component, NestItem operand) =>
        !kernel.Extents(operand.Node).Time && StateGradients(kernel, names, kernel.Components[component], kernel.AdjointStages[component + 1]) is not null;

    /// <summary>
    /// What adds to the gradient of each state before and after a token, in the order of the component's states (null: nothing), what multiplies it if that is no operand and
    /// is made at the same point, and the stage without all that; null if a sum over an axis is in the way.
    /// </summary>
    public static (Stage Remaining, IReadOnlyList<NestItem?> Previous, IReadOnlyList<NestItem?> Next, NestItem? Slope)? StateGradients(
        KernelProgram kernel, KernelNames names, LoweredComponent lowered, Stage stage)
    {
        if (lowered.Component is not (ElementwiseComponent or CoupledComponent))
        {
            return null;
        }

        NestItem? Item(SlotKind kind, int state) => stage.Nests.SelectMany(n => n.Items)
            .SingleOrDefault(i => kernel.Slots[i.Slot].Kind == kind && kernel.Slots[i.Slot].Index == state);

        List<NestItem?> previous = lowered.Component.States.Select(s => Item(SlotKind.PreviousGradient, s)).ToList();
        List<NestItem?> next = lowered.Component.States.Select(s => Item(SlotKind.NextGradient, s)).ToList();
        NestItem? slope = lowered.Slope < 0 ? null : stage.Nests.Where(n => !n.Space.IsReduction).SelectMany(n => n.Items).SingleOrDefault(i => i.Slot == lowered.Slope);
        slope = slope is not null && stage.Nests.SelectMany(n => n.Items).Any(i => i != slope && Reads(kernel, names, i, [slope.Slot])) ? null : slope;
        List<NestItem> items = previous.Concat(next).Append(slope).Where(i => i is not null).Select(i => i!).ToList();
        bool reduced = stage.Nests.Any(n => n.Space.IsReduction && n.Items.Any(items.Contains));
        return reduced ? null : (Without(stage, items), previous, next, slope);
    }

    /// <summary>A stage without some of its items.</summary>
    public static Stage Without(Stage stage, IReadOnlyCollection<NestItem> items) => new(stage.Nests
        .Select(n => n with { Items = n.Items.Where(i => !items.Contains(i)).ToList() })
        .Where(n => n.Items.Count > 0).ToList());

    private static bool Reads(KernelProgram kernel, KernelNames names, NestItem item, IEnumerable<int> slots) =>
        Loads(kernel, names, item).Any(load => slots.Contains(load.Slot));

    /// <summary>Whether an item reads one of the slots at another element than its own: that must be in memory by then.</summary>
    private static bool ReadsElsewhere(KernelProgram kernel, KernelNames names, NestItem item, IEnumerable<int> slots) =>
        Loads(kernel, names, item).Any(load => IsElsewhere(load.Reader) && slots.Contains(load.Slot));

    /// <summary>Whether an operation reads its argument at another element than the one that it computes.</summary>
    public static bool IsElsewhere(Op? reader) => reader is { } op && Scheduler.IsElsewhere(op);

    /// <summary>The slots that an item reads, each with the operation that reads it; null if it is the item's value itself.</summary>
    public static IReadOnlyList<(int Slot, Op? Reader)> Loads(KernelProgram kernel, KernelNames names, NestItem item)
    {
        var loads = new List<(int Slot, Op? Reader)>();
        var seen = new HashSet<(int Node, Op? Reader)>();
        Visit(item.Node, null);
        return loads;

        void Visit(int id, Op? reader)
        {
            if (!seen.Add((id, reader)))
            {
                return;
            }

            if (names.SlotOf(id, item.Stamp) is { } slot)
            {
                loads.Add((slot, reader));
                return;
            }

            foreach (int argument in kernel.Program.Graph[id].Arguments)
            {
                Visit(argument, kernel.Program.Graph[id].Op);
            }
        }
    }
}
