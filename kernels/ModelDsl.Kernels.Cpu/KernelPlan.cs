namespace ModelDsl.Kernels.Cpu;

/// <summary>What a slot of a frame holds.</summary>
public enum SlotKind
{
    /// <summary>An input, read from the caller's tensor for each chunk.</summary>
    Input,

    /// <summary>The position of each token in its sequence (index 0) or in its mini-batch (1), filled for each chunk.</summary>
    TokenIndex,

    /// <summary>A value that generated code computes.</summary>
    Local,

    /// <summary>A state before each token; shares its rows with <see cref="Next"/>, one row apart.</summary>
    Previous,

    /// <summary>A state after each token.</summary>
    Next,

    /// <summary>What an engine computes.</summary>
    Engine,

    /// <summary>The gradient of an output, read from the caller's tensor for each chunk.</summary>
    OutputGradient,

    /// <summary>The gradient of a state before each token; shares its rows with <see cref="NextGradient"/>.</summary>
    PreviousGradient,

    /// <summary>The gradient of a state after each token.</summary>
    NextGradient,

    /// <summary>The gradient of an input, written to the caller's tensor.</summary>
    InputGradient,
}

/// <summary>The layout of a generated kernel's scratch memory, and the components that its engines run.</summary>
public sealed class KernelPlan
{
    /// <summary>Whether heads fill the vector lanes (small states) or are run one by one (matrix states).</summary>
    public required bool HeadsAsLanes { get; init; }

    /// <summary>The slots, by id. The first ones are the inputs, in order.</summary>
    public required SlotPlan[] Slots { get; init; }

    /// <summary>The components, in order of evaluation.</summary>
    public required ComponentPlan[] Components { get; init; }

    /// <summary>For each state its axes in memory order, the key of a memory first; -1 stands for one column (a memory without value axes).</summary>
    public required int[][] StateAxes { get; init; }

    /// <summary>The slot of each output.</summary>
    public required int[] Outputs { get; init; }

    /// <summary>The slot of each input's gradient; -1 if it is zero.</summary>
    public required int[] InputGradients { get; init; }

    /// <summary>The slots of which a gradient asks for the rows of all tokens, if these are all that it asks for; else none, and chunks are run again.</summary>
    public int[] Kept { get; init; } = [];

    /// <summary>The matrices that are packed once per unit.</summary>
    public MatrixPlan[] Matrices { get; init; } = [];

    /// <summary>The inputs that are matrices of products and nothing else: they are packed, or read, from where the caller has them.</summary>
    public int[] MultipliedOnly { get; init; } = [];

    /// <summary>Elements of a tensor with these axes; -1 stands for one column.</summary>
    internal static long Volume(int[] axes, int[] axisSizes)
    {
        long volume = 1;
        foreach (int axis in axes)
        {
            volume *= axis < 0 ? 1 : axisSizes[axis];
        }

        return volume;
    }
}

/// <summary>A slot without time as the right factor of matrix products: rows are multiplied by [depth, columns].</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Outer">Axes with a matrix for every index.</param>
/// <param name="Depth">The axes that are summed over, in the order of the left factor's memory.</param>
/// <param name="Columns">The axes of the result, in the order of its memory.</param>
/// <param name="IsAdjoint">Whether it is needed for gradients only.</param>
/// <param name="FixedAxis">An axis of the slot at which one index is taken; -1 if there is none.</param>
/// <param name="FixedIndex">That index.</param>
public sealed record MatrixPlan(int Slot, int[] Outer, int[] Depth, int[] Columns, bool IsAdjoint, int FixedAxis = -1, int FixedIndex = 0)
{
    /// <summary>Elements of one matrix.</summary>
    internal long Elements(int[] axisSizes) => KernelPlan.Volume(Depth, axisSizes) * KernelPlan.Volume(Columns, axisSizes);
}

/// <summary>A piece of scratch memory: [time if it has time, axes..., head if heads fill the lanes], the innermost axis padded to whole vectors.</summary>
/// <param name="Kind">What it holds.</param>
/// <param name="Index">Which input, output or state.</param>
/// <param name="Axes">Its named axes in memory order.</param>
/// <param name="HasTime">Whether it has a row per token.</param>
/// <param name="HasHead">Whether it varies with the head.</param>
public sealed record SlotPlan(SlotKind Kind, int Index, int[] Axes, bool HasTime, bool HasHead);

/// <summary>An operand of an engine: its slot and the slot of its gradient; -1 if absent.</summary>
public readonly record struct OperandPlan(int Slot, int Gradient);

/// <summary>A component: states that are carried over time together.</summary>
public abstract record ComponentPlan;

/// <summary>A read of a memory.</summary>
/// <param name="Key">The key.</param>
/// <param name="Result">The slot of what is read.</param>
/// <param name="ResultGradient">The slot of its gradient; -1 if it is zero.</param>
/// <param name="Further">The key's parts for further states of the memory.</param>
public sealed record ReadPlan(OperandPlan Key, int Result, int ResultGradient, OperandPlan[]? Further = null);

/// <summary>A coefficient of a read in a write.</summary>
/// <param name="Coefficient">The coefficient.</param>
/// <param name="PerValue">Whether there is one for each value column.</param>
public sealed record FeedbackPlan(OperandPlan Coefficient, bool PerValue);

/// <summary>A write to a memory.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value.</param>
/// <param name="Feedback">For each read, what of it is added to the value.</param>
/// <param name="Further">The key's parts for further states of the memory.</param>
public sealed record WritePlan(OperandPlan Key, OperandPlan Value, FeedbackPlan[] Feedback, OperandPlan[]? Further = null);

/// <summary>The phase of a complex decay.</summary>
/// <param name="Cosine">Its cosine.</param>
/// <param name="Sine">Its sine.</param>
/// <param name="PerKey">Whether there is one for each key, not for each token.</param>
public sealed record TurnPlan(OperandPlan Cosine, OperandPlan Sine, bool PerKey);

/// <summary>A matrix memory in read/write normal form, run by <see cref="MemoryChunk"/>.</summary>
/// <param name="State">Which state.</param>
/// <param name="Reads">Its reads, all of the memory before the token.</param>
/// <param name="Writes">Its writes.</param>
/// <param name="KeyDecay">The multiplier per token or per key.</param>
/// <param name="KeyDecayPerKey">Which of both.</param>
/// <param name="ValueDecay">The multiplier per value.</param>
/// <param name="KeyAxes">How many of its first axes are keys, taken for one.</param>
/// <param name="Further">Further states of the same axes, which lie under the first one: keys of all are one.</param>
/// <param name="FurtherDecays">Their multipliers per key.</param>
/// <param name="Turn">By what each token turns two states, beside the decays.</param>
public sealed record MemoryPlan(
    int State, ReadPlan[] Reads, WritePlan[] Writes, OperandPlan KeyDecay, bool KeyDecayPerKey, OperandPlan ValueDecay,
    int KeyAxes = 1, int[]? Further = null, OperandPlan[]? FurtherDecays = null, TurnPlan? Turn = null) : ComponentPlan;

/// <summary>A state that is scaled and added to element by element, run by <see cref="ElementwiseChunk"/>.</summary>
/// <param name="State">Which state.</param>
/// <param name="Multiplier">What scales it; absent for zero.</param>
/// <param name="Input">What is added; absent for zero. Over another semiring than the numbers' its gradient is that of the whole update.</param>
/// <param name="Semiring">What is meant by scaling and adding.</param>
/// <param name="Slope">Over another semiring: the slot of what multiplies the gradient going back; else -1, since the multiplier does.</param>
public sealed record ElementwisePlan(int State, OperandPlan Multiplier, OperandPlan Input, Semiring Semiring = Semiring.Real, int Slope = -1) : ComponentPlan;

/// <summary>States that are scaled and added to each other, element by element: h_i = sum_j multiplier_ij * h_j + input_i.</summary>
/// <param name="States">Which states.</param>
/// <param name="Multipliers">Row by row; absent where zero.</param>
/// <param name="Inputs">What is added to each; absent where zero.</param>
public sealed record CoupledPlan(int[] States, OperandPlan[] Multipliers, OperandPlan[] Inputs) : ComponentPlan;

/// <summary>A memory in a state that is made of memories.</summary>
/// <param name="State">The memory.</param>
/// <param name="KeyFactor">What scales it, per token or per key; absent for one.</param>
/// <param name="PerKey">Which of both.</param>
/// <param name="ValueFactor">What scales its columns; absent for one.</param>
public sealed record FormedPartPlan(int State, OperandPlan KeyFactor, bool PerKey, OperandPlan ValueFactor);

/// <summary>An outer product in a state that is made of memories.</summary>
/// <param name="Key">The key.</param>
/// <param name="Write">The value.</param>
public sealed record FormedTermPlan(OperandPlan Key, OperandPlan Write);

/// <summary>A matrix that is made of memories after the last token of a chunk: the sum of scaled memories and outer products.</summary>
/// <param name="State">Which state.</param>
/// <param name="Parts">The memories; their keys are its own.</param>
/// <param name="Terms">The outer products of the token.</param>
public sealed record FormedPlan(int State, FormedPartPlan[] Parts, FormedTermPlan[] Terms) : ComponentPlan;

/// <summary>States that are run token by token by generated code.</summary>
/// <param name="States">Which states.</param>
public record SequentialPlan(int[] States) : ComponentPlan;

/// <summary>States whose update is affine in all their elements at once, run token by token, with summaries of chunks.</summary>
/// <param name="States">Which states.</param>
/// <param name="Independent">The axes along which elements do not mix.</param>
/// <param name="IsTimeInvariant">Whether the transition is the same for all tokens.</param>
public sealed record LinearPlan(int[] States, int[] Independent, bool IsTimeInvariant) : SequentialPlan(States);
