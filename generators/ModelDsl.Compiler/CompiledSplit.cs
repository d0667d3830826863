using ModelDsl.Compiler.Adjoint;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler;

/// <summary>The parts of a spec's convolution mode, each taken through the same stages as a spec.</summary>
internal sealed record CompiledSplit(CompiledPart Signals, CompiledPart Response, CompiledPart Readout, CompiledPowers? Powers, EquatableArray<ResponseTerm> Terms)
{
    private static bool IsSequence(InputInfo input) => !input.SharedAcrossTime && !input.SharedAcrossHeads;

    public static CompiledSplit Of(RecurrenceSpec spec, ConvolutionSplit split) =>
        new(CompiledPart.Of(spec, split.Signals), CompiledPart.Of(spec, split.Response), CompiledPart.Of(spec, split.Readout, isCut: true), CompiledPowers.Of(spec, split.Powers), split.Terms);

    /// <summary>For each signal the input of the whole spec that it is, as it stands; null if any of them is something else.</summary>
    public EquatableArray<int>? SignalInputs => Signals.Spec.Graph is var graph && graph.Outputs.All(o => graph.Nodes[o.Node] is { Op: Op.Input } input && IsSequence(graph.Inputs[input.Index]))
        ? graph.Outputs.Select(o => Signals.Inputs[graph.Nodes[o.Node].Index]).ToEquatableArray()
        : null;

    /// <summary>For each read the output that it is, as it stands; null if any of them is not just that.</summary>
    public EquatableArray<int>? ReadOutputs
    {
        get
        {
            StepGraph graph = Readout.Spec.Graph;
            int first = Readout.Inputs.Count;
            int[] reads = [.. graph.Outputs.Select(o => graph.Nodes[o.Node] is { Op: Op.Input } input ? input.Index - first : -1)];
            return Readout.States.Count == 0 && reads.All(r => r >= 0) && reads.Distinct().Count() == reads.Length
                ? Enumerable.Range(0, reads.Length).Select(r => Array.IndexOf(reads, r)).ToEquatableArray()
                : null;
        }
    }

    /// <summary>The parts, and what each of them is.</summary>
    public IEnumerable<(CompiledPart Part, string What)> Parts =>
    [
        (Signals, "What enters the states of {0}, for its convolution mode."),
        (Response, "What the states of {0} make of it: a time-invariant linear recurrence."),
        (Readout, "What {0} makes of what is read from its states" + (Readout.States.Count == 0 ? "." : ", and the states that it carries from token to token.")),
    ];
}

/// <param name="Coefficients">What the powers are made of.</param>
/// <param name="Terms">The response of each term of the split.</param>
internal sealed record CompiledPowers(CompiledPart Coefficients, EquatableArray<PowerTerm> Terms)
{
    /// <summary>What it is.</summary>
    public const string What = "What the responses of {0} to impulses are made of: transitions, entries and reads of its states.";

    public static CompiledPowers? Of(RecurrenceSpec spec, ResponsePowers? powers) => powers is null ? null : new(CompiledPart.Of(spec, powers.Coefficients), powers.Terms);
}

/// <param name="Spec">The part, as a spec of its own that has no members for users.</param>
/// <param name="Inputs">Its first inputs, as inputs of the whole spec.</param>
/// <param name="States">Its states, as states of the whole spec.</param>
/// <param name="Split">Its own parts, if its states are convolved in their turn.</param>
internal sealed record CompiledPart(
    RecurrenceSpec Spec, Description Description, KernelProgram Kernel, EquatableArray<int> Inputs, EquatableArray<int> States, CompiledSplit? Split)
{
    private static readonly Obstacle s_isPart = new(-1, "it is itself a part of a convolution", -1);

    /// <summary>A part, through the stages.</summary>
    /// <param name="spec">The whole.</param>
    /// <param name="part">The part.</param>
    /// <param name="isCut">Whether its own states are to be convolved, if they can be.</param>
    public static CompiledPart Of(RecurrenceSpec spec, StepPart part, bool isCut = false)
    {
        SequenceProgram program = Analyser.Analyse(part.Graph);
        Obstacle? obstacle = s_isPart;
        ConvolutionSplit? split = isCut && part.States.Count > 0 ? ConvolutionSplit.Of(program, out obstacle) : null;
        RecurrenceSpec own = spec with { Graph = part.Graph, EmitTorch = false, EmitGpu = false };
        return new CompiledPart(
            own,
            Description.Of(program, split, obstacle),
            Lowerer.Lower(Differentiator.Differentiate(program)),
            part.Inputs,
            part.States,
            split is null ? null : CompiledSplit.Of(own, split));
    }
}
