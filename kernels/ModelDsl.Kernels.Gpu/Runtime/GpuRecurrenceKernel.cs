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
    private ConvolutionPlan? _convolution;

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

        Description = description;
        Plan = plan;
        _readsStale = description.States.Any(s => s.StaleOf is not null);
        _device = device;
        _planner = new ShapePlanner(this, device.Limits);
        _narrow = new Lazy<GpuEntries>(Entries<Lanes1>);
        _wide = new Lazy<GpuEntries>(Entries<Lanes8>);
        _widest = new Lazy<GpuEntries>(Entries<Lanes16>);
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

    /// <summary>The recurrence in parts, each a kernel for this device, for the convolution mode; null if that mode is not legal.</summary>
    protected virtual ConvolutionPlan? MakeConvolution() => null;

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, CallNeeds needs)
    {
        if (Description.IsConvolution)
        {
            return Mode.Convolution;
        }

        // Where nothing is carried over time (a part of a convolution) there is nothing to scan: all chunks run at once.
        if (Plan.Components == 0 && !Device.Limits.IsCpu && Description.IsLegal(Mode.ParallelScan))
        {
            return Mode.ParallelScan;
        }

        // The CPU kernel's rule; but a CPU under OpenCL has no threads that a chunk would keep busy (measured: token by token takes 0.6 to 0.9 of the time there).
        return HasMemory && shape.Time > 1 && Description.IsLegal(Mode.Chunkwise) && (needs.Gradient || !Device.Limits.IsCpu) ? Mode.Chunkwise : Mode.Recurrent;
    }

    /// <summary>How a call would be run: the shape of its kernels, and where their memory lies.</summary>
    /// <param name="shape">The sizes of the call.</param>
    /// <param name="options">Its mode and chunk size.</param>
    /// <param name="withGradient">Whether a gradient is asked for.</param>
    public GpuLaunchPlan LaunchPlan(SequenceShape shape, RunOptions options = default, bool withGradient = false)
    {
        Mode mode = Validate(shape, options, withGradient);
        return mode == Mode.Convolution
            ? ConvolutionLaunchPlan(shape, withGradient)
            : _planner.Plan(shape, mode, options.ChunkSize, shape.Heads, withGradient, Cuts(MiniBatches.Of(Description, options))).Plan;
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

        if (options.Mode == Mode.Convolution || Description.IsConvolution)
        {
            Convolve(ConvolutionCall.Forward(shape, inputs, initialStates, outputs, finalStates, options), tape);
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

        if (options.Mode == Mode.Convolution || Description.IsConvolution)
        {
            Convolve(
                ConvolutionCall.Backward(
                    shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options),
                tape);
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

    /// <summary>A kernel without states has an empty tile, but no memory is empty.</summary>
    internal int Tile(KernelShape shape, bool adjoint) => Math.Max(TileLength(shape, adjoint), 1);

    internal int States(KernelShape shape) => StateLength(shape);

    internal int Summary(KernelShape shape, int component) => SummaryLength(shape, component);

    /// <summary>The kernels of the parts that the convolution mode has.</summary>
    internal virtual IEnumerable<IRecurrenceKernel> Parts => [Convolution.Signals.Kernel, Convolution.Response.Kernel, Convolution.Readout.Kernel];

    private ConvolutionPlan Convolution => _convolution ??= MakeConvolution() ?? throw new InvalidOperationException(
        $"{Description.Name} says that it can be convolved, but not how.");

    /// <summary>The part that makes the kernels.</summary>
    private protected virtual GpuRecurrenceKernel MainPart => (GpuRecurrenceKernel)Convolution.Response.Kernel;

    private protected virtual ConvolutionShape ConvolutionShapeOf(SequenceShape shape) => new(Convolution, shape);

    /// <summary>Runs a call in convolution mode.</summary>
    private protected virtual void Convolve(ConvolutionEngine engine, ConvolutionCall call, RecurrenceTape? tape) =>
        new ConvolutionDriver(Description, Convolution, engine).Run(call, tape);

    /// <summary>What makes the kernels runs like any recurrence, for one sequence; the transforms are planned beside it.</summary>
    private GpuLaunchPlan ConvolutionLaunchPlan(SequenceShape shape, bool withGradient) => MainPart.LaunchPlan(shape with { Batch = 1 }, default, withGradient) with
    {
        Mode = Mode.Convolution,
        Transforms = TransformPlan.Of(Device.Limits, shape.Time, ConvolutionShapeOf(shape).ReadChannels.Max()),
    };

    private void Convolve(ConvolutionCall call, RecurrenceTape? tape)
    {
        lock (_device.Gate)
        {
            _device.ThrowIfGone();
            Validate(call.Shape, call.Options, withGradient: false);
            using var engine = new GpuConvolution(_device, new GpuWork(Description, null, ConvolutionLaunchPlan(call.Shape, withGradient: false), call.Shape));
            Convolve(engine, call, tape);
        }
    }

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
        Mode mode = options.Mode == Mode.Auto ? Choose(shape, new CallNeeds(withGradient)) : options.Mode;
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
