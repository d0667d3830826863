namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Rows that are sums of convolutions of other rows, or of correlations: what <see cref="SpectrumKernels"/> make in two launches. All of them have as many tokens and channels,
/// [time, channel], and lie in the device's memory.
/// </summary>
/// <param name="conjugate">Whether first factors are conjugated: then products are correlations.</param>
internal sealed class SpectralSums(bool conjugate)
{
    private readonly List<int> _rows = [];
    private readonly List<(int Row, bool Add, int First, int Count)> _targets = [];
    private readonly List<(int Left, int Right)> _products = [];

    /// <summary>Adds a row that is transformed.</summary>
    /// <returns>Its number.</returns>
    public int Source(long start)
    {
        _rows.Add(checked((int)start));
        return _rows.Count - 1;
    }

    /// <summary>Adds a row that is made: the sum of products of rows.</summary>
    public void Target(long start, bool add, IEnumerable<(int Left, int Right)> products)
    {
        int first = _products.Count;
        _products.AddRange(products);
        _targets.Add((checked((int)start), add, first, _products.Count - first));
    }

    /// <summary>Makes the rows.</summary>
    /// <param name="device">The device.</param>
    /// <param name="work">What it is done for, for messages.</param>
    /// <param name="plan">How transforms are run.</param>
    /// <param name="time">Tokens.</param>
    /// <param name="channels">Channels.</param>
    public void Run(GpuDevice device, GpuWork work, TransformPlan plan, int time, int channels)
    {
        TransformShape shape = plan.Shape;
        int blocks = (channels + plan.Channels - 1) / plan.Channels;
        long ofBlock = (long)_rows.Count * shape.SpectrumLength;
        int together = (int)Math.Clamp(ShapePlanner.ScratchBudget / ofBlock, 1, blocks);
        int groups = GroupsAtOnce(device.Limits, shape);
        long spectra = together * ofBlock, work0 = plan.PointsAreShared ? 0 : (long)groups * shape.SpectrumLength;
        if (spectra + work0 > int.MaxValue)
        {
            throw new GpuException($"{work}: the spectra of {_rows.Count} rows of {time} tokens take {spectra + work0} floats; kernels count to {int.MaxValue}. Run fewer sequences at once.");
        }

        int[] table = Table();
        DeviceMemory memory = device.Memory;
        memory.Reserve(work, memory.Resident, spectra + work0, table.Length);
        memory.SendTable(work, table);
        var arguments = new TransformArguments
        {
            Memory = memory.Tensors,
            Table = memory.Table,
            Roots = memory.Roots(work, plan.Points),
            Spectra = memory.Scratch,
            Time = time,
            Channels = channels,
            Targets = _rows.Count,
            Products = _rows.Count + (_targets.Count * TransformArguments.TargetFields),
            Conjugate = conjugate ? 1 : 0,
            Work = (int)spectra,
        };
        for (int first = 0; first < blocks; first += together)
        {
            arguments.FirstBlock = first;
            arguments.Blocks = Math.Min(together, blocks - first);
            Launch(device, work, plan, nameof(SpectrumKernels.Transform), arguments with { Tasks = _rows.Count * arguments.Blocks }, groups);
            Launch(device, work, plan, nameof(SpectrumKernels.Combine), arguments with { Tasks = _targets.Count * arguments.Blocks }, groups);
        }
    }

    private static void Launch(GpuDevice device, GpuWork work, TransformPlan plan, string name, TransformArguments arguments, int groups)
    {
        bool transforms = name == nameof(SpectrumKernels.Transform), isWide = plan.Lanes != Lanes1.Width;
        device.Kernels.Launch(
            work with { Entry = name },
            transforms
                ? isWide ? SpectrumKernels.Transform<Lanes16> : SpectrumKernels.Transform<Lanes1>
                : isWide ? SpectrumKernels.Combine<Lanes16> : SpectrumKernels.Combine<Lanes1>,
            Math.Min(arguments.Tasks, groups),
            plan.Threads,
            arguments,
            plan.Shape);
    }

    /// <summary>Groups share out the tasks: as many as have memory to work in, and on a CPU a few for each core.</summary>
    private static int GroupsAtOnce(GpuLimits limits, TransformShape shape) =>
        limits.IsCpu ? 4 * limits.Multiprocessors : shape.PointsAreShared != 0 ? int.MaxValue : (int)Math.Clamp(ShapePlanner.ScratchBudget / shape.SpectrumLength, 1, 1 << 16);

    private int[] Table() =>
    [
        .. _rows,
        .. _targets.SelectMany(target => new[] { target.Row, target.Add ? 1 : 0, target.First, target.Count }),
        .. _products.SelectMany(product => new[] { product.Left, product.Right }),
    ];
}
