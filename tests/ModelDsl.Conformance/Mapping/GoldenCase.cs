using ModelDsl.Conformance.Goldens;

namespace ModelDsl.Conformance.Mapping;

/// <summary>
/// One run that a golden file describes: for each tensor of a recurrence, which golden tensor holds it, and in which layout. A file may describe several
/// (with an initial state and without). Immutable: each method returns a new case.
/// </summary>
public sealed record GoldenCase(RecurrenceHandle Recurrence, string Name)
{
    private Dictionary<string, InputMapping> Inputs { get; init; } = [];

    private Dictionary<string, StateMapping> States { get; init; } = [];

    private Dictionary<string, OutputMapping> Outputs { get; init; } = [];

    /// <summary>The setting of a file that holds the size of a mini-batch, or null.</summary>
    internal string? MiniBatchSetting { get; init; }

    /// <summary>The golden tensor that holds the length that kernels are made for, or null.</summary>
    internal string? LengthTensor { get; init; }

    /// <summary>Whether the gradients of a loss that includes the final states are compared.</summary>
    internal bool GoesThroughFinalStates { get; init; } = true;

    private IReadOnlyList<Derivation> Derivations { get; init; } = [];

    /// <summary>Maps a parameter of Step.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="golden">The golden tensor.</param>
    /// <param name="layout">The golden tensor's axes: see <see cref="Layout"/>.</param>
    public GoldenCase Input(string parameter, string golden, string layout) =>
        this with { Inputs = new(Inputs) { [parameter] = new InputMapping(golden, Layout.Parse(layout), null) } };

    /// <summary>Gives a parameter of Step values that no golden tensor holds.</summary>
    /// <param name="parameter">Its name.</param>
    /// <param name="layout">The axes along which the values vary.</param>
    /// <param name="value">The value at an index, given the file and the sizes.</param>
    public GoldenCase Constant(string parameter, string layout, Func<GoldenFile, AxisSizes, int[], double> value) =>
        this with { Inputs = new(Inputs) { [parameter] = new InputMapping(parameter, Layout.Parse(layout), value) } };

    /// <summary>Maps a state.</summary>
    /// <param name="state">Its name.</param>
    /// <param name="initial">The golden tensor of the initial state; zero if null, or if the file has none.</param>
    /// <param name="final">The golden tensor of the final state; not compared if null, or if the file has none.</param>
    /// <param name="layout">The axes of both.</param>
    /// <param name="finalLayout">The axes of the final state, if they differ.</param>
    public GoldenCase State(string state, string? initial, string? final, string layout, string? finalLayout = null) =>
        this with { States = new(States) { [state] = new StateMapping(initial, final, Layout.Parse(layout), Layout.Parse(finalLayout ?? layout)) } };

    /// <summary>Says that a file holds neither initial nor final values of states: they begin with zero.</summary>
    public GoldenCase Without(params string[] states) => states.Aggregate(this, (golden, state) => golden.State(state, null, null, ""));

    /// <summary>Maps an output to the golden tensor that it must equal.</summary>
    public GoldenCase Output(string output, string golden, string layout) =>
        this with { Outputs = new(Outputs) { [output] = new OutputMapping(golden, Layout.Parse(layout)) } };

    /// <summary>Says which setting of a file holds the size of a mini-batch.</summary>
    public GoldenCase MiniBatch(string setting) => this with { MiniBatchSetting = setting };

    /// <summary>Says which tensor of one number holds the length that kernels are made for.</summary>
    public GoldenCase SequenceLength(string tensor) => this with { LengthTensor = tensor };

    /// <summary>Leaves out the gradients of a loss that includes the final states, where the file has a final state that is none of the recurrence.</summary>
    public GoldenCase WithoutGradientsThroughFinalStates() => this with { GoesThroughFinalStates = false };

    /// <summary>Golden tensors whose gradients are none of the recurrence's: weights of what lies around it.</summary>
    internal IReadOnlyList<string> Outside { get; private init; } = [];

    /// <summary>Says that tensors of the file lie outside of the recurrence: their gradients are not compared.</summary>
    public GoldenCase LeaveOut(params string[] tensors) => this with { Outside = [.. Outside, .. tensors] };

    /// <summary>Adds tensors that are computed from others: whatever may be mapped to a tensor of the file may be mapped to them.</summary>
    public GoldenCase Derive(Derivation derivation) => this with { Derivations = [.. Derivations, derivation] };

    /// <summary>Finds everything in a file, and the sizes.</summary>
    /// <exception cref="GoldenException">Something is missing or contradicts the rest.</exception>
    public BoundCase Bind(GoldenFile golden)
    {
        GoldenFile file = WithUpstream(golden);
        BoundDerivation[] derived = [.. Derivations.Where(d => d.PullBack is not null).Select(d => new BoundDerivation(d, file, d.Compute(file)))];
        return Binder.Bind(this, file.With(derived.SelectMany(d => d.Tensors)), Inputs, States, Outputs, derived);
    }

    /// <summary>A file with the upstream gradients that are computed from its tensors.</summary>
    internal GoldenFile WithUpstream(GoldenFile file) => file.With(Derivations.Where(d => d.PullBack is null).SelectMany(d => d.Compute(file)));

    /// <summary>The golden tensors of the case that are in a file, with their layouts.</summary>
    internal IEnumerable<(string Golden, Layout Layout)> TensorsIn(GoldenFile file)
    {
        IEnumerable<(string? Golden, Layout Layout)> all =
        [
            .. Inputs.Values.Where(i => i.Constant is null).Select(i => ((string?)i.Golden, i.Layout)),
            .. States.Values.SelectMany(s => new[] { (s.Initial, s.InitialLayout), (s.Final, s.FinalLayout), ("d" + s.Final, s.FinalLayout) }),
            .. Outputs.Values.SelectMany(o => new[] { ((string?)o.Golden, o.Layout), ("d" + o.Golden, o.Layout) }),
            .. Derivations.SelectMany(d => d.Sources).Select(s => ((string?)s.Golden, Layout.Parse(s.Layout))),
        ];
        return all.Where(t => file.Find(t.Golden) is not null).Select(t => (t.Golden!, t.Layout));
    }

    internal sealed record InputMapping(string Golden, Layout Layout, Func<GoldenFile, AxisSizes, int[], double>? Constant);

    internal sealed record StateMapping(string? Initial, string? Final, Layout InitialLayout, Layout FinalLayout);

    internal sealed record OutputMapping(string Golden, Layout Layout);
}
