using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Lowering;

/// <summary>What a slot of a frame holds. The runtime fills and empties slots by their kind.</summary>
public enum SlotKind
{
    /// <summary>An input (index: which).</summary>
    Input,

    /// <summary>The position of each token in its sequence (index 0) or in its mini-batch (1).</summary>
    TokenIndex,

    /// <summary>A value that generated code computes.</summary>
    Local,

    /// <summary>An element-wise or sequential state before each token (index: which state); its rows and those of <see cref="Next"/> overlap.</summary>
    Previous,

    /// <summary>The same state after each token.</summary>
    Next,

    /// <summary>What an engine computes: a read, or the gradient of an operand.</summary>
    Engine,

    /// <summary>The gradient of an output (index: which).</summary>
    OutputGradient,

    /// <summary>The gradient of a state before each token (index: which state); overlaps with <see cref="NextGradient"/>.</summary>
    PreviousGradient,

    /// <summary>The gradient of a state after each token.</summary>
    NextGradient,

    /// <summary>The gradient of an input (index: which), summed over the tokens of all chunks if the input is shared across time.</summary>
    InputGradient,
}

/// <summary>A piece of scratch memory.</summary>
/// <param name="Axes">Its named axes in memory order, outermost first.</param>
/// <param name="HasTime">Whether there is one row per token.</param>
/// <param name="HasHead">Whether it varies with the head; then, if heads fill the lanes, the head is its innermost axis.</param>
public sealed record Slot(int Id, SlotKind Kind, int Index, string Name, EquatableArray<string> Axes, bool HasTime, bool HasHead);

/// <summary>An iteration space.</summary>
/// <param name="Axes">Its named axes, in memory order.</param>
/// <param name="OverTime">Whether it includes time. In a sequential component's nests it does not: the loop over time is outside.</param>
/// <param name="OverHead">Whether it includes the lanes of heads.</param>
/// <param name="Reduced">The named axes that are reduced.</param>
/// <param name="ReduceTime">Whether time is reduced.</param>
/// <param name="ReduceHead">Whether the lanes of heads are reduced.</param>
/// <param name="Maximum">Whether the reduction is a maximum instead of a sum.</param>
public sealed record Space(
    EquatableArray<string> Axes, bool OverTime, bool OverHead, EquatableArray<string> Reduced, bool ReduceTime, bool ReduceHead, bool Maximum)
{
    public bool IsReduction => Reduced.Count > 0 || ReduceTime || ReduceHead;
}

/// <summary>Loops over a space, with a value computed at each point for each item.</summary>
public sealed record Nest(Space Space, List<NestItem> Items);

/// <param name="Node">The node whose value is computed at each point.</param>
/// <param name="Slot">Where the value (or its reduction) goes.</param>
/// <param name="Accumulate">Whether it is added to what the slot holds.</param>
/// <param name="Stamp">When it was scheduled: it sees in memory only what was put there before.</param>
public sealed record NestItem(int Node, int Slot, bool Accumulate, int Stamp);

/// <summary>Where a node is found in memory, and from when on.</summary>
public sealed record Place(int Slot, int Stamp);

/// <summary>A stage: nests in order.</summary>
/// <param name="Nests">They are run one after the other.</param>
public sealed record Stage(IReadOnlyList<Nest> Nests);

/// <summary>A component with the slots of its operands and results.</summary>
/// <param name="Operands">The slot of each operand.</param>
/// <param name="Reads">For a memory: the slot of each read.</param>
/// <param name="OperandGradients">The slot of each operand's gradient; -1 if its engine makes none.</param>
/// <param name="ReadGradients">For a memory: the slot of each read's gradient, -1 if there is none.</param>
/// <param name="Slope">The slot of what multiplies the gradient of a state on its way back over a token, where that is no operand; else -1.</param>
/// <param name="Step">For a sequential component: the nests of one token.</param>
/// <param name="StepAdjoint">For a sequential component: the nests of one token of the adjoint.</param>
/// <param name="Transition">For a linear component: the nests of one token's transition, which work on a direction where the states stand.</param>
public sealed record LoweredComponent(
    Component Component,
    EquatableArray<int> Operands,
    EquatableArray<int> Reads,
    EquatableArray<int> OperandGradients,
    EquatableArray<int> ReadGradients,
    int Slope,
    Stage Step,
    Stage StepAdjoint,
    Stage Transition);

/// <summary>A recurrence, lowered to loops over scratch memory: the loop IR.</summary>
/// <param name="HeadsAsLanes">Whether heads fill the vector lanes (small states) or are run one by one (matrix states).</param>
/// <param name="AxisOrder">The order of axes in memory.</param>
/// <param name="Prologue">What does not depend on time, computed once.</param>
/// <param name="Stages">Before component i runs stage i; the last one computes the outputs.</param>
/// <param name="AdjointStages">Before the adjoint of component i runs adjoint stage i + 1; stage 0 computes the gradients of inputs.</param>
/// <param name="Places">The nodes that have memory.</param>
/// <param name="Extents">For each node, whether it varies with time and with the head.</param>
/// <param name="OutputSlots">Where each output is found.</param>
/// <param name="InputGradientSlots">Where the gradient of each input is found; -1 if it is zero.</param>
public sealed record KernelProgram(
    SequenceProgram Program,
    bool HeadsAsLanes,
    EquatableArray<string> AxisOrder,
    IReadOnlyList<Slot> Slots,
    Stage Prologue,
    IReadOnlyList<Stage> Stages,
    IReadOnlyList<LoweredComponent> Components,
    IReadOnlyList<Stage> AdjointStages,
    IReadOnlyDictionary<int, Place> Places,
    Func<int, (bool Time, bool Head)> Extents,
    EquatableArray<int> OutputSlots,
    EquatableArray<int> InputGradientSlots);
