namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Memory of tapes between calls. Fresh memory can cost more than what is computed in it, since the system hands it out page by page at the first touch
/// (measured: half of a backward pass).
/// </summary>
/// <param name="mostIdle">How many buffers are kept.</param>
internal sealed unsafe class BufferPool(int mostIdle = 2)
{
    private readonly List<AlignedBuffer> _idle = [];

    /// <summary>A buffer of at least <paramref name="length"/> floats, whatever they hold.</summary>
    public AlignedBuffer Rent(nint length)
    {
        AlignedBuffer? buffer;
        lock (_idle)
        {
            buffer = _idle.Where(b => b.Capacity >= length).MinBy(b => b.Capacity) ?? _idle.MaxBy(b => b.Capacity);
            if (buffer is not null)
            {
                _idle.Remove(buffer);
            }
        }

        buffer ??= new AlignedBuffer();
        buffer.Reserve(length);
        return buffer;
    }

    /// <summary>Takes a buffer back; the smallest of too many are freed.</summary>
    public void Return(AlignedBuffer buffer)
    {
        AlignedBuffer? smallest = null;
        lock (_idle)
        {
            _idle.Add(buffer);
            if (_idle.Count > mostIdle)
            {
                smallest = _idle.MinBy(b => b.Capacity)!;
                _idle.Remove(smallest);
            }
        }

        smallest?.Dispose();
    }
}
