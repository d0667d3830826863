namespace ModelDsl;

/// <summary>The ways of running a recurrence over a sequence. All legal modes of a recurrence compute the same function.</summary>
[Flags]
public enum Mode
{
    /// <summary>Let the kernel choose; what it chose is reported, nothing switches silently.</summary>
    Auto = 0,

    /// <summary>One token at a time, constant memory: a fold of the step.</summary>
    Recurrent = 1,

    /// <summary>Matrix products inside a chunk, a state carried between chunks: a fold of the chunk.</summary>
    Chunkwise = 2,

    /// <summary>Chunks summarised in parallel, summaries combined by an associative operator, then every chunk in parallel.</summary>
    ParallelScan = 4,

    /// <summary>The attention form: one chunk that spans the sequence.</summary>
    Quadratic = 8,

    /// <summary>The impulse response, applied as a convolution (time-invariant recurrences).</summary>
    Convolution = 16,
}
