namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The nanoseconds that one thread takes for a sequence token by token, from what is carried over time: as good as the choice of a mode needs it, which is to a factor of two.
/// Fitted to S4D, S4, moving averages, shifts, rational transfer functions and dense transitions of 1 to 64 numbers of state (tests/ModelDsl.Benchmarks/README.md).
/// </summary>
/// <param name="plan">The kernel's plan.</param>
internal sealed class PassEstimate(KernelPlan plan)
{
    /// <summary>Per token and head where heads are run one by one: short rows are padded to whole vectors, and what is done for each adds up.</summary>
    private static readonly EstimatedWork s_head = new(Forward: 14, Both: 48);

    /// <summary>Per number that is carried element by element.</summary>
    private static readonly EstimatedWork s_carried = new(Forward: 0.1, Both: 0.1);

    /// <summary>Per multiplier of one: going back, each has a gradient.</summary>
    private static readonly EstimatedWork s_multiplier = new(Forward: 0, Both: 0.9);

    /// <summary>Per number that generated code moves on token by token.</summary>
    private static readonly EstimatedWork s_sequential = new(Forward: 0.3, Both: 0.7);

    /// <summary>Per number of a packed matrix, which is read once for all sequences that run together, and multiplied by each: both take as long.</summary>
    private static readonly EstimatedWork s_matrix = new(Forward: 0.012, Both: 0.03);

    /// <summary>One sequence of a batch, forward or (with a gradient) both ways.</summary>
    public double Nanoseconds(SequenceShape shape, bool withGradient)
    {
        double token = plan.HeadsAsLanes ? 0 : s_head.Of(withGradient);
        foreach (ComponentPlan component in plan.Components)
        {
            token += Token(component, shape, withGradient);
        }

        double number = s_matrix.Of(withGradient) * (1 + (1.0 / shape.Batch));
        foreach (MatrixPlan matrix in plan.Matrices)
        {
            token += matrix.IsAdjoint ? 0 : number * Volume(matrix.Outer, shape) * Volume(matrix.Depth, shape) * Volume(matrix.Columns, shape);
        }

        return token * shape.Time * (plan.HeadsAsLanes ? Simd.Pad(shape.Heads) : shape.Heads);
    }

    private double Token(ComponentPlan component, SequenceShape shape, bool withGradient) => component switch
    {
        SequentialPlan sequential => s_sequential.Of(withGradient) * Numbers(sequential.States, shape),
        CoupledPlan coupled => Carried(Numbers(coupled.States, shape), coupled.States.Length, withGradient),
        ElementwisePlan elementwise => Carried(Numbers([elementwise.State], shape), 1, withGradient),
        MemoryPlan memory => Carried(Numbers([memory.State], shape), 1, withGradient),
        FormedPlan formed => Carried(Numbers([formed.State], shape), 1, withGradient),
        _ => throw new NotSupportedException($"Nothing is known of what a {component.GetType().Name} takes."),
    };

    private static double Carried(double numbers, int multipliers, bool withGradient) =>
        numbers * (s_carried.Of(withGradient) + (multipliers * s_multiplier.Of(withGradient)));

    private double Numbers(ReadOnlySpan<int> states, SequenceShape shape)
    {
        double numbers = 0;
        foreach (int state in states)
        {
            numbers += Volume(plan.StateAxes[state], shape);
        }

        return numbers;
    }

    private static double Volume(int[] axes, SequenceShape shape)
    {
        double volume = 1;
        foreach (int axis in axes)
        {
            // -1 stands for one column.
            volume *= axis < 0 ? 1 : shape.AxisSizes[axis];
        }

        return volume;
    }
}

/// <summary>Nanoseconds of a piece of work.</summary>
/// <param name="Forward">In a forward pass.</param>
/// <param name="Both">In a forward pass and the backward pass after it.</param>
internal readonly record struct EstimatedWork(double Forward, double Both)
{
    public double Of(bool withGradient) => withGradient ? Both : Forward;
}
