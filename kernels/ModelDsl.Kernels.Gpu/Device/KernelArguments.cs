using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>The arguments of every kernel. All tensors of a call lie in one piece of device memory; a table says where.</summary>
public struct KernelArguments
{
    /// <summary>The tensors of the call.</summary>
    public ArrayView<float> Memory;

    /// <summary>Where each tensor begins in <see cref="Memory"/>, and its strides: see <see cref="DeviceTensor"/>.</summary>
    public ArrayView<int> Table;

    /// <summary>A frame and a tile for each group of threads, as far as they do not lie in shared memory.</summary>
    public ArrayView<float> Scratch;

    /// <summary>Tokens of each sequence.</summary>
    public int Time;

    /// <summary>The position of the first token of the call in its sequence.</summary>
    public int FirstToken;

    /// <summary>Tokens of a mini-batch, for a recurrence that knows mini-batches; otherwise 0.</summary>
    public int MiniBatch;

    /// <summary>The position of the first token of the call in its mini-batch.</summary>
    public int FirstInMiniBatch;

    /// <summary>Heads of the sequence.</summary>
    public int Heads;

    /// <summary>Units of a sequence of the batch: heads, or blocks of heads where heads fill the lanes.</summary>
    public int Units;

    /// <summary>Heads in a unit; the last one may have fewer.</summary>
    public int UnitHeads;

    /// <summary>Chunks of a sequence.</summary>
    public int Chunks;

    /// <summary>Units of all sequences, times chunks where chunks run in parallel: what the groups share out.</summary>
    public int Tasks;

    /// <summary>Chunks that one task runs in order: all of them, or one.</summary>
    public int ChunksPerTask;

    /// <summary>1 in a parallel scan: chunks start from the states, or end with the gradients, at their boundary; otherwise 0.</summary>
    public int Scan;

    /// <summary>The component that a step of a parallel scan works on; -1 if the kernel works on all.</summary>
    public int Component;

    /// <summary>Where in <see cref="Memory"/> the states at chunk boundaries are kept: [unit of all sequences, chunk (and one after the last), <see cref="StateLength"/>]; -1 if they are not.</summary>
    public int Boundaries;

    /// <summary>The same for the gradients of the states at chunk boundaries; -1 if they are not kept.</summary>
    public int BoundaryGradients;

    /// <summary>Where the summaries of chunks are: [unit of all sequences, chunk, <see cref="SummaryLength"/>], the transition first, then the offset.</summary>
    public int Summaries;

    /// <summary>Floats in the states of a unit, one after the other.</summary>
    public int StateLength;

    /// <summary>Floats in a summary.</summary>
    public int SummaryLength;

    /// <summary>Tokens of a chunk: the last one may have fewer.</summary>
    public readonly int TokensOf(KernelShape shape, int chunk) => IntrinsicMath.Min(shape.Chunk, Time - (chunk * shape.Chunk));

    /// <summary>The first token of a chunk where chunks end with mini-batches; of the chunk after the last, the number of tokens.</summary>
    public readonly int FirstOf(KernelShape shape, int chunk) => new ChunkGrid(Time, shape.Chunk, MiniBatch, FirstInMiniBatch).StartOf(chunk);

    /// <summary>Whether a token is the first of its mini-batch.</summary>
    public readonly bool BeginsMiniBatch(int token) => (FirstInMiniBatch + token) % MiniBatch == 0;
}
