namespace ModelDsl.Kernels.Cpu;

/// <summary>How the work of a call is cut for threads: heads into units, a batch into sequences that are run together, time into chunks.</summary>
internal sealed class WorkCut
{
    /// <summary>Below this many multiply-adds a call runs on the caller's thread: handing work over costs more than it saves.</summary>
    private const long WorthSharing = 200_000;

    /// <summary>Rows that are multiplied by a matrix in one go.</summary>
    private const int MostTogether = 8;

    /// <summary>Elements of a matrix of which the second cache holds several: 128 units, four gates.</summary>
    private const int SmallMatrix = 1 << 16;

    /// <summary>Elements of a matrix that fills the second cache: 256 units, four gates.</summary>
    private const int MediumMatrix = 1 << 18;

    private readonly KernelPlan _plan;
    private readonly bool _decaysPerKey;
    private readonly bool _isSequential;
    private readonly bool _readsStale;

    /// <summary>Rows that a token has, if units may have many heads; else 0.</summary>
    private readonly int _wideRows;

    public WorkCut(KernelPlan plan, bool readsStale)
    {
        _plan = plan;
        _readsStale = readsStale;
        HasMemory = plan.Components.Any(c => c is MemoryPlan);
        _decaysPerKey = plan.Components.Any(c => c is MemoryPlan { KeyDecayPerKey: true });
        _isSequential = plan.Components.Length > 0 && plan.Components.All(c => c is SequentialPlan);

        // Sums over heads are made unit by unit: their bits must not depend on the threads, as the width of wide units does.
        bool isWide = plan.StateAxes.All(axes => axes.Length == 0) && plan.Slots.All(slot => slot.Kind != SlotKind.Input || slot.HasHead);
        _wideRows = isWide ? plan.Slots.Count(slot => slot.HasTime) : 0;
    }

    /// <summary>Whether a state is a memory, which has something to gain from chunks.</summary>
    public bool HasMemory { get; }

    /// <summary>Threads that run the tasks of a call.</summary>
    public int Threads(Call call, int tasks) => IsWorthSharing(call.Shape) ? Math.Max(Math.Min(tasks, AllThreads(call.Options)), 1) : 1;

    /// <summary>Threads that each line of a call has for itself, where there are more of them than lines.</summary>
    public static int ThreadsOfLine(Call call) => Math.Max(AllThreads(call.Options) / call.Lines, 1);

    /// <summary>The most heads of a unit.</summary>
    public int HeadsOfUnit(SequenceShape shape, RunOptions options) =>
        !_plan.HeadsAsLanes ? 1
        : _wideRows == 0 ? Unit.Heads
        : Unit.WideHeads(shape.Heads, shape.Sequences, AllThreads(options), _wideRows);

    /// <summary>
    /// Sequences of a batch that are run token by token together, so that a matrix is read once for all of them (measured: eight rows keep the multipliers busy, and with
    /// matrices of the second cache four do nearly). Sums over sequences, in gradients, must not depend on the threads: there a batch of eight is work for two. Without gradients no bit
    /// depends on who runs together, and each thread gets sequences of its own. Larger matrices are better read once, and their products shared.
    /// </summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="options">The mode, which is not Auto, and the threads.</param>
    /// <param name="forGradient">Whether the call is for a gradient, or makes a tape for one.</param>
    public int Together(SequenceShape shape, RunOptions options, bool forGradient)
    {
        if (options.Mode != Mode.Recurrent || !_isSequential || _readsStale || _plan.Matrices.Length == 0 || shape.Offsets is not null)
        {
            return 1;
        }

        long largest = 0;
        foreach (MatrixPlan matrix in _plan.Matrices)
        {
            largest = Math.Max(largest, matrix.Elements(shape.AxisSizes));
        }

        int lines = shape.Batch * shape.Heads, most = MostTogether;
        if (forGradient && largest <= SmallMatrix && lines <= MostTogether)
        {
            most = MostTogether / 2;
        }
        else if (!forGradient && largest <= MediumMatrix && IsWorthSharing(shape))
        {
            int threads = AllThreads(options);
            most = Math.Clamp((lines + threads - 1) / threads, 1, MostTogether);
        }

        return Call.TogetherOf(shape, most);
    }

    /// <summary>
    /// Measured at 64 keys and values: a decay for each key costs C^2 K, so its chunks are shorter. Elementwise states stay in the second cache.
    /// What sequential components multiply by matrices pays for many rows, tokens times sequences.
    /// </summary>
    public int DefaultChunk(Mode mode, int together) =>
        mode == Mode.ParallelScan ? 64
        : _isSequential ? Math.Max(128 / together, 16)
        : HasMemory && !_decaysPerKey ? 32 : 16;

    private static int AllThreads(RunOptions options) => options.Threads > 0 ? options.Threads : Environment.ProcessorCount;

    private bool IsWorthSharing(SequenceShape shape)
    {
        long perToken = 16;
        foreach (int[] axes in _plan.StateAxes)
        {
            perToken += KernelPlan.Volume(axes, shape.AxisSizes);
        }

        return perToken * shape.Batch * shape.Heads * shape.Time >= WorthSharing;
    }
}
