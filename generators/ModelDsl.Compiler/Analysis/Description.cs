using ModelDsl.Compiler.Graph;

namespace ModelDsl.Compiler.Analysis;

/// <summary>What the analysis decided, for people: the structure class, the normal form, the modes with reasons and costs.</summary>
/// <param name="HasDenseTransition">Whether elements of a state mix otherwise than through reads.</param>
public sealed record Description(string StructureClass, string NormalForm, EquatableArray<ModeFinding> Modes, bool HasDenseTransition)
{
    /// <param name="program">The step, taken apart.</param>
    /// <param name="split">Its cut for convolution, or null.</param>
    /// <param name="notTimeInvariant">Then why there is none.</param>
    public static Description Of(SequenceProgram program, ConvolutionSplit? split, Obstacle? notTimeInvariant)
    {
        string[] classes = program.Components.Where(c => c is not FormedComponent).Select(c => IsCopy(program, c) ? "stale reads" : Class(c)).Distinct().ToArray();
        return new Description(
            classes.Length == 0 ? "no state: parallel in time" : string.Join(", then ", classes),
            Analysis.NormalForm.Of(program),
            ModeFinding.Of(program, split, notTimeInvariant).ToEquatableArray(),
            program.Components.Any(c => c is LinearComponent));
    }

    /// <summary>Whether a component is the copy of a state that the runtime makes at the start of a mini-batch.</summary>
    private static bool IsCopy(SequenceProgram program, Component component) => program.Source.States[component.States[0]].StaleOf is not null;

    private static string Class(Component component) => component switch
    {
        MemoryComponent { HasFeedback: true } => "decay + feedback writes",
        MemoryComponent => "elementwise decay, rank-1 writes",
        ElementwiseComponent { Multiplier: null } => "shift",
        ElementwiseComponent { Semiring.IsReal: false } e => $"elementwise decay, general input (over {e.Semiring.Words})",
        ElementwiseComponent => "elementwise decay, general input",
        CoupledComponent => "coupled elementwise states, general input",
        LinearComponent { IsDense: false } => "elements that move, general input",
        LinearComponent { Varying: null } => "dense, time-invariant",
        LinearComponent => "dense, token-dependent",
        _ => "nonlinear in the state",
    };
}
