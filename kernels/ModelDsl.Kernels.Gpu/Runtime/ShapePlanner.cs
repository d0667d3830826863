namespace ModelDsl.Kernels.Gpu;

/// <summary>Decides the shape of a call's kernels from the sizes of its axes and the limits of the device.</summary>
/// <param name="kernel">The kernel.</param>
/// <param name="limits">The device's limits.</param>
internal sealed class ShapePlanner(GpuRecurrenceKernel kernel, GpuLimits limits)
{
    /// <summary>Floats of the device's memory that frames and tiles may take, where they are too large for shared memory.</summary>
    public const long ScratchBudget = 64L << 20;

    private const int SmallestChunk = 8;

    /// <summary>Floats of a frame that a CPU's first cache holds, beside what passes through.</summary>
    private const int CacheFloats = 8 * 1024;

    /// <summary>The plan of a call.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="chunkSize">The caller's chunk size, or 0.</param>
    /// <param name="unitBound">The largest number of heads that inputs allow in a unit: it divides every group of heads.</param>
    /// <param name="withGradient">Whether the same chunks are run backward.</param>
    /// <param name="miniBatches">The mini-batches that chunks end with; of size 0 if they may lie anywhere.</param>
    public (GpuLaunchPlan Plan, KernelShape Forward, KernelShape Backward) Plan(SequenceShape shape, Mode mode, int chunkSize, int unitBound, bool withGradient, MiniBatches miniBatches = default)
    {
        int chosen = Math.Min(Chunk(shape.Time, mode, chunkSize), miniBatches.Size > 0 ? miniBatches.Size : int.MaxValue);
        KernelShape kernelShape = Group(shape, mode) with { Chunk = chosen };
        int unitHeads = kernel.HeadsAsLanes ? UnitHeads(kernelShape, shape, unitBound) : 1;
        kernelShape.Heads = kernel.HeadsAsLanes ? KernelShape.Pad(unitHeads) : 1;
        (int chunk, string reason) = Fit(kernelShape, chosen, mayShrink: chunkSize == 0 && mode != Mode.Quadratic, withGradient);
        (KernelShape forward, GpuPlacement forwardPlacement) = Place(kernelShape with { Chunk = chunk }, adjoint: false);
        (KernelShape backward, GpuPlacement backwardPlacement) = withGradient ? Place(kernelShape with { Chunk = chunk, Mode = Mode.Chunkwise }, adjoint: true) : (forward, forwardPlacement);
        var grid = new ChunkGrid(shape.Time, chunk, miniBatches.Size > 0 ? miniBatches.Size : Math.Max(shape.Time, 1), miniBatches.First);
        var plan = new GpuLaunchPlan(
            mode, chunk, grid.Count, (shape.Heads + unitHeads - 1) / unitHeads, unitHeads, Lanes(shape),
            kernelShape.Threads, kernelShape.Columns, forwardPlacement, withGradient ? backwardPlacement : null, reason);
        return (plan, forward, backward);
    }

    /// <summary>What depends neither on the chunk nor on the heads of a unit.</summary>
    private KernelShape Group(SequenceShape shape, Mode mode)
    {
        int Axis(int index) => index < shape.AxisSizes.Length ? shape.AxisSizes[index] : 1;
        (int threads, int columns) = Threads();
        return new KernelShape
        {
            Axis0 = Axis(0),
            Axis1 = Axis(1),
            Axis2 = Axis(2),
            Axis3 = Axis(3),
            Axis4 = Axis(4),
            Axis5 = Axis(5),
            Axis6 = Axis(6),
            Axis7 = Axis(7),
            Threads = threads,
            Columns = columns,

            // Only memories know two ways, and a gradient goes back over chunks in any mode: few kernels, compiled once, serve all modes.
            Mode = mode == Mode.Recurrent && kernel.HasMemory ? Mode.Recurrent : Mode.Chunkwise,
        };
    }

    /// <summary>
    /// A CPU's thread computes a vector at once and is alone in its group: a barrier costs it a pass over all threads. A GPU's
    /// group is eight warps, each a row of its own; the emulator's is two rows of four columns: threads of the process, which take turns at every barrier.
    /// </summary>
    private (int Threads, int Columns) Threads() => limits switch
    {
        { IsCpu: true } => (1, 1),
        { IsEmulated: true } => (Math.Min(8, limits.MaximumThreads), 4),
        _ => (Math.Min(256, limits.MaximumThreads), 32),
    };

    /// <summary>
    /// A CPU's vectors are as long as whole numbers of them make up every row (others would need a mask at every step); where heads are the lanes, their rows are padded.
    /// </summary>
    private int Lanes(SequenceShape shape)
    {
        bool AreWhole(int width) => shape.AxisSizes.All(size => size % width == 0);
        return !limits.IsCpu || !AreWhole(Lanes8.Width) ? Lanes1.Width : kernel.HeadsAsLanes || AreWhole(Lanes16.Width) ? Lanes16.Width : Lanes8.Width;
    }

    /// <summary>Blocks of heads are as large as they may be, while there are enough of them to go round and, on a CPU, while their frames stay in its first cache.</summary>
    private int UnitHeads(KernelShape kernelShape, SequenceShape shape, int unitBound)
    {
        int most = Math.Min(limits.IsCpu ? 64 : limits.IsEmulated ? KernelShape.Padding : 32, unitBound);
        int heads = Divisor(unitBound, most, unitBound == shape.Heads);
        bool AreFew() => shape.Batch * ((shape.Heads + heads - 1) / heads) < limits.Multiprocessors;
        bool AreLarge() => kernel.Frame(kernelShape with { Heads = KernelShape.Pad(heads) }, adjoint: false) > CacheFloats;
        while (limits.IsCpu && heads > KernelShape.Padding && heads % 2 == 0 && (AreFew() || AreLarge()))
        {
            heads /= 2;
        }

        return heads;
    }

    /// <summary>The largest number up to a bound that divides a group of heads; any number will do if all heads are one group.</summary>
    private static int Divisor(int group, int most, bool isWhole)
    {
        for (int heads = most; heads > 1 && !isWhole; heads--)
        {
            if (group % heads == 0)
            {
                return heads;
            }
        }

        return isWhole ? most : 1;
    }

    /// <summary>The chunk that would be best. It is rounded up, so that a few more tokens do not need kernels of their own.</summary>
    private int Chunk(int time, Mode mode, int chunkSize)
    {
        int most = time > 32 ? (time + 31) / 32 * 32 : (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)time);
        if (mode == Mode.Quadratic && kernel.HasMemory)
        {
            return most;
        }

        return Math.Min(most, chunkSize > 0 ? chunkSize : kernel.HasMemory && !kernel.DecaysPerKey ? 32 : 16);
    }

    /// <summary>
    /// Halves the chunk until its tiles fit in shared memory, or, where the adjoint's is too large even then, that of the way forward. A CPU's shared memory is like any
    /// other: there is nothing to gain.
    /// </summary>
    private (int Chunk, string Reason) Fit(KernelShape shape, int chosen, bool mayShrink, bool withGradient)
    {
        int Tile(int chunk, bool adjoint) => kernel.Tile(shape with { Chunk = chunk }, adjoint);
        bool Fits(int chunk, bool adjoint) => Tile(chunk, adjoint: false) <= limits.SharedFloats && (!adjoint || Tile(chunk, adjoint: true) <= limits.SharedFloats);

        int wanted = Math.Max(Tile(chosen, adjoint: false), withGradient ? Tile(chosen, adjoint: true) : 0);
        if (wanted <= limits.SharedFloats)
        {
            return (chosen, "");
        }

        string tooLarge = $"a tile of {wanted} floats is more than the {limits.SharedFloats} of shared memory";
        bool shrinks = mayShrink && !limits.IsCpu;
        for (int chunk = chosen / 2; shrinks && chunk >= SmallestChunk; chunk /= 2)
        {
            if (Fits(chunk, withGradient))
            {
                return (chunk, $"{tooLarge}: chunks of {chunk} instead of {chosen}");
            }
        }

        for (int chunk = chosen; shrinks && withGradient && chunk >= SmallestChunk; chunk /= 2)
        {
            if (Fits(chunk, adjoint: false))
            {
                return (chunk, $"{tooLarge}: chunks of {chunk}, whose tiles lie in the device's memory going backward");
            }
        }

        return (chosen, $"{tooLarge}: tiles lie in the device's memory");
    }

    /// <summary>Frame and tile in shared memory if both fit, else the tile, which is used more, else neither.</summary>
    private (KernelShape Shape, GpuPlacement Placement) Place(KernelShape shape, bool adjoint)
    {
        int frame = kernel.Frame(shape, adjoint), tile = kernel.Tile(shape, adjoint);
        bool tileIsShared = tile <= limits.SharedFloats;
        bool frameIsShared = (long)frame + tile <= limits.SharedFloats;
        var placement = new GpuPlacement(frame, tile, frameIsShared, tileIsShared, int.MaxValue);
        if (placement.ScratchLength > 0)
        {
            long most = Math.Max(ScratchBudget / placement.ScratchLength, 1);
            placement = placement with { MaximumGroups = (int)(limits.IsCpu ? Math.Min(most, 4L * limits.Multiprocessors) : most) };
        }

        return (shape with
        {
            FrameLength = frame,
            TileLength = tile,
            FrameIsShared = frameIsShared ? 1 : 0,
            TileIsShared = tileIsShared ? 1 : 0,
        }, placement);
    }
}
