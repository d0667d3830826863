namespace ModelDsl.Kernels.Cpu;

/// <summary>Float32 sequences that lie side by side, [batch, time, channel] with a stride of one from channel to channel. The memory is the caller's.</summary>
/// <param name="data">The first element; null stands for a tensor that is absent.</param>
/// <param name="time">Tokens of a sequence.</param>
/// <param name="timeStride">Elements from one token to the next.</param>
/// <param name="batchStride">Elements from one sequence of the batch to the next; 0 for kernels, which have no batch.</param>
public readonly unsafe struct ChannelSequences(float* data, int time, nint timeStride, nint batchStride = 0)
{
    /// <summary>The first element, or null.</summary>
    public float* Data { get; } = data;

    /// <summary>Tokens of a sequence.</summary>
    public int Time { get; } = time;

    /// <summary>Elements from one token to the next.</summary>
    public nint TimeStride { get; } = timeStride;

    /// <summary>Elements from one sequence of the batch to the next.</summary>
    public nint BatchStride { get; } = batchStride;

    /// <summary>Whether the tensor is absent.</summary>
    public bool IsNull => Data is null;

    internal float* At(int batch, int channel) => Data + (batch * BatchStride) + channel;
}
