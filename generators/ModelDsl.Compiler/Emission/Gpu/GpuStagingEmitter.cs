using System.Globalization;
using ModelDsl.Compiler.Graph;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>Writes the copies between the tensors of a call and a group's frame and tile.</summary>
internal sealed class GpuStagingEmitter(RecurrenceSpec spec, KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout)
{
    private StepGraph Graph => spec.Graph;

    // The order of the table of tensors.
    private int InitialState(int state) => Graph.Inputs.Count + state;

    private int Output(int output) => Graph.Inputs.Count + Graph.States.Count + output;

    private int FinalState(int state) => Output(Graph.Outputs.Count) + state;

    private int OutputGradient(int output) => FinalState(Graph.States.Count) + output;

    private int FinalStateGradient(int state) => OutputGradient(Graph.Outputs.Count) + state;

    private int InputGradient(int input) => FinalStateGradient(Graph.States.Count) + input;

    private int InitialStateGradient(int state) => InputGradient(Graph.Inputs.Count) + state;

    /// <summary>Inputs with or without time.</summary>
    public IEnumerable<string> Inputs(bool hasTime) => kernel.Slots.Where(s => s.Kind == SlotKind.Input && s.HasTime == hasTime)
        .Select(s => Slot("Read", s, s.Index, Graph.Inputs[s.Index].Axes, "first"));

    /// <summary>The positions of a chunk's tokens, in their sequence or in their mini-batches, for a recurrence that asks for them.</summary>
    public IEnumerable<string> TokenIndex() => kernel.Slots.Where(s => s.Kind == SlotKind.TokenIndex).Select(s => s.Index == 0
        ? $"Gpu::Staging.CountTokens(s, a.FirstToken + first, tokens, frame, {GpuNames.At(s)});"
        : $"Gpu::Staging.CountTokensOfMiniBatch(s, a.FirstInMiniBatch + first, a.MiniBatch, tokens, frame, {GpuNames.At(s)});");

    public IEnumerable<string> Outputs() => kernel.OutputSlots.Select((slot, o) => Slot("Write", kernel.Slots[slot], Output(o), Graph.Outputs[o].Axes, "first"));

    public IEnumerable<string> OutputGradients() => kernel.Slots.Where(s => s.Kind == SlotKind.OutputGradient)
        .Select(s => Slot("Read", s, OutputGradient(s.Index), Graph.Outputs[s.Index].Axes, "first"));

    /// <summary>Gradients of inputs; those without time are written once, as the part that this work gives.</summary>
    public IEnumerable<string> InputGradients(bool hasTime) => kernel.InputGradientSlots.Select((slot, i) => (slot, i))
        .Where(p => p.slot >= 0 && kernel.Slots[p.slot].HasTime == hasTime)
        .Select(p => Slot("Write", kernel.Slots[p.slot], InputGradient(p.i), Graph.Inputs[p.i].Axes, hasTime ? "first" : "unit.Part", isGradient: true));

    public string InitialStateOf(int state) => State("Read", InitialState(state), state, layout.StateAt(state));

    public string FinalStateOf(int state) => State("Write", FinalState(state), state, layout.StateAt(state));

    public string FinalStateGradientOf(int state) => State("Read", FinalStateGradient(state), state, layout.GradientAt(state));

    public string InitialStateGradientOf(int state) => State("Write", InitialStateGradient(state), state, layout.GradientAt(state));

    private string Slot(string verb, Slot slot, int tensor, EquatableArray<string> declared, string first, bool isGradient = false)
    {
        // What has been summed over the heads of a unit is kept for each unit.
        string head = isGradient && !slot.HasHead ? "unit.Unit, a.Units" : "unit.Head, a.Heads";
        return Text(verb, names.StoredAxes(slot), tensor, declared, slot.HasTime ? $"{first}, tokens" : $"{(isGradient ? first : "0")}, 1", head, "frame, " + GpuNames.At(slot), slot.HasTime);
    }

    private string State(string verb, int tensor, int state, string at) => layout.IsOneColumn(state)

        // One column: rows of one number.
        ? $"Gpu::Staging.{verb}<L>(a, s, {Int(tensor)}, unit.Batch, 0, 1, unit.Head, a.Heads, tile, {at}, 1, 1, {string.Join(", ", layout.StoredAxes(state).AsEnumerable().Reverse().Select(a => $"{names.Bound(a)}, {Stride(a, Graph.States[state].Axes)}"))});"
        : Text(verb, layout.StoredAxes(state), tensor, Graph.States[state].Axes, "0, 1", "unit.Head, a.Heads", "tile, " + at, hasTime: false);

    private string Text(string verb, List<string> stored, int tensor, EquatableArray<string> declared, string tokens, string head, string place, bool hasTime)
    {
        string start = $"a, s, {Int(tensor)}, unit.Batch, {tokens}, {head}, {place}";
        if (stored.Count == 0)
        {
            return hasTime ? $"Gpu::Staging.{verb}Tokens<L>({start});" : $"Gpu::Staging.{verb}<L>({start}, 1, 1);";
        }

        bool heads = stored[stored.Count - 1] == PointEmitter.Head;
        List<string> named = heads ? stored.Take(stored.Count - 1).ToList() : stored;
        IEnumerable<string> outer = (heads ? named : named.Take(named.Count - 1)).Reverse().Select(a => $"{names.Bound(a)}, {Stride(a, declared)}");
        string lanes = heads ? "unit.Heads" : $"{names.Bound(named[named.Count - 1])}, {Stride(named[named.Count - 1], declared)}";
        return $"Gpu::Staging.{verb}{(heads ? "Heads" : "")}<L>({string.Join(", ", new[] { start, lanes }.Concat(outer))});";
    }

    /// <summary>Elements between neighbours along an axis of a dense tensor.</summary>
    private string Stride(string axis, EquatableArray<string> declared)
    {
        List<string> inner = declared.Skip(declared.ToList().IndexOf(axis) + 1).Select(names.Bound).ToList();
        return inner.Count == 0 ? "1" : string.Join(" * ", inner);
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
