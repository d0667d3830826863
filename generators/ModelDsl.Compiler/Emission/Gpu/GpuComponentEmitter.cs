using System.Globalization;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Lowering;

namespace ModelDsl.Compiler.Emission.Gpu;

/// <summary>
/// Writes what a kernel does for one component: its engine forward and backward, and, if it can be run as a parallel scan, the affine map that a chunk is to its
/// states and that map's use. There is one for each kind of component.
/// </summary>
internal abstract class GpuComponentEmitter(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index)
{
    protected KernelProgram Kernel { get; } = kernel;

    protected GpuNames Names { get; } = names;

    protected GpuLayoutEmitter Layout { get; } = layout;

    /// <summary>The component.</summary>
    protected LoweredComponent Lowered { get; } = kernel.Components[index];

    /// <summary>Its states.</summary>
    public IReadOnlyList<int> States { get; } = kernel.Components[index].Component.States.ToList();

    /// <summary>What must be in the frame before the engine runs, beyond what the engine makes itself.</summary>
    public virtual Stage Stage { get; } = kernel.Stages[index];

    /// <summary>The same for its adjoint.</summary>
    public virtual Stage AdjointStage { get; } = kernel.AdjointStages[index + 1];

    /// <summary>What the summary of a chunk computes for each token, beyond what the engine does.</summary>
    public virtual Stage SummaryStage => new([]);

    /// <summary>Whether the engine makes operands that only the adjoint wants in the frame: it is told so by "keep".</summary>
    public virtual bool Keeps => false;

    /// <summary>What of the last stage the engine adds up on its way, where a thread goes through all elements of its heads' states ("addsUp").</summary>
    public virtual IReadOnlyList<NestItem> Sums => [];

    /// <summary>Slots that have no place in the frame, since what they are for is used where it is made.</summary>
    public virtual IReadOnlyCollection<int> AbsentSlots => [];

    /// <summary>Whether the adjoint wants states as they are after the chunk: where they are kept is then "after".</summary>
    public virtual bool ReadsStatesAfter => false;

    /// <summary>Whether chunks can be summarised.</summary>
    public virtual bool HasScan => true;

    /// <summary>Floats in the linear part of a chunk's summary; the offset, in the order of the states, follows.</summary>
    public abstract string TransitionLength { get; }

    /// <summary>Carries the states in the tile through a chunk.</summary>
    public abstract void WriteForward(SourceWriter writer);

    /// <summary>Carries the gradients of the states in the tile back through a chunk.</summary>
    public abstract void WriteAdjoint(SourceWriter writer);

    /// <summary>Puts a chunk's summary in the place "summary".</summary>
    public abstract void WriteSummary(SourceWriter writer);

    /// <summary>Applies the summary of a chunk to the states in the tile.</summary>
    public abstract void WriteAdvance(SourceWriter writer);

    /// <summary>Applies its transpose to the gradients of the states.</summary>
    public abstract void WriteRetreat(SourceWriter writer);

    /// <summary>Makes the gradients of the states in the tile the offset of the summary: what a chunk adds to the gradient of the states before it.</summary>
    public virtual void WriteOffset(SourceWriter writer)
    {
        string at = $"summary + {TransitionLength}";
        foreach (int state in States)
        {
            writer.Line($"Gpu::Team.Copy<L>(s, tile, {Layout.GradientAt(state)}, a.Memory, {at}, {Layout.StateLength(state)});");
            at += $" + {Layout.StateLength(state)}";
        }
    }

    /// <summary>The emitter of a component.</summary>
    public static GpuComponentEmitter Of(KernelProgram kernel, GpuNames names, GpuLayoutEmitter layout, int index) => kernel.Components[index].Component switch
    {
        FormedComponent => new GpuFormedEmitter(kernel, names, layout, index),
        MemoryComponent => new GpuMemoryEmitter(kernel, names, layout, index),
        LinearComponent => new GpuLinearEmitter(kernel, names, layout, index),
        SequentialComponent => new GpuSweepEmitter(kernel, names, layout, index),
        ElementwiseComponent or CoupledComponent => new GpuCarriedEmitter(kernel, names, layout, index),
        var other => throw new NotSupportedException($"There is no engine for {other.GetType().Name} on GPUs."),
    };

    protected Slot Slot(SlotKind kind, int state) => Kernel.Slots.First(s => s.Kind == kind && s.Index == state);

    protected static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
