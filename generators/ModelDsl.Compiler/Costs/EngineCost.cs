using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Costs;

/// <summary>Operations of a component's engine, and the sizes of what it keeps, for one unit.</summary>
internal sealed class EngineCost(KernelProgram kernel, LoweredComponent lowered, SequenceSizes sizes, NestCost nests)
{
    private readonly MemoryCost? _memory = lowered.Component is MemoryComponent memory ? new MemoryCost(memory, sizes) : null;

    private double Lanes => kernel.HeadsAsLanes ? Math.Min(sizes.UnitHeads, sizes.Heads) : 1;

    /// <summary>Floats of the component's states.</summary>
    public double StateLength => Lanes * lowered.Component.States.Sum(s => sizes.Volume(kernel.Program.Source.States[s].Axes));

    // Elements of each state, as all states of a component that is not a memory have the same axes.
    private double Elements => StateLength / lowered.Component.States.Count;

    /// <summary>Floats of a chunk's summary: its transition and its offset.</summary>
    public double SummaryLength => lowered.Component switch
    {
        MemoryComponent => _memory!.SummaryLength,
        CoupledComponent c => Elements * ((c.States.Count * c.States.Count) + c.States.Count),
        _ => 2 * StateLength,
    };

    /// <summary>A chunk of tokens, forward.</summary>
    public double Forward(int tokens, Schedule schedule) => lowered.Component switch
    {
        MemoryComponent => schedule == Schedule.Recurrent ? _memory!.Recurrent(tokens) : _memory!.Forward(tokens),
        SequentialComponent => tokens * nests.Of(lowered.Step, 1),
        ElementwiseComponent { Semiring.IsReal: false } e => tokens * Elements * Step(e),
        var c => tokens * Elements * ((2 * Multipliers(c)) + Inputs(c)),
    };

    /// <summary>A chunk of tokens, backward.</summary>
    public double Adjoint(int tokens) => lowered.Component switch
    {
        MemoryComponent => _memory!.Adjoint(tokens),
        SequentialComponent => tokens * nests.Of(lowered.StepAdjoint, 1),

        // Of another semiring the adjoint's stage makes all but the way back.
        ElementwiseComponent { Semiring.IsReal: false } => tokens * Elements * 2,

        // The gradient is multiplied back and added, and multiplies the state for the gradient of the multiplier.
        var c => tokens * Elements * 3 * Multipliers(c),
    };

    /// <summary>A chunk's transition and offset.</summary>
    public double Summarise(int tokens) => lowered.Component switch
    {
        MemoryComponent => _memory!.Summarise(tokens),
        ElementwiseComponent { Semiring.IsReal: false } e => tokens * Elements * (Step(e) + OperationCosts.Of(e.Semiring.Times)),
        CoupledComponent c => tokens * Elements * ((2 * Multipliers(c) * (c.States.Count + 1)) + Inputs(c)),
        var c => tokens * Elements * ((3 * Multipliers(c)) + Inputs(c)),
    };

    /// <summary>What a chunk adds to the gradient of the state before it.</summary>
    public double AdjointOffset(int tokens) => lowered.Component switch
    {
        MemoryComponent => _memory!.AdjointOffset(tokens),
        ElementwiseComponent { Semiring.IsReal: false } => tokens * Elements * 3,
        var c => tokens * Elements * 2 * Multipliers(c),
    };

    /// <summary>A summary, applied to a state.</summary>
    public double Advance => lowered.Component switch
    {
        MemoryComponent => _memory!.Advance,
        CoupledComponent c => 2 * Elements * c.States.Count * c.States.Count,
        ElementwiseComponent e => Step(e) * StateLength,
        _ => 2 * StateLength,
    };

    private static int Step(ElementwiseComponent component) => OperationCosts.Of(component.Semiring.Times) + OperationCosts.Of(component.Semiring.Plus);

    private static int Multipliers(Component component) => component switch
    {
        ElementwiseComponent e => e.Multiplier is null ? 0 : 1,
        CoupledComponent c => c.Multipliers.Count(m => m is not null),
        _ => 0,
    };

    private static int Inputs(Component component) => component switch
    {
        ElementwiseComponent { Multiplier: not null, Input: not null } => 0,
        CoupledComponent c => c.Inputs.Count(i => i is not null),
        _ => 0,
    };
}
