namespace ModelDsl.TorchSharp.Tests;

/// <summary>
/// A kernel written by hand as plain loops, so that the torch side is tested without the compiler:
/// S = decay * S + Outer(k, v), output = Dot(q, S), with k shared across heads and decay shared across time.
/// </summary>
internal sealed unsafe class RetentionKernel : IRecurrenceKernel
{
    private const int Q = 0, K = 1, V = 2, Decay = 3;

    public RecurrenceDescription Description { get; } = new(
        "Retention", "elementwise decay, rank-1 writes", "S_t = decay S_(t-1) + k_t v_t^T", [new("Key", null), new("Value", null)],
        [new("q", [0], Across.None), new("k", [0], Across.Heads), new("v", [1], Across.None), new("decay", [], Across.Time)],
        [new("S", [0, 1])],
        [new("o", [1])],
        [new(Mode.Recurrent, true, "always", "4KV"), new(Mode.Convolution, false, "S is decayed by 'decay', which varies with the head", "")]);

    public int Forwards { get; private set; }

    public int TapesGiven { get; private set; }

    /// <summary>What the tape held in each backward pass.</summary>
    public List<MemoryStream?> KeptInBackward { get; } = [];

    public Mode LastMode { get; private set; }

    public bool FailsInBackward { get; init; }

    public Mode Choose(SequenceShape shape, CallNeeds needs) => Mode.Recurrent;

    public void Forward(
        SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates, RunOptions options, RecurrenceTape? tape = null)
    {
        (Forwards, LastMode) = (Forwards + 1, options.Mode);
        TapesGiven += tape is null ? 0 : 1;
        if (tape is not null)
            tape.Kept = new MemoryStream();
        int keys = shape.AxisSizes[0], values = shape.AxisSizes[1];
        for (int b = 0; b < shape.Batch; b++)
        for (int h = 0; h < shape.Heads; h++)
        {
            var states = States(shape, inputs, initialStates, b, h);
            for (int t = 0; t < shape.Time; t++)
            for (int j = 0; j < values; j++)
            {
                double sum = 0;
                for (int i = 0; i < keys; i++)
                    sum += *At(shape, inputs[Q], b, t, h, i) * states[t + 1][i, j];
                *At(shape, outputs[0], b, t, h, j) = (float)sum;
            }

            for (int i = 0; i < keys; i++)
            for (int j = 0; j < values; j++)
                *At(shape, finalStates[0], b, 0, h, i, j) = (float)states[shape.Time][i, j];
        }
    }

    public void Backward(
        SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients, ReadOnlySpan<TensorView> inputGradients, ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options, RecurrenceTape? tape = null)
    {
        KeptInBackward.Add((MemoryStream?)tape?.Kept);
        if (FailsInBackward)
            throw new InvalidOperationException("This kernel fails on purpose.");
        int keys = shape.AxisSizes[0], values = shape.AxisSizes[1];
        foreach (bool clear in (bool[])[true, false])
        for (int b = 0; b < shape.Batch; b++)
        for (int h = 0; h < shape.Heads; h++)
        {
            var states = States(shape, inputs, initialStates, b, h);
            var dS = new double[keys, values];
            double decay = *At(shape, inputs[Decay], b, 0, h);
            for (int i = 0; i < keys; i++)
            for (int j = 0; j < values; j++)
                dS[i, j] = finalStateGradients[0].IsNull ? 0 : *At(shape, finalStateGradients[0], b, 0, h, i, j);
            for (int t = shape.Time - 1; t >= 0; t--)
            for (int i = 0; i < keys; i++)
            for (int j = 0; j < values; j++)
            {
                double d = outputGradients[0].IsNull ? 0 : *At(shape, outputGradients[0], b, t, h, j);
                dS[i, j] += *At(shape, inputs[Q], b, t, h, i) * d;
                Add(shape, inputGradients[Q], clear, d * states[t + 1][i, j], b, t, h, i);
                Add(shape, inputGradients[K], clear, dS[i, j] * *At(shape, inputs[V], b, t, h, j), b, t, h, i);
                Add(shape, inputGradients[V], clear, dS[i, j] * *At(shape, inputs[K], b, t, h, i), b, t, h, j);
                Add(shape, inputGradients[Decay], clear, dS[i, j] * states[t][i, j], b, t, h);
                dS[i, j] *= decay;
            }

            for (int i = 0; i < keys; i++)
            for (int j = 0; j < values; j++)
                Add(shape, initialStateGradients[0], clear, dS[i, j], b, 0, h, i, j);
        }
    }

    private static double[][,] States(SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, int b, int h)
    {
        int keys = shape.AxisSizes[0], values = shape.AxisSizes[1];
        var states = new double[shape.Time + 1][,];
        for (int t = 0; t <= shape.Time; t++)
        {
            states[t] = new double[keys, values];
            for (int i = 0; i < keys; i++)
            for (int j = 0; j < values; j++)
            {
                states[t][i, j] = t == 0
                    ? initialStates[0].IsNull ? 0 : *At(shape, initialStates[0], b, 0, h, i, j)
                    : *At(shape, inputs[Decay], b, t - 1, h) * states[t - 1][i, j]
                      + *At(shape, inputs[K], b, t - 1, h, i) * *At(shape, inputs[V], b, t - 1, h, j);
            }
        }

        return states;
    }

    /// <summary>The first pass over the elements sets each to zero, the second adds: several may share one place.</summary>
    private static void Add(SequenceShape shape, TensorView view, bool clear, double value, int b, int t, int h, int i = 0, int j = 0)
    {
        if (view.IsNull)
            return;
        float* at = At(shape, view, b, t, h, i, j);
        *at = clear ? 0 : *at + (float)value;
    }

    private static float* At(SequenceShape shape, TensorView view, int b, int t, int h, int i = 0, int j = 0) =>
        view.Pointer + b * view.BatchStride + t * view.TimeStride + h / (shape.Heads / view.Heads) * view.HeadStride + i * view.Axis0 + j * view.Axis1;
}
