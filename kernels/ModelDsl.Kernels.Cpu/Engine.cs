namespace ModelDsl.Kernels.Cpu;

/// <summary>Carries the states of one component over a chunk, its adjoint carries their gradients back, and its summary says what a chunk does to any state.</summary>
internal abstract unsafe class Engine
{
    public abstract int[] States { get; }

    public static Engine For(ComponentPlan component, int index, CpuRecurrenceKernel kernel) => component switch
    {
        MemoryPlan memory => new MemoryEngine(memory, kernel.Plan),
        ElementwisePlan elementwise => new ElementwiseEngine(elementwise, kernel.Plan),
        CoupledPlan coupled => new CoupledEngine(coupled, kernel.Plan),
        FormedPlan formed => new FormedEngine(formed, kernel.Plan),
        LinearPlan linear => new LinearEngine(linear, index, kernel),
        SequentialPlan sequential => new SequentialEngine(sequential, index, kernel),
        _ => throw new ArgumentException($"There is no engine for {component.GetType().Name}.", nameof(component)),
    };

    /// <summary>Runs the chunk from the states in the frame; those after it replace them.</summary>
    public abstract void Forward(Frame frame, Mode mode);

    /// <summary>Runs the adjoint of the chunk, after <see cref="Forward"/>; the states' gradients before the chunk replace those after it.</summary>
    /// <param name="frame">The frame, which holds the chunk.</param>
    /// <param name="mode">How the chunk is run.</param>
    /// <param name="starts">For each state of the recurrence, its value before the chunk.</param>
    public abstract void Backward(Frame frame, Mode mode, float** starts);

    /// <summary>Floats in a transition: the linear part of what a chunk does to a state.</summary>
    public virtual nint TransitionLength(Frame frame) => throw NoSummary();

    /// <summary>The chunk as an affine map: state = transition(state) + offset. The state in the frame is left undefined.</summary>
    public virtual void Summarise(Frame frame, float* transition, float* offset) => throw NoSummary();

    /// <summary>states = transition(states) + offset.</summary>
    /// <param name="frame">The frame, for sizes and scratch memory.</param>
    /// <param name="transition">As from <see cref="Summarise"/>.</param>
    /// <param name="offset">The states' offsets, one after the other.</param>
    /// <param name="states">The states of the component, in the order of <see cref="States"/>.</param>
    public virtual void Advance(Frame frame, float* transition, float* offset, float** states) => throw NoSummary();

    /// <summary>gradients = transposed transition(gradients) + offset.</summary>
    /// <inheritdoc cref="Advance"/>
    public virtual void Retreat(Frame frame, float* transition, float* offset, float** states) => throw NoSummary();

    /// <summary>Whether the gradient goes back over a chunk by another map than the transpose of the transition: one that hangs on the states in it.</summary>
    public virtual bool HasAdjointTransition => false;

    /// <summary>That map, after the adjoint's stage has run; <see cref="Retreat"/> takes it as it takes a transition.</summary>
    public virtual void SummariseAdjoint(Frame frame, float* transition) => throw NoSummary();

    /// <summary>Floats in the states of the component together.</summary>
    public nint OffsetLength(Frame frame)
    {
        nint length = 0;
        foreach (int state in States)
        {
            length += frame.StateLength(state);
        }

        return length;
    }

    public static void Copy(float* source, float* target, nint length) =>
        Buffer.MemoryCopy(source, target, length * sizeof(float), length * sizeof(float));

    public static void Add(float* source, float* target, nint length)
    {
        for (nint i = 0; i < length; i++)
        {
            target[i] += source[i];
        }
    }

    private InvalidOperationException NoSummary() => new($"{GetType().Name} has no summary: the parallel scan should have been refused.");
}
