namespace ModelDsl.Kernels.Cpu;

/// <summary>The nanoseconds that one thread takes for a call in convolution mode: see <see cref="PassEstimate"/>.</summary>
/// <param name="plan">The recurrence in parts.</param>
internal sealed class ConvolutionEstimate(ConvolutionPlan plan)
{
    /// <summary>Per token, channel and halving of the sequence that a transform makes of it.</summary>
    private static readonly EstimatedWork s_transform = new(Forward: 0.1, Both: 0.4);

    /// <summary>Per call: its parts are calls of their own.</summary>
    private static readonly EstimatedWork s_call = new(Forward: 5_000, Both: 15_000);

    /// <summary>Per lag, channel and row of a sum of powers.</summary>
    private static readonly EstimatedWork s_power = new(Forward: 0.025, Both: 0.13);

    /// <summary>Per lag, channel and element of a delay line.</summary>
    private static readonly EstimatedWork s_delay = new(Forward: 1, Both: 4);

    private readonly PassEstimate _signals = Pass(plan.Signals), _response = Pass(plan.Response), _readout = Pass(plan.Readout);

    private readonly PassEstimate? _coefficients = plan.Coefficients is { } coefficients ? Pass(coefficients) : null;

    /// <summary>Of a readout that is convolved in its turn.</summary>
    private readonly ConvolutionEstimate? _inner = ((CpuRecurrenceKernel)plan.Readout.Kernel).ConvolutionEstimate;

    /// <summary>Transforms for each sequence and once for the batch, by the axes of their channels.</summary>
    private readonly (int[] Axes, int PerSequence, int Once)[] _transforms =
    [
        .. plan.Response.Kernel.Description.Outputs
            .Select((output, read) => (output.Axes, Signals: plan.Terms.Where(t => t.Read == read).Select(t => t.Signal).ToArray()))
            .GroupBy(read => string.Join(' ', read.Axes))
            .Select(reads => (reads.First().Axes.ToArray(), reads.Count() + reads.SelectMany(r => r.Signals).Distinct().Count(), reads.Sum(r => r.Signals.Length))),
    ];

    /// <summary>All sequences of a batch.</summary>
    public double Nanoseconds(SequenceShape shape, CallNeeds needs)
    {
        double perSequence = _signals.Nanoseconds(shape, needs.Gradient) + (_inner is null ? _readout.Nanoseconds(shape, needs.Gradient) : 0)

            // Each end that has states takes the way through the recurrence.
            + (needs.InitialStates ? _response.Nanoseconds(shape, needs.Gradient) : 0)
            + (needs.FinalStates ? _response.Nanoseconds(shape, withGradient: false) : 0)
            + (needs.FinalStateGradients ? _response.Nanoseconds(shape, withGradient: true) : 0);
        double once = s_call.Of(needs.Gradient) + Responses(shape, needs.Gradient) + (_inner?.Nanoseconds(shape, needs) ?? 0);
        double perChannel = s_transform.Of(needs.Gradient) * shape.Time * Math.Log2(2.0 * shape.Time);
        foreach ((int[] axes, int forEach, int forAll) in _transforms)
        {
            double channels = perChannel * Channels(axes, shape);
            perSequence += channels * forEach;
            once += channels * forAll;
        }

        return once + (shape.Batch * perSequence);
    }

    /// <summary>All responses to impulses.</summary>
    private double Responses(SequenceShape shape, bool withGradient) => plan.Coefficients is null
        ? plan.Signals.Kernel.Description.Outputs.Count * _response.Nanoseconds(shape with { Batch = 1 }, withGradient)
        : plan.Powers.Select((term, t) => (Term: term, Axes: plan.Response.Kernel.Description.Outputs[plan.Terms[t].Read].Axes)).Sum(
            t => Channels(t.Axes, shape) * (
                (s_power.Of(withGradient) * shape.Time * t.Term.Groups.Sum(g => g.Entry.Length * Volume(g.Summed, 1, shape)))
                + (s_delay.Of(withGradient) * t.Term.Moves.Sum(m => Math.Min(shape.Time, shape.AxisSizes[m.Axis]) * (m.Start < 0 ? shape.AxisSizes[m.Axis] / 2.0 : 1) * Volume(m.Summed, 1, shape)))))
            + _coefficients!.Nanoseconds(shape with { Batch = 1, Time = 1 }, withGradient);

    private static double Channels(IEnumerable<int> axes, SequenceShape shape) => Simd.Pad((int)Volume(axes, shape.Heads, shape));

    private static double Volume(IEnumerable<int> axes, int heads, SequenceShape shape) => axes.Aggregate((double)heads, (all, axis) => all * shape.AxisSizes[axis]);

    private static PassEstimate Pass(ConvolutionPart part) => new(((CpuRecurrenceKernel)part.Kernel).Plan);
}
