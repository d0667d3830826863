using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>
/// A step, taken apart: components that carry state over time (each run by an engine), and a graph of everything else, which is
/// parallel in time. What an engine computes enters the graph as a given sequence.
/// </summary>
/// <param name="Source">The step as written.</param>
/// <param name="Graph">The time-parallel graph; grows when it is differentiated.</param>
/// <param name="Givens">What the <see cref="Op.Given"/> leaves stand for.</param>
/// <param name="Components">The components, in order of evaluation.</param>
/// <param name="Outputs">The nodes of the outputs.</param>
/// <param name="Obstacles">For each state whose update is not linear: what makes it so.</param>
public sealed record SequenceProgram(
    StepGraph Source,
    GraphBuilder Graph,
    List<Given> Givens,
    IReadOnlyList<Component> Components,
    EquatableArray<int> Outputs,
    IReadOnlyList<Obstacle> Obstacles)
{
    public int AddGiven(GivenKind kind, int component, int index, IEnumerable<string> axes, string name)
    {
        Givens.Add(new Given(kind, component, index, name));
        return Graph.Given(Givens.Count - 1, axes, name);
    }

    /// <summary>The node of a given; -1 if the graph does not use it.</summary>
    public int NodeOf(int given) => Graph.Nodes.ToList().FindIndex(n => n.Op == Op.Given && n.Index == given);

    /// <inheritdoc cref="NodeOf(int)"/>
    public int NodeOf(GivenKind kind, int component, int index) =>
        NodeOf(Givens.FindIndex(g => g.Kind == kind && g.Component == component && g.Index == index));
}

/// <summary>What keeps a state from a form that can be run in parallel over time.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">In words.</param>
/// <param name="Node">The node of the source graph that stands in the way; -1 if there is no single one.</param>
public sealed record Obstacle(int State, string Reason, int Node);

public enum GivenKind
{
    /// <summary>What a memory returned for a key, from the state before the token.</summary>
    Read,

    /// <summary>A state after the token (the state before it is the <see cref="Op.State"/> leaf).</summary>
    Next,

    /// <summary>A direction of a state before the token: what a linear update makes of it is its transition.</summary>
    Direction,

    /// <summary>The gradient of an output.</summary>
    OutputGradient,

    /// <summary>The gradient of an operand of a component, from the component's adjoint.</summary>
    OperandGradient,

    /// <summary>The whole gradient of a state after the token.</summary>
    NextGradient,
}

/// <param name="Component">The component that computes it; -1 for gradients of outputs.</param>
/// <param name="Index">Which read, state, output or operand.</param>
public sealed record Given(GivenKind Kind, int Component, int Index, string Name);

/// <summary>A value that an engine consumes: a node, spread over the axes that the engine wants.</summary>
/// <param name="Node">The node.</param>
/// <param name="Axes">The axes of the operand; the node has some of them.</param>
/// <param name="Name">Its name in generated code.</param>
public sealed record Operand(int Node, EquatableArray<string> Axes, string Name);

/// <summary>States that depend on each other, and how they are carried over time.</summary>
public abstract record Component(EquatableArray<int> States)
{
    /// <summary>What its engine consumes, in a fixed order: the adjoint returns gradients in the same order.</summary>
    public abstract IReadOnlyList<Operand> Operands { get; }

    /// <summary>Whether its states have a row for every token; those of memories do not.</summary>
    public virtual bool HasHistory => true;
}

/// <summary>
/// A memory S [key..., value...] in normal form, or several of the same axes that feed each other, as a complex one's two parts do: they lie under each
/// other, and a key has a part for each. Per token, with every read taken from the state before it:
/// read_i = q_i^T S; write_j = v_j + sum_i c_ji * read_i; S = (keyDecay (x) valueDecay) * S + sum_j k_j (x) write_j.
/// </summary>
/// <param name="KeyAxes">The axes that it is read over, taken for one: a key may be an outer product.</param>
/// <param name="ValueAxes">The others.</param>
/// <param name="Reads">The keys q_i.</param>
/// <param name="Writes">Keys, values and feedback of the writes.</param>
/// <param name="KeyDecays">The multiplier per token; or that along the key axes, of each state; none if there is none.</param>
/// <param name="ValueDecay">The multiplier along the value axes, or null.</param>
/// <param name="Turn">Of two states: by what each token turns the pair, beside the decays; null if it does not.</param>
public sealed record MemoryComponent(
    EquatableArray<int> States,
    EquatableArray<string> KeyAxes,
    EquatableArray<string> ValueAxes,
    IReadOnlyList<MemoryKey> Reads,
    IReadOnlyList<MemoryWrite> Writes,
    IReadOnlyList<Operand> KeyDecays,
    Operand? ValueDecay,
    MemoryTurn? Turn) : Component(States)
{
    /// <summary>The first state: what is read is called after it.</summary>
    public int State => States[0];

    public override IReadOnlyList<Operand> Operands =>
    [
        .. Reads.SelectMany(r => r.Operands),
        .. Writes.SelectMany(w => w.Operands),
        .. KeyDecays,
        .. ValueDecay is null ? Array.Empty<Operand>() : [ValueDecay],
        .. Turn is null ? Array.Empty<Operand>() : [Turn.Cosine, Turn.Sine],
    ];

    public override bool HasHistory => false;

    public bool HasFeedback => Writes.Any(w => w.Feedback.Any(c => c is not null));

    public bool KeyDecayPerKey => KeyDecays.Any(d => d.Axes.Count > 0);

    /// <summary>Whether columns of the memory have transitions of their own: its transition is then no K x K matrix.</summary>
    public bool TransitionPerValue => ValueDecay is not null || Writes.Any(w => w.Feedback.Any(c => c is { Axes.Count: > 0 }));
}

/// <summary>The phase of a complex decay. One number per token, or along the key axes.</summary>
public sealed record MemoryTurn(Operand Cosine, Operand Sine);

/// <param name="Parts">For each state its part, over the key axes; null where zero.</param>
public sealed record MemoryKey(IReadOnlyList<Operand?> Parts)
{
    public IEnumerable<Operand> Operands => Parts.Where(p => p is not null).Select(p => p!);
}

/// <param name="Key">k_j over the key axes.</param>
/// <param name="Value">v_j over the value axes; null if zero.</param>
/// <param name="Feedback">c_ji for each read i; null where zero.</param>
public sealed record MemoryWrite(MemoryKey Key, Operand? Value, IReadOnlyList<Operand?> Feedback)
{
    public IEnumerable<Operand> Operands => Key.Operands.Concat(Feedback.Prepend(Value).Where(o => o is not null).Select(o => o!));
}

/// <summary>A state that is scaled and added to element by element: h = multiplier * h + input, or the same with another semiring's operations.</summary>
/// <param name="Semiring">What is meant by scaling and adding.</param>
/// <param name="Multiplier">Over all axes of the state; null if it is the number zero (a shift).</param>
/// <param name="Input">Over all axes of the state; null if it is the number zero.</param>
/// <param name="Next">The node of the state after the token, as the spec has it.</param>
public sealed record ElementwiseComponent(int State, Semiring Semiring, Operand? Multiplier, Operand? Input, int Next) : Component(EquatableArray.Of(State))
{
    public override IReadOnlyList<Operand> Operands =>
        new[] { Multiplier, Input }.Where(o => o is not null).Select(o => o!).ToList();
}

/// <summary>
/// States that are scaled and added to each other, element by element: h_i = sum_j multiplier_ij * h_j + input_i. A pair of them may be a
/// complex number, an oscillator, or a memory with momentum.
/// </summary>
/// <param name="Multipliers">Row by row, over all axes of the states; null where zero.</param>
/// <param name="Inputs">Over all axes of the states; null where zero.</param>
public sealed record CoupledComponent(
    EquatableArray<int> States, IReadOnlyList<Operand?> Multipliers, IReadOnlyList<Operand?> Inputs) : Component(States)
{
    public override IReadOnlyList<Operand> Operands => Multipliers.Concat(Inputs).Where(o => o is not null).Select(o => o!).ToList();
}

/// <summary>States whose update is of no parallel form: run token by token.</summary>
/// <param name="Next">For each state, the node of its next value.</param>
/// <param name="IsNarrow">Whether nothing on the way from states to updates has more axes than they: a token then costs as much as one of states that are carried element by element.</param>
public record SequentialComponent(EquatableArray<int> States, EquatableArray<int> Next, bool IsNarrow) : Component(States)
{
    public override IReadOnlyList<Operand> Operands => [];

    public bool IsLinear => this is LinearComponent;
}

/// <summary>
/// States whose update is affine in all their elements at once: h = A h + b. Its tokens run one after the other, but a chunk has a summary: the product of its
/// transitions is found by running it on directions.
/// </summary>
/// <param name="Directions">For each state, the leaf of its direction before the token.</param>
/// <param name="Transition">For each state, the node of its direction after the token.</param>
/// <param name="Independent">Axes along which elements do not mix: there is a transition for every index of them.</param>
/// <param name="IsDense">Whether elements are summed over; else they only move, scaled and added, and a token costs no more than elementwise.</param>
/// <param name="Varying">The input or state through which the transition depends on the token; null if it does not.</param>
/// <param name="Why">Why the update is no simpler.</param>
public sealed record LinearComponent(
    EquatableArray<int> States, EquatableArray<int> Next, EquatableArray<int> Directions, EquatableArray<int> Transition, EquatableArray<string> Independent,
    bool IsDense, string? Varying, Obstacle Why) : SequentialComponent(States, Next, !IsDense);
