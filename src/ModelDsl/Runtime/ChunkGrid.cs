namespace ModelDsl;

/// <summary>
/// Where a sequence is cut into chunks: every <paramref name="Chunk"/> tokens, and where a mini-batch ends if states are read as they stood at its start. Chunks
/// lie on a grid within each mini-batch; a sequence that begins inside one begins with what is left of a chunk. Plain arithmetic: kernels on devices ask it, too.
/// </summary>
/// <param name="Time">Tokens.</param>
/// <param name="Chunk">The most tokens of a chunk, at most those of a mini-batch.</param>
/// <param name="MiniBatch">Tokens of a mini-batch; as many as the sequence has where no chunk is cut for its sake.</param>
/// <param name="First">The position of the first token in its mini-batch.</param>
public readonly record struct ChunkGrid(int Time, int Chunk, int MiniBatch, int First)
{
    /// <summary>How many chunks there are.</summary>
    public int Count => Time == 0 ? 0 : CellOf((long)First + Time - 1) - CellOf(First) + 1;

    /// <summary>The first token of a chunk; of the chunk after the last, the number of tokens.</summary>
    public int StartOf(int chunk)
    {
        int cell = CellOf(First) + chunk, miniBatch = cell / CellsPerMiniBatch, inside = cell - (miniBatch * CellsPerMiniBatch);
        long start = ((long)miniBatch * MiniBatch) + ((long)inside * Chunk) - First;
        return start < 0 ? 0 : start > Time ? Time : (int)start;
    }

    /// <summary>How many tokens a chunk has.</summary>
    public int TokensOf(int chunk) => StartOf(chunk + 1) - StartOf(chunk);

    private int CellsPerMiniBatch => (MiniBatch + Chunk - 1) / Chunk;

    /// <summary>The cell of the grid that holds a token, counted from the start of the first mini-batch.</summary>
    private int CellOf(long position) => (int)((position / MiniBatch * CellsPerMiniBatch) + (position % MiniBatch / Chunk));
}
