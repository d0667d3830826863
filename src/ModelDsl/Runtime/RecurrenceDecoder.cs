namespace ModelDsl;

/// <summary>
/// Runs a recurrence as tokens arrive, in constant memory: the caller writes a step's inputs into <see cref="Inputs"/>, calls
/// <see cref="Step"/> and reads <see cref="Outputs"/>. The state moves on in place, and nothing is allocated in a step.
/// </summary>
public sealed class RecurrenceDecoder
{
    private readonly IRecurrenceKernel _kernel;
    private readonly SequenceShape _shape;
    private readonly RunOptions _options;
    private readonly SequenceTensor[] _inputs;
    private readonly SequenceTensor[] _outputs;
    private readonly SequenceTensor[] _states;
    private readonly TensorView[] _inputViews;
    private readonly TensorView[] _outputViews;
    private readonly TensorView[] _stateViews;

    /// <summary>A decoder whose state is zero.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="shape">The sizes of one step: its time is the number of tokens that arrive at once, usually 1.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public RecurrenceDecoder(IRecurrenceKernel kernel, SequenceShape shape, int threads = 0)
    {
        RecurrenceDescription description = kernel.Description;
        description.Check(shape);
        if (description.IsConvolution)
        {
            throw new NotSupportedException($"{description.Name} is a convolution, which carries no state from token to token: run it over whole sequences.");
        }

        _kernel = kernel;
        _shape = shape;
        Mode = kernel.Choose(shape, new CallNeeds(InitialStates: true, FinalStates: true));
        _options = new RunOptions(Mode, Threads: threads);

        // The views point into these for as long as the decoder lives, so the memory must never move.
        _inputs = [.. description.Inputs.Select((_, i) => Pinned(description.InputShape(i, shape)))];
        _outputs = [.. description.Outputs.Select((_, i) => Pinned(description.OutputShape(i, shape)))];
        _states = [.. description.States.Select((_, i) => Pinned(description.StateShape(i, shape)))];
        using var views = new PinnedViews();
        _inputViews = views.OfInputs(description, _inputs);
        _outputViews = views.OfOutputs(_outputs);
        _stateViews = views.OfStates(_states);
    }

    /// <summary>The mode that runs.</summary>
    public Mode Mode { get; }

    /// <summary>One tensor per input, [batch, time, head, axes...] less what it is shared across; to be written before a step.</summary>
    public IReadOnlyList<SequenceTensor> Inputs => _inputs;

    /// <summary>One tensor per output, [batch, time, head, axes...]; overwritten by a step.</summary>
    public IReadOnlyList<SequenceTensor> Outputs => _outputs;

    /// <summary>The state after the last step, as a copy; assigning continues from another state of the same sizes.</summary>
    public RecurrentState State
    {
        get => new RecurrentState(_kernel.Description, [.. _states.Select(t => t.Clone())]) { Position = Position, MiniBatch = _kernel.Description.MiniBatch };
        set
        {
            RecurrenceRunner.CheckState("State", value, _kernel.Description, _shape);
            RecurrenceRunner.CheckMiniBatch(value, MiniBatches.Of(_kernel.Description, _options with { FirstToken = value.Position }), value.Position);
            for (int i = 0; i < _states.Length; i++)
            {
                value.Tensors[i].Data.CopyTo(_states[i].Data, 0);
            }

            Position = value.Position;
        }
    }

    /// <summary>Tokens taken in so far: the position of the next one in its sequence. It goes with <see cref="State"/>; a state from elsewhere brings its own.</summary>
    public long Position { get; set; }

    /// <summary>Takes the tokens in <see cref="Inputs"/> in, and moves the state on.</summary>
    public void Step()
    {
        _kernel.Forward(_shape, _inputViews, _stateViews, _outputViews, _stateViews, _options with { FirstToken = Position });
        Position += _shape.Time;
    }

    private static SequenceTensor Pinned(int[] shape)
    {
        long count = shape.Aggregate(1L, (a, b) => a * b);
        return new(GC.AllocateArray<float>(checked((int)count), pinned: true), shape);
    }
}
