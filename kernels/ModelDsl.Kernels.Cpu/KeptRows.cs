namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Rows of slots for all tokens of a call, line after line: the forward pass computes them here, and its adjoint finds them. A line has one token more
/// than its sequences, since a state has rows before and after each token, and a vector more than that: where a row is one number, time fills the lanes, and
/// what is stored last reaches beyond the line, whose neighbour another thread runs.
/// </summary>
internal sealed unsafe class KeptRows(KernelPlan plan, BufferPool pool) : IDisposable
{
    /// <summary>Floats beyond which chunks are run again instead: a gigabyte.</summary>
    private const nint Most = 1 << 28;

    private AlignedBuffer? _memory;
    private readonly nint[] _offsets = new nint[plan.Kept.Length];

    /// <summary>Whether rows are kept.</summary>
    public bool Any => _memory is not null;

    /// <summary>Makes room for the rows of a call, unless they are too many.</summary>
    public void Lay(Call call, Frame frame)
    {
        Dispose();
        nint rows = call.Rows + ((nint)call.Lines * call.Together), length = 0;
        for (int i = 0; i < _offsets.Length; i++)
        {
            _offsets[i] = length;
            length += ((rows * frame.OwnRow(plan.Kept[i])) + (((nint)call.Lines + 2) * Simd.Lanes) - 1) / Simd.Lanes * Simd.Lanes;
        }

        if (length is 0 or > Most)
        {
            return;
        }

        _memory = pool.Rent(length);
        float* memory = _memory.Pointer;
        for (int i = 0; i < _offsets.Length; i++)
        {
            // Lanes beyond the size of an axis hold zero; without such lanes every element is written before it is read.
            if (frame.IsPadded(plan.Kept[i]))
            {
                Frame.Clear(memory + _offsets[i], (rows * frame.OwnRow(plan.Kept[i])) + ((nint)call.Lines * Simd.Lanes));
            }
        }
    }

    /// <summary>Makes the frame's slots stand for the rows of a chunk.</summary>
    public void Enter(Call call, Frame frame, int line, int chunk)
    {
        (Segment segment, _) = call.Line(line);
        nint first = call.FirstToken(line) + ((nint)line * call.Together) + ((nint)segment.Grid.StartOf(chunk) * segment.Sequences);
        for (int i = 0; i < _offsets.Length; i++)
        {
            nint row = frame.OwnRow(plan.Kept[i]);
            frame.RedirectRows(plan.Kept[i], _memory!.Pointer + _offsets[i] + (first * row) + ((nint)line * Simd.Lanes), row);
        }
    }

    public void Dispose()
    {
        if (_memory is not null)
        {
            pool.Return(_memory);
            _memory = null;
        }
    }
}
