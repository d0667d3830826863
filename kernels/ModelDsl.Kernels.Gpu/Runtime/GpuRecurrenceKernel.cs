namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// The base of generated kernels for GPUs. The generated class says what its entry points are and how much memory they need; this one
/// brings tensors to the device and back, and launches entry points in the order that the mode asks for.
/// </summary>
public abstract class GpuRecurrenceKernel : IRecurrenceKernel
{
    private readonly GpuDevice _device;
    private readonly ShapePlanner _planner;
    private readonly bool _readsStale;
    private readonly Lazy<GpuEntries> _narrow;
    private readonly Lazy<GpuEntries> _wide;
    private readonly Lazy<GpuEntries> _widest;

    /// <param name="description">What the kernel computes.</param>
    /// <param name="plan">What the runtime has to know of it.</param>
    /// <param name="device">The device.</param>
    protected GpuRecurrenceKernel(RecurrenceDescription description, GpuPlan plan, GpuDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (description.Axes.Count > 8)
        {
            throw new NotSupportedException($"{description.Name} has {description.Axes.Count} named axes; kernels for GPUs have at most 8.");
        }

        Description = DescriptionOf(description);
        Plan = plan;
        _readsStale = description.States.Any(s => s.StaleOf is not null);
        _device = device;
        _planner = new ShapePlanner(this, device.Limits);
        _narrow = new Lazy<GpuEntries>(Entries<Lanes1>);
        _wide = new Lazy<GpuEntries>(Entries<Lanes8>);
        _widest = new Lazy<GpuEntries>(Entries<Lanes16>);
    }

    /// <summary>
    /// What of a recurrence runs on GPUs: all but the convolution mode, which needs Fourier transforms.
    /// </summary>
    public static RecurrenceDescription DescriptionOf(RecurrenceDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return description with
        {
            Modes =
            [
                .. description.Modes.Select(m => m.IsLegal && WhyNot(description, m.Mode) is { } reason
                    ? m with { IsLegal = false, Reason = reason, CostPerToken = "" }
                    : m),
            ],
        };
    }

    /// <inheritdoc/>
    public RecurrenceDescription Description { get; }

    /// <summary>The device that the kernel runs on.</summary>
    public GpuDevice Device => _device;

    internal GpuPlan Plan { get; }

    internal bool HeadsAsLanes => Plan.HeadsAsLanes;

    internal bool HasMemory => Plan.HasMemory;

    internal bool DecaysPerKey => Plan.DecaysPerKey;

    /// <summary>The entry points.</summary>
    /// <typeparam name="L">What a thread computes at once.</typeparam>
    protected abstract GpuEntries Entries<L>()
        where L : unmanaged, ILane<L>;

    /// <summary>Floats in the slots of a group.</summary>
    protected abstract int FrameLength(KernelShape shape, bool adjoint);

    /// <summary>Floats in the states and the engines' operands of a group.</summary>
    protected abstract int TileLength(KernelShape shape, bool adjoint);

    /// <summary>Floats in all states of a unit, as they are kept at the boundaries of chunks.</summary>
    protected abstract int StateLength(KernelShape shape);

    /// <summary>Floats in the summary of a chunk: a component's transition and offset.</summary>
    protected abstract int SummaryLength(KernelShape shape, int component);

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, bool withGradient) =>

        // The CPU kernel's rule; but a CPU under OpenCL has no threads that a chunk would keep busy (measured: token by token takes 0.6 to 0.9 of the time there).
        HasMemory && shape.Time > 1 && Description.IsLegal(Mode.Chunkwise) && (withGradient || !Device.Limits.IsCpu) ? Mode.Chunkwise : Mode.Recurrent;

    /// <summary>How a call would be run: the shape of its kernels, and where their memory lies.</summary>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="options">Its mode and chunk size.</param>
    /// <param name="withGradient">Whether a gradient is asked for.</param>
    public GpuLaunchPlan LaunchPlan(SequenceShape shape, RunOptions options = default, bool withGradient = false)
    {
        Mode mode = Validate(shape, options, withGradient);
        return _planner.Plan(shape, mode, options.ChunkSize, shape.Heads, withGradient, Cuts(MiniBatches.Of(Description, options))).Plan;
    }

    /// <inheritdoc/>
    public void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        if (shape.Offsets is not null)
        {
            PackedSequences.Forward(this, shape, inputs, initialStates, outputs, finalStates, options, tape);
            return;
        }

        CallViews views = new() { Inputs = inputs, InitialStates = initialStates, Outputs = outputs, FinalStates = finalStates };
        lock (_device.Gate)
        {
            GpuRun run = Begin(shape, views, options, withGradient: tape is not null);
            run.Forward(tape);
        }
    }

    /// <inheritdoc/>
    public void Backward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients,
        ReadOnlySpan<TensorView> inputGradients,
        ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options,
        RecurrenceTape? tape = null)
    {
        if (shape.Offsets is not null)
        {
            PackedSequences.Backward(
                this, shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options, tape);
            return;
        }

        CallViews views = new()
        {
            Inputs = inputs,
            InitialStates = initialStates,
            OutputGradients = outputGradients,
            FinalStateGradients = finalStateGradients,
            InputGradients = inputGradients,
            InitialStateGradients = initialStateGradients,
        };
        lock (_device.Gate)
        {
            GpuRun run = Begin(shape, views, options, withGradient: true);
            run.Backward(tape);
        }
    }

    internal GpuEntries EntryPoints(int lanes) => (lanes == Lanes1.Width ? _narrow : lanes == Lanes8.Width ? _wide : _widest).Value;

    internal int Frame(KernelShape shape, bool adjoint) => FrameLength(shape, adjoint);

    internal int Tile(KernelShape shape, bool adjoint) => TileLength(shape, adjoint);

    internal int States(KernelShape shape) => StateLength(shape);

    internal int Summary(KernelShape shape, int component) => SummaryLength(shape, component);

    private static string? WhyNot(RecurrenceDescription description, Mode mode) => mode switch
    {
        Mode.Convolution => "there are no Fourier transforms for GPUs",
        _ => null,
    };

    private GpuRun Begin(SequenceShape shape, CallViews views, RunOptions options, bool withGradient)
    {
        _device.ThrowIfGone();
        Mode mode = Validate(shape, options, withGradient);
        MiniBatches miniBatches = MiniBatches.Of(Description, options);
        (GpuLaunchPlan plan, KernelShape forward, KernelShape backward) =
            _planner.Plan(shape, mode, options.ChunkSize, UnitBound(shape, views.Inputs), withGradient, Cuts(miniBatches));
        return new GpuRun(new GpuCall(this, shape, plan, views, checked((int)options.FirstToken), miniBatches), forward, backward);
    }

    /// <summary>The mini-batches that chunks must end with: those of a recurrence that reads states as they stood at their start.</summary>
    internal MiniBatches Cuts(MiniBatches miniBatches) => _readsStale ? miniBatches : default;

    private Mode Validate(SequenceShape shape, RunOptions options, bool withGradient)
    {
        Mode mode = options.Mode == Mode.Auto ? Choose(shape, withGradient) : options.Mode;
        if (!Description.IsLegal(mode))
        {
            throw Description.Refusal(mode);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.ChunkSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstToken, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.FirstToken, int.MaxValue - shape.Time, nameof(options));
        shape.ThrowIfInvalid();
        return mode;
    }

    /// <summary>How many heads a unit may have: no group of heads that share an input may be cut by a unit, or share one with another group.</summary>
    private int UnitBound(SequenceShape shape, ReadOnlySpan<TensorView> inputs)
    {
        int bound = shape.Heads;
        for (int i = 0; i < inputs.Length; i++)
        {
            int heads = Math.Max(inputs[i].Heads, 1);

            // A gradient that is added over a unit's heads needs units of one if every head has its own.
            bool isGrouped = heads > 1 && (heads < shape.Heads || Plan.InputGradients[i] is { HasHead: false });
            bound = isGrouped ? (int)System.Numerics.BigInteger.GreatestCommonDivisor(bound, shape.Heads / heads) : bound;
        }

        return bound;
    }
}
