namespace ModelDsl.Kernels.Cpu;

/// <summary>The states before every chunk of every unit: what a backward pass starts its chunks from.</summary>
internal sealed unsafe class BoundaryStates(CpuRecurrenceKernel kernel) : IDisposable
{
    private readonly AlignedBuffer _memory = new();
    private nint[] _offsets = [];
    private nint _stride;
    private int[] _lines = [];
    private (int Batch, int Time, SequenceOffsets? Offsets, int Units, ChunkGrid Grid, Mode Mode) _layout;

    /// <summary>Makes room for the states of a call.</summary>
    public void Lay(Call call, Frame frame, int stateCount)
    {
        _offsets = new nint[stateCount];
        _stride = 0;
        for (int s = 0; s < stateCount; s++)
        {
            _offsets[s] = _stride;
            _stride += ((frame.StateLength(s) * call.Together) + Simd.Lanes - 1) / Simd.Lanes * Simd.Lanes;
        }

        _layout = LayoutOf(call);

        // A line has one boundary more than chunks.
        _lines = [.. Enumerable.Range(0, call.Lines).Select(line => call.ChunkIndex(line, 0) + line)];
        _memory.Reserve((_stride * (call.Chunks + call.Lines)) + Simd.Lanes);
    }

    /// <summary>What the adjoint of a chunk need not compute again.</summary>
    public KeptRows Rows { get; } = new(kernel.Plan, kernel.Buffers);

    public bool Fits(Call call) => _layout == LayoutOf(call) && _stride > 0;

    /// <summary>A state before a chunk; after the last one for chunk = count.</summary>
    public float* At(int line, int chunk, int state) =>
        _memory.Pointer + (((nint)_lines[line] + chunk) * _stride) + _offsets[state];

    /// <summary>The states before a chunk become the frame's.</summary>
    public void LoadStates(Frame frame, int line, int chunk)
    {
        for (int s = 0; s < _offsets.Length; s++)
        {
            Engine.Copy(At(line, chunk, s), frame.State(s), frame.StatesLength(s));
        }
    }

    /// <summary>The frame's states become those before a chunk.</summary>
    public void SaveStates(Frame frame, int line, int chunk)
    {
        for (int s = 0; s < _offsets.Length; s++)
        {
            Engine.Copy(frame.State(s), At(line, chunk, s), frame.StatesLength(s));
        }
    }

    /// <summary>Where these are gradients: those of the states before a chunk become the frame's.</summary>
    public void LoadGradients(Frame frame, int line, int chunk)
    {
        for (int s = 0; s < _offsets.Length; s++)
        {
            Engine.Copy(At(line, chunk, s), frame.StateGradient(s), frame.StateLength(s));
        }
    }

    /// <summary>Where these are gradients: the frame's become those of the states before a chunk.</summary>
    public void SaveGradients(Frame frame, int line, int chunk)
    {
        for (int s = 0; s < _offsets.Length; s++)
        {
            Engine.Copy(frame.StateGradient(s), At(line, chunk, s), frame.StateLength(s));
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        Rows.Dispose();
        _stride = 0;
    }

    private static (int Batch, int Time, SequenceOffsets? Offsets, int Units, ChunkGrid Grid, Mode Mode) LayoutOf(Call call) =>
        (call.Shape.Batch, call.Shape.Time, call.Shape.Offsets, call.Units.Count, call.Grid, call.Options.Mode);
}
