namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The base of generated kernels. The generated class says what happens inside a chunk (its stages, and the sweeps of sequential
/// components); the drivers chain chunks as the mode says.
/// </summary>
public abstract unsafe class CpuRecurrenceKernel : IRecurrenceKernel
{
    /// <summary>Below this many multiply-adds a call runs on the caller's thread: handing work over costs more than it saves.</summary>
    private const long WorkWorthSharing = 200_000;

    /// <summary>How much of the time token by token the convolution mode may take at most, by estimates, to be chosen: they are not good enough to tell less apart.</summary>
    private const double WorthConvolving = 0.75;

    /// <summary>Rows that are multiplied by a matrix in one go.</summary>
    private const int MostTogether = 8;

    /// <summary>Elements of a matrix of which the second cache holds several: 128 units, four gates.</summary>
    private const int SmallMatrix = 1 << 16;

    /// <summary>Elements of a matrix that fills the second cache: 256 units, four gates.</summary>
    private const int MediumMatrix = 1 << 18;

    private readonly Stack<ChunkRunner> _idle = new();
    private readonly Mode _legal;
    private readonly bool _hasMemory;
    private readonly bool _decaysPerKey;
    private readonly bool _isSequential;
    private readonly bool _readsStale;

    /// <summary>Rows that a token has, if units may have many heads; else 0.</summary>
    private readonly int _wideRows;
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

        _hasMemory = plan.Components.Any(c => c is MemoryPlan);
        _readsStale = description.States.Any(s => s.StaleOf is not null);
        _decaysPerKey = plan.Components.Any(c => c is MemoryPlan { KeyDecayPerKey: true });

        // Sums over heads are made unit by unit: their bits must not depend on the threads, as the width of wide units does.
        bool isWide = plan.StateAxes.All(axes => axes.Length == 0) && plan.Slots.All(slot => slot.Kind != SlotKind.Input || slot.HasHead);
        _wideRows = isWide ? plan.Slots.Count(slot => slot.HasTime) : 0;
        _isSequential = plan.Components.Length > 0 && plan.Components.All(c => c is SequentialPlan);
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
        _hasMemory && shape.Time > 1 && (_legal & Mode.Chunkwise) != 0 ? Mode.Chunkwise
        : IsFasterConvolved(shape, needs) ? Mode.Convolution
        : Mode.Recurrent;

    /// <summary>The impulse response takes as long as a sequence, so one sequence never gains; packed ones are convolved one by one.</summary>
    private bool IsFasterConvolved(SequenceShape shape, CallNeeds needs) =>
        shape is { Batch: > 1, Time: > 1, Offsets: null } && (_legal & Mode.Convolution) != 0
        && (_convolutionEstimate ??= new ConvolutionEstimate(Convolution)).Nanoseconds(shape, needs)
            < WorthConvolving * shape.Batch * _pass.Nanoseconds(shape, needs.Gradient);

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

    /// <summary>Threads that each line of a call has for itself, where there are more of them than lines.</summary>
    internal int ThreadsOfLine(Call call) => Math.Max(AllThreads(call.Options) / call.Lines, 1);

    internal int Threads(Call call, int tasks)
    {
        int threads = Math.Min(tasks, AllThreads(call.Options));
        return Work(call) < WorkWorthSharing ? 1 : Math.Max(threads, 1);
    }

    private static int AllThreads(RunOptions options) => options.Threads > 0 ? options.Threads : Environment.ProcessorCount;

    private long Work(Call call)
    {
        long perToken = 16;
        foreach (int[] axes in Plan.StateAxes)
        {
            long volume = 1;
            foreach (int axis in axes)
            {
                volume *= axis < 0 ? 1 : call.Shape.AxisSizes[axis];
            }

            perToken += volume;
        }

        return perToken * call.Shape.Batch * call.Shape.Heads * call.Shape.Time;
    }

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
        int together = Together(mode, shape, AllThreads(options), forGradient);
        call.Shape = shape;
        int longest = shape.Offsets?.Longest ?? shape.Time;
        int chunk = mode == Mode.Quadratic ? longest : options.ChunkSize > 0 ? options.ChunkSize : DefaultChunk(mode, together);
        call.MiniBatches = MiniBatches.Of(Description, options);

        // What is read stale is the same for all tokens of a chunk: none reaches beyond its mini-batch.
        int miniBatch = _readsStale ? call.MiniBatches.Size : longest;
        call.Options = options with { ChunkSize = Math.Min(Math.Min(chunk, longest), miniBatch) };
        call.Grid = new ChunkGrid(longest, call.ChunkSize, miniBatch, _readsStale ? call.MiniBatches.First : 0);
        Call.Set(ref call.Inputs, inputs);
        Call.Set(ref call.InitialStates, initialStates);
        call.CutUnits(HeadsOfUnit(shape, AllThreads(options)));
        call.CutSegments(together);
    }

    private int HeadsOfUnit(SequenceShape shape, int threads) =>
        !Plan.HeadsAsLanes ? 1
        : _wideRows == 0 ? Unit.Heads
        : Unit.WideHeads(shape.Heads, shape.Sequences, threads, _wideRows);

    /// <summary>
    /// Sequences of a batch that are run token by token together, so that a matrix is read once for all of them (measured: eight rows keep the multipliers busy, and with
    /// matrices of the second cache four do nearly). Sums over sequences, in gradients, must not depend on the threads: there a batch of eight is work for two. Without gradients no bit
    /// depends on who runs together, and each thread gets sequences of its own. Larger matrices are better read once, and their products shared.
    /// </summary>
    private int Together(Mode mode, SequenceShape shape, int threads, bool forGradient)
    {
        if (mode != Mode.Recurrent || !_isSequential || _readsStale || Plan.Matrices.Length == 0 || shape.Offsets is not null)
        {
            return 1;
        }

        long largest = 0;
        foreach (MatrixPlan matrix in Plan.Matrices)
        {
            largest = Math.Max(largest, matrix.Elements(shape.AxisSizes));
        }

        int lines = shape.Batch * shape.Heads, most = MostTogether;
        if (forGradient && largest <= SmallMatrix && lines <= MostTogether)
        {
            most = MostTogether / 2;
        }
        else if (!forGradient && largest <= MediumMatrix)
        {
            most = Math.Clamp((lines + threads - 1) / threads, 1, MostTogether);
        }

        return Call.TogetherOf(shape, most);
    }

    /// <summary>
    /// Measured at 64 keys and values: a decay for each key costs C^2 K, so its chunks are shorter. Elementwise states stay in the second cache.
    /// What sequential components multiply by matrices pays for many rows, tokens times sequences.
    /// </summary>
    private int DefaultChunk(Mode mode, int together) =>
        mode == Mode.ParallelScan ? 64
        : _isSequential ? Math.Max(128 / together, 16)
        : _hasMemory && !_decaysPerKey ? 32 : 16;
}
