namespace ModelDsl.Kernels.Cpu;

/// <summary>The tensors of one call, copied out of the caller's spans so that workers can see them.</summary>
internal sealed class Call
{
    public SequenceShape Shape;
    public RunOptions Options;
    public TensorView[] Inputs = [];
    public TensorView[] InitialStates = [];
    public TensorView[] Outputs = [];
    public TensorView[] FinalStates = [];
    public TensorView[] OutputGradients = [];
    public TensorView[] FinalStateGradients = [];
    public TensorView[] InputGradients = [];
    public TensorView[] InitialStateGradients = [];

    /// <summary>The units of one sequence of the batch.</summary>
    public List<Unit> Units { get; } = [];

    public int ChunkSize => Options.ChunkSize;

    public int Chunks => (Shape.Time + ChunkSize - 1) / ChunkSize;

    public int TokensOf(int chunk) => Math.Min(ChunkSize, Shape.Time - (chunk * ChunkSize));

    /// <summary>Sequences times units.</summary>
    public int Lines => Shape.Batch * Units.Count;

    public (int Batch, Unit Unit) Line(int line) => (line / Units.Count, Units[line % Units.Count]);

    /// <summary>Copies without allocating when the length is the same as last time.</summary>
    public static void Set(ref TensorView[] target, ReadOnlySpan<TensorView> source)
    {
        if (target.Length != source.Length)
        {
            target = new TensorView[source.Length];
        }

        source.CopyTo(target);
    }

    /// <summary>
    /// Cuts the heads into units: one head each, or blocks of heads that fill vector lanes. A block never crosses the border of a
    /// group of heads that share an input.
    /// </summary>
    public void CutUnits(bool headsAsLanes)
    {
        Units.Clear();
        int heads = Shape.Heads;
        for (int first = 0; first < heads;)
        {
            int count = 1;
            while (headsAsLanes && count < Unit.MaximumHeads && first + count < heads && !IsBorder(first + count))
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

/// <summary>Heads that one worker runs together.</summary>
/// <param name="Head">The first head.</param>
/// <param name="Count">How many.</param>
internal readonly record struct Unit(int Head, int Count)
{
    /// <summary>Four vectors: enough to hide latency, few enough for the state to stay in the first cache.</summary>
    public const int MaximumHeads = 64;
}
