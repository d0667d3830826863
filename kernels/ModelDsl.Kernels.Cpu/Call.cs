namespace ModelDsl.Kernels.Cpu;

/// <summary>The tensors of one call, copied out of the caller's spans so that workers can see them.</summary>
internal sealed class Call
{
    public SequenceShape Shape;
    public RunOptions Options;
    public MiniBatches MiniBatches;
    public ChunkGrid Grid;
    public TensorView[] Inputs = [];
    public TensorView[] InitialStates = [];
    public TensorView[] Outputs = [];
    public TensorView[] FinalStates = [];
    public TensorView[] OutputGradients = [];
    public TensorView[] FinalStateGradients = [];
    public TensorView[] InputGradients = [];
    public TensorView[] InitialStateGradients = [];

    /// <summary>The units of one sequence.</summary>
    public List<Unit> Units { get; } = [];

    /// <summary>The sequences: rows of the batch, one by one or several together, or packed ones.</summary>
    public List<Segment> Segments { get; } = [];

    /// <summary>Sequences in a segment, at most.</summary>
    public int Together { get; private set; } = 1;

    public int ChunkSize => Options.ChunkSize;

    /// <summary>Sequences times units.</summary>
    public int Lines => Segments.Count * Units.Count;

    /// <summary>Tokens of all lines, each for every sequence that is run in it.</summary>
    public nint Rows => (nint)Shape.Batch * Shape.Time * Units.Count;

    /// <summary>Chunks of all lines.</summary>
    public int Chunks => Units.Count * (Segments[^1].FirstChunk + Segments[^1].Chunks);

    public (Segment Segment, Unit Unit) Line(int line) => (Segments[line / Units.Count], Units[line % Units.Count]);

    public int ChunksOf(int line) => Segments[line / Units.Count].Chunks;

    /// <summary>The place of a chunk among those of all lines, line after line.</summary>
    public int ChunkIndex(int line, int chunk)
    {
        (int sequence, int unit) = Math.DivRem(line, Units.Count);
        return (Segments[sequence].FirstChunk * Units.Count) + (unit * Segments[sequence].Chunks) + chunk;
    }

    /// <summary>The chunk at a place among those of all lines.</summary>
    public (int Line, int Chunk) ChunkAt(int index)
    {
        // The last line that begins at or before it; lines without tokens begin where the next one does.
        int low = 0, high = Lines - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = ChunkIndex(middle, 0) <= index ? (middle, high) : (low, middle - 1);
        }

        return (low, index - ChunkIndex(low, 0));
    }

    /// <summary>The place of a line's first token among those of all lines, line after line.</summary>
    public nint FirstToken(int line)
    {
        (int sequence, int unit) = Math.DivRem(line, Units.Count);
        Segment segment = Segments[sequence];
        return ((((nint)segment.Batch * Shape.Time) + segment.Start) * Units.Count) + ((nint)unit * segment.Length * segment.Sequences);
    }

    /// <summary>Copies without allocating when the length is the same as last time.</summary>
    public static void Set(ref TensorView[] target, ReadOnlySpan<TensorView> source)
    {
        if (target.Length != source.Length)
        {
            target = new TensorView[source.Length];
        }

        source.CopyTo(target);
    }

    /// <summary>Cuts the batch into sequences, and each into chunks of its own: nothing that one computes depends on another.</summary>
    /// <param name="together">How many sequences of the batch are run together at most; 1 for packed ones, of any lengths.</param>
    public void CutSegments(int together)
    {
        Segments.Clear();
        Together = together;
        int chunks = 0;
        for (int row = 0; row < Shape.Sequences; row += Together)
        {
            Segment segment = Shape.Offsets is { } offsets
                ? new Segment(row, 0, offsets.Start(row), offsets.Length(row), Grid with { Time = offsets.Length(row) }, chunks)
                : new Segment(row, row, 0, Shape.Time, Grid with { Time = Shape.Time }, chunks, Math.Min(Together, Shape.Batch - row));
            Segments.Add(segment);
            chunks += segment.Chunks;
        }
    }

    /// <summary>The sequences of a segment: as many as allowed, with no segment much smaller than the others.</summary>
    public static int TogetherOf(SequenceShape shape, int most)
    {
        int segments = (shape.Batch + most - 1) / most;
        return (shape.Batch + segments - 1) / segments;
    }

    /// <summary>The most heads that a unit has.</summary>
    public int UnitHeads { get; private set; } = 1;

    /// <summary>
    /// Cuts the heads into units: one head each, or blocks of heads that fill vector lanes. A block never crosses the border of a
    /// group of heads that share an input.
    /// </summary>
    /// <param name="most">The most heads that a unit has.</param>
    public void CutUnits(int most)
    {
        Units.Clear();
        UnitHeads = most;
        int heads = Shape.Heads;
        for (int first = 0; first < heads;)
        {
            int count = 1;
            while (count < UnitHeads && first + count < heads && !IsBorder(first + count))
            {
                count++;
            }

            Units.Add(new Unit(first, count));
            first += count;
        }
    }

    private bool IsBorder(int head)
    {
        foreach (TensorView input in Inputs)
        {
            if (input.Heads > 1 && input.Heads < Shape.Heads && head % (Shape.Heads / input.Heads) == 0)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>One sequence of a call, or several of one length that are run together.</summary>
/// <param name="Row">Its (first) row in states.</param>
/// <param name="Batch">The row of the batch that its tokens lie in.</param>
/// <param name="Start">Its first token there.</param>
/// <param name="Length">Its tokens; none if a packed sequence is empty.</param>
/// <param name="Grid">Where it is cut into chunks.</param>
/// <param name="FirstChunk">Chunks of the sequences before it.</param>
/// <param name="Sequences">How many sequences are run together, in consecutive rows.</param>
internal readonly record struct Segment(int Row, int Batch, int Start, int Length, ChunkGrid Grid, int FirstChunk, int Sequences = 1)
{
    public int Chunks => Grid.Count;

    /// <summary>Where a chunk begins in the batch's row.</summary>
    public int Time(int chunk) => Start + Grid.StartOf(chunk);

    public int Tokens(int chunk) => Grid.TokensOf(chunk);
}

/// <summary>Heads that one worker runs together.</summary>
/// <param name="Head">The first head.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Unit(int Head, int Count)
{
    /// <summary>Four vectors: enough to hide latency, few enough for the states to stay in the first cache.</summary>
    public const int Heads = 64;

    /// <summary>
    /// Heads of a unit whose states are single numbers and that no sum joins: as many as leave work for all threads. A token's row is all that is read of a page of memory, and
    /// finding the page costs more than reading a short row (measured: 64 heads of 2,048 at a time take twice the time of all together). But what a token has of rows
    /// is to stay in the second cache.
    /// </summary>
    public static int WideHeads(int heads, int sequences, int threads, int rows)
    {
        int units = Math.Max((threads + sequences - 1) / Math.Max(sequences, 1), 1);
        return Math.Clamp(Math.Min((heads + units - 1) / units, 32768 / rows) / Heads * Heads, Heads, 4096);
    }
}
