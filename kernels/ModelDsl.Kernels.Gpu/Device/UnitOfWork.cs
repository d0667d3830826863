using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>What a group of threads works on: a unit (a head, or a block of heads that fills the lanes) of a sequence, and some of its chunks.</summary>
public struct UnitOfWork
{
    /// <summary>The unit, counted over all sequences.</summary>
    public int Line;

    /// <summary>The sequence.</summary>
    public int Batch;

    /// <summary>The unit within its sequence.</summary>
    public int Unit;

    /// <summary>The unit's first head.</summary>
    public int Head;

    /// <summary>Heads in the unit.</summary>
    public int Heads;

    /// <summary>Which part of the line's chunks this is.</summary>
    public int Part;

    /// <summary>The first chunk.</summary>
    public int FirstChunk;

    /// <summary>The chunk after the last.</summary>
    public int EndChunk;

    /// <summary>The work of a task.</summary>
    public static UnitOfWork Of(KernelArguments arguments, int task)
    {
        int parts = arguments.Chunks / arguments.ChunksPerTask;
        int line = task / parts, part = task % parts;
        int unit = line % arguments.Units;
        int head = unit * arguments.UnitHeads;
        return new UnitOfWork
        {
            Line = line,
            Batch = line / arguments.Units,
            Unit = unit,
            Head = head,
            Heads = IntrinsicMath.Min(arguments.UnitHeads, arguments.Heads - head),
            Part = part,
            FirstChunk = part * arguments.ChunksPerTask,
            EndChunk = (part + 1) * arguments.ChunksPerTask,
        };
    }

    /// <summary>Where the states before a chunk of this unit are kept, or their gradients.</summary>
    public readonly int At(KernelArguments arguments, int start, int chunk) =>
        start + (((Line * (arguments.Chunks + 1)) + chunk) * arguments.StateLength);

    /// <summary>Where the summary of a chunk of this unit is.</summary>
    public readonly int Summary(KernelArguments arguments, int chunk) =>
        arguments.Summaries + (((Line * arguments.Chunks) + chunk) * arguments.SummaryLength);
}
