namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The base of generated kernels. The generated class says what happens inside a chunk (its stages, and the sweeps of sequential
/// components); the drivers chain chunks as the mode says.
/// </summary>
public abstract unsafe class CpuRecurrenceKernel : IRecurrenceKernel
{
    /// <summary>How much of the time token by token the convolution mode may take at most, by estimates, to be chosen: they are not good enough to tell less apart.</summary>
    private const double WorthConvolving = 0.75;

    private readonly Stack<ChunkRunner> _idle = new();
    private readonly Mode _legal;
    private readonly bool _readsStale;
    private readonly WorkCut _cut;
    private readonly PassEstimate _pass;
    private ConvolutionPlan? _convolution;
    private ConvolutionEstimate? _convolutionEstimate;

    /// <param name="description">What the kernel computes.</param>
    /// <param name="plan">Its slots and components.</param>
    protected CpuRecurrenceKernel(RecurrenceDescription description, KernelPlan plan)
    {
        Description = description;
        Plan = plan;
        _pass = new PassEstimate(plan);
        foreach (Mode mode in description.LegalModes)
        {
            _legal |= mode;
        }

        _readsStale = description.States.Any(s => s.StaleOf is not null);
        _cut = new WorkCut(plan, _readsStale);
    }

    /// <inheritdoc/>
    public RecurrenceDescription Description { get; }

    internal KernelPlan Plan { get; }

    internal BufferPool Buffers { get; } = new();

    /// <summary>What does not depend on time.</summary>
    protected internal virtual void Prologue(Frame f)
    {
    }

    /// <summary>What component <paramref name="index"/> needs; the last stage makes the outputs.</summary>
    protected internal virtual void Stage(int index, Frame f)
    {
    }

    /// <summary>
    /// Stage and engine of states carried element by element in one, token by token; and the last stage without what they have summed up for it. False if there is
    /// no such code.
    /// </summary>
    /// <param name="index">Which component, or which stage.</param>
    /// <param name="f">The frame.</param>
    /// <param name="keep">Whether a gradient will ask for the engine's operands.</param>
    protected internal virtual bool FusedStage(int index, Frame f, bool keep) => false;

    /// <summary>What the adjoint of component <paramref name="index"/> - 1 needs; stage 0 makes the gradients of the inputs.</summary>
    protected internal virtual void AdjointStage(int index, Frame f)
    {
    }

    /// <summary>Adjoint stage and adjoint engine of states carried element by element in one, token by token backwards; false if there is no such code.</summary>
    /// <param name="index">The adjoint stage: of component <paramref name="index"/> - 1.</param>
    /// <param name="f">The frame.</param>
    protected internal virtual bool FusedAdjointStage(int index, Frame f) => false;

    /// <summary>Runs a sequential component over the chunk, token by token.</summary>
    protected internal virtual void Sweep(int component, Frame f)
    {
    }

    /// <summary>Runs the linear part of a linear component's update over the chunk, token by token: directions stand where the states stand.</summary>
    protected internal virtual void TransitionSweep(int component, Frame f)
    {
    }

    /// <summary>Runs the adjoint of a sequential component over the chunk, token by token, backwards.</summary>
    protected internal virtual void AdjointSweep(int component, Frame f)
    {
    }

    /// <summary>The recurrence in parts, for the convolution mode; null if that mode is not legal.</summary>
    protected internal virtual ConvolutionPlan? MakeConvolution() => null;

    /// <inheritdoc/>
    public Mode Choose(SequenceShape shape, CallNeeds needs) =>

        // A single token has no chunk to gain from; elementwise recurrences already run as fast as they are read.
        _cut.HasMemory && shape.Time > 1 && (_legal & Mode.Chunkwise) != 0 ? Mode.Chunkwise
        : IsFasterConvolved(shape, needs) ? Mode.Convolution
        : Mode.Recurrent;

    /// <summary>Packed sequences are convolved one by one, each with responses of its own, and never gain.</summary>
    private bool IsFasterConvolved(SequenceShape shape, CallNeeds needs) =>
        shape is { Time: > 1, Offsets: null }
        && ConvolutionEstimate?.Nanoseconds(shape, needs) < WorthConvolving * shape.Batch * _pass.Nanoseconds(shape, needs.Gradient);

    /// <summary>What a call in convolution mode takes; null if that mode is not legal.</summary>
    internal ConvolutionEstimate? ConvolutionEstimate => (_legal & Mode.Convolution) == 0 ? null : _convolutionEstimate ??= new ConvolutionEstimate(Convolution);

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
        options = Resolve(shape, options, CallNeeds.OfForward(initialStates, finalStates, tape));
        if (tape is not null)
        {
            tape.Mode = options.Mode;
        }

        if (options.Mode == Mode.Convolution && shape.Offsets is not null)
        {
            PackedSequences.Forward(this, shape, inputs, initialStates, outputs, finalStates, options, tape);
            return;
        }

        if (options.Mode == Mode.Convolution)
        {
            Convolve(ConvolutionCall.Forward(shape, inputs, initialStates, outputs, finalStates, options), tape);
            return;
        }

        ChunkRunner runner = Rent();
        try
        {
            Call call = runner.OwnCall;
            Prepare(call, shape, inputs, initialStates, options, forGradient: tape is not null);
            Call.Set(ref call.Outputs, outputs);
            Call.Set(ref call.FinalStates, finalStates);
            BoundaryStates? states = tape is null ? null : new BoundaryStates(this);
            tape?.Keep(states);
            if (call.Options.Mode == Mode.ParallelScan)
            {
                ScanDriver.Forward(this, call, states);
            }
            else
            {
                FoldDriver.Forward(this, call, runner, states);
            }
        }
        finally
        {
            Return(runner);
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
        options = Resolve(shape, options.After(tape), CallNeeds.OfBackward(initialStates, finalStateGradients, initialStateGradients));
        if (options.Mode == Mode.Convolution && shape.Offsets is not null)
        {
            PackedSequences.Backward(
                this, shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options, tape);
            return;
        }

        if (options.Mode == Mode.Convolution)
        {
            Convolve(
                ConvolutionCall.Backward(
                    shape, inputs, initialStates, outputGradients, finalStateGradients, inputGradients, initialStateGradients, options),
                tape);
            return;
        }

        ChunkRunner runner = Rent();
        BoundaryStates? computed = null;
        try
        {
            Call call = runner.OwnCall;
            Prepare(call, shape, inputs, initialStates, options, forGradient: true);
            Call.Set(ref call.Outputs, new TensorView[outputGradients.Length]);
            Call.Set(ref call.FinalStates, new TensorView[finalStateGradients.Length]);
            Call.Set(ref call.OutputGradients, outputGradients);
            Call.Set(ref call.FinalStateGradients, finalStateGradients);
            Call.Set(ref call.InputGradients, inputGradients);
            Call.Set(ref call.InitialStateGradients, initialStateGradients);
            var states = tape?.Kept as BoundaryStates;
            if (states is null || !states.Fits(call))
            {
                states = computed = new BoundaryStates(this);
                if (call.Options.Mode == Mode.ParallelScan)
                {
                    ScanDriver.Forward(this, call, states);
                }
                else
                {
                    FoldDriver.Forward(this, call, runner, states);
                }
            }

            if (call.Options.Mode == Mode.ParallelScan)
            {
                ScanDriver.Backward(this, call, runner, states);
            }
            else
            {
                FoldDriver.Backward(this, call, runner, states);
            }
        }
        finally
        {
            computed?.Dispose();
            Return(runner);
        }
    }

    private ConvolutionPlan Convolution => _convolution ??= MakeConvolution() ?? throw new InvalidOperationException(
        $"{Description.Name} says that it can be convolved, but not how.");

    private void Convolve(ConvolutionCall call, RecurrenceTape? tape) =>
        new ConvolutionDriver(Description, Convolution, new CpuConvolution(call.Options.Threads)).Run(call, tape);

    internal ChunkRunner Rent()
    {
        lock (_idle)
        {
            if (_idle.TryPop(out ChunkRunner? runner))
            {
                return runner;
            }
        }

        return new ChunkRunner(this);
    }

    internal void Return(ChunkRunner runner)
    {
        lock (_idle)
        {
            _idle.Push(runner);
        }
    }

    /// <summary>Runs tasks on workers, each with a frame of its own. Tasks are independent: the result does not depend on their order.</summary>
    internal void Share(Call call, int tasks, Action<ChunkRunner, int> task)
    {
        int threads = Threads(call, tasks);
        if (threads == 1)
        {
            ChunkRunner runner = Rent();
            for (int i = 0; i < tasks; i++)
            {
                task(runner, i);
            }

            Return(runner);
            return;
        }

        Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = threads }, Rent, (i, _, runner) =>
        {
            task(runner, i);
            return runner;
        }, Return);
    }

    /// <inheritdoc cref="WorkCut.Threads"/>
    internal int Threads(Call call, int tasks) => _cut.Threads(call, tasks);

    /// <summary>The options with a mode that is one and legal.</summary>
    private RunOptions Resolve(SequenceShape shape, RunOptions options, CallNeeds needs)
    {
        Mode mode = options.Mode == Mode.Auto ? Choose(shape, needs) : options.Mode;
        if ((_legal & mode) == 0 || (mode & (mode - 1)) != 0)
        {
            throw Description.Refusal(mode);
        }

        ArgumentOutOfRangeException.ThrowIfNegative(options.ChunkSize, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstToken, nameof(options));
        shape.ThrowIfInvalid();
        return options with { Mode = mode };
    }

    private void Prepare(Call call, SequenceShape shape, ReadOnlySpan<TensorView> inputs, ReadOnlySpan<TensorView> initialStates, RunOptions options, bool forGradient)
    {
        Mode mode = options.Mode;
        int together = _cut.Together(shape, options, forGradient);
        call.Shape = shape;
        int longest = shape.Offsets?.Longest ?? shape.Time;
        int chunk = mode == Mode.Quadratic ? longest : options.ChunkSize > 0 ? options.ChunkSize : _cut.DefaultChunk(mode, together);
        call.MiniBatches = MiniBatches.Of(Description, options);

        // What is read stale is the same for all tokens of a chunk: none reaches beyond its mini-batch.
        int miniBatch = _readsStale ? call.MiniBatches.Size : longest;
        call.Options = options with { ChunkSize = Math.Min(Math.Min(chunk, longest), miniBatch) };
        call.Grid = new ChunkGrid(longest, call.ChunkSize, miniBatch, _readsStale ? call.MiniBatches.First : 0);
        Call.Set(ref call.Inputs, inputs);
        Call.Set(ref call.InitialStates, initialStates);
        call.CutUnits(_cut.HeadsOfUnit(shape, options));
        call.CutSegments(together);
    }
}
