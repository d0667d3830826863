using System.Globalization;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>What the emitters of one kernel class share.</summary>
internal sealed class GpuKernelParts
{
    public GpuKernelParts(RecurrenceSpec spec, KernelProgram kernel)
    {
        Spec = spec;
        Kernel = kernel;
        Names = new GpuNames(kernel);
        Layout = new GpuLayoutEmitter(spec, kernel, Names);
        Staging = new GpuStagingEmitter(spec, kernel, Names, Layout);
        Methods = new GpuMethods(Layout);
        Copies = new GpuStaleEmitter(spec, Names, Layout, Methods);
        Components = Enumerable.Range(0, kernel.Components.Count).Select(c => GpuComponentEmitter.Of(kernel, Names, Layout, c)).ToList();
        AbsentSlots = new HashSet<int>(Components.SelectMany(c => c.AbsentSlots)
            .Concat(HasScan ? [] : Components.SelectMany(c => c.SummaryStage.Nests).SelectMany(n => n.Items).Select(i => i.Slot).Where(s => kernel.Slots[s].Kind == SlotKind.Local)));
    }

    public RecurrenceSpec Spec { get; }

    public KernelProgram Kernel { get; }

    public GpuNames Names { get; }

    public GpuLayoutEmitter Layout { get; }

    public GpuStagingEmitter Staging { get; }

    public GpuMethods Methods { get; }

    /// <summary>What happens between mini-batches.</summary>
    public GpuStaleEmitter Copies { get; }

    /// <summary>An emitter for each component, in order.</summary>
    public IReadOnlyList<GpuComponentEmitter> Components { get; }

    /// <summary>Slots that have no place in the frame.</summary>
    public HashSet<int> AbsentSlots { get; }

    /// <summary>Whether chunks can be run in parallel.</summary>
    public bool HasScan => !Copies.Any && Components.All(c => c.HasScan);

    /// <summary>Whether the adjoint wants states as they are after a chunk: those after the last are kept, too.</summary>
    public bool ReadsStatesAfter => Components.Any(c => c.ReadsStatesAfter);

    /// <summary>Sums for the outputs that engines may have added up already.</summary>
    public Stage Sums => ScanFusion.Without(Outputs, Outputs.Nests.SelectMany(n => n.Items).Except(AddedUp).ToList());

    /// <summary>The other outputs.</summary>
    public Stage OutputsBesideSums => ScanFusion.Without(Outputs, AddedUp.ToList());

    private IEnumerable<NestItem> AddedUp => Components.SelectMany(c => c.Sums);

    /// <summary>What makes the outputs.</summary>
    public Stage Outputs => Kernel.Stages[Components.Count];

    /// <summary>What makes the gradients of the inputs.</summary>
    public Stage InputGradients => Kernel.AdjointStages[0];

    /// <summary>What a forward kernel computes outside its engines, and what one that goes backward computes beside that.</summary>
    public IEnumerable<Stage> ForwardStages => Components.Select(c => c.Stage).Append(Outputs).Append(Kernel.Prologue).Concat(Kernel.Components.Select(c => c.Step))
        .Concat(HasScan ? Components.Select(c => c.SummaryStage) : []);

    /// <inheritdoc cref="ForwardStages"/>
    public IEnumerable<Stage> AdjointStages => Components.Select(c => c.AdjointStage).Append(InputGradients).Concat(Kernel.Components.Select(c => c.StepAdjoint));

    public string NumberOf(GpuComponentEmitter component) => Components.ToList().IndexOf(component).ToString(CultureInfo.InvariantCulture);

    /// <summary>The argument that says whether engines are to put into the frame what only the adjoint wants; empty if none does.</summary>
    public string KeepArgument(string value) => Components.Any(c => c.Keeps) ? $", {value}" : "";

    /// <summary>The arguments that say where the states after a chunk are kept; empty if nobody asks.</summary>
    public string AfterArguments(string values) => ReadsStatesAfter ? ", " + values : "";

    /// <summary>Declares the first token of a chunk, and how many it has.</summary>
    public string TokensOf(string chunk) => Copies.Any
        ? $"int first = a.FirstOf(s, {chunk}), tokens = a.FirstOf(s, {chunk} + 1) - first;"
        : $"int first = {chunk} * s.Chunk, tokens = a.TokensOf(s, {chunk});";

    /// <summary>Calls a stage's method, if it has one.</summary>
    public void CallStage(SourceWriter writer, string name, Stage stage, string heads = "unit.Heads")
    {
        if (stage.Nests.Count > 0)
        {
            writer.Line($"{name}<L>(s, frame, tokens, {heads});");
        }
    }
}
