using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Convolutions in a device's memory, for one call: what passes between the parts stays there until the call is over. The device's gate must be held.
/// </summary>
/// <param name="device">The device.</param>
/// <param name="work">The call, for messages.</param>
internal sealed class GpuConvolution(GpuDevice device, GpuWork work) : ConvolutionEngine, IDisposable
{
    private DeviceMemory Memory => device.Memory;

    /// <inheritdoc/>
    public void Dispose() => Memory.LetGo();

    /// <inheritdoc/>
    public override bool IsInProcess => false;

    /// <inheritdoc/>
    public override ConvolutionBuffers Rent(nint[] lengths) => new Buffers(Reserve(lengths));

    /// <inheritdoc/>
    public override void Clear(nint at, nint length) => Memory.Clear(work, DeviceAddress.Offset(at), length);

    /// <inheritdoc/>
    public override void Add(nint from, nint to, nint length)
    {
        var arguments = new ElementArguments { Memory = Memory.Tensors, Table = Memory.Table, From = Offset(from), To = Offset(to), Count = (int)length };
        Launch(
            nameof(ElementKernels.Add), device.Limits.IsCpu ? ElementKernels.Add<Lanes16> : ElementKernels.Add<Lanes1>, (arguments.Count + ElementKernels.Block - 1) / ElementKernels.Block, arguments);
    }

    /// <inheritdoc/>
    public override void Convolve(ConvolutionGroup group, ConvolutionMemory memory)
    {
        if (group.Terms.Length == 0)
        {
            return;
        }

        var sums = new SpectralSums(conjugate: false);
        int[] kernels = [.. group.Terms.Select(term => sums.Source(Offset(memory.Kernels[term])))];
        int[][] signals = Sources(sums, group, Spread(group, memory));
        for (int read = 0; read < group.Reads.Length; read++)
        {
            int[] terms = [.. Enumerable.Range(0, kernels.Length).Where(t => group.ReadOf(t) == read)];
            for (int b = 0; b < group.Batch && terms.Length > 0; b++)
            {
                sums.Target(Row(group, Offset(memory.Reads[group.Reads[read]]), b), add: false, terms.Select(t => (kernels[t], signals[group.SignalOf(t)][b])));
            }
        }

        Run(sums, group);
    }

    /// <inheritdoc/>
    public override void Differentiate(ConvolutionGroup group, ConvolutionMemory memory, ConvolutionMemory gradients, bool[] isWritten)
    {
        if (group.Terms.Length == 0)
        {
            return;
        }

        var sums = new SpectralSums(conjugate: true);
        int[] kernels = [.. group.Terms.Select(term => sums.Source(Offset(memory.Kernels[term])))];
        int[][] signals = Sources(sums, group, Spread(group, memory));
        int[][] reads = Sources(sums, group, [.. group.Reads.Select(read => Offset(gradients.Reads[read]))]);
        var targets = new int[group.Signals.Length];
        for (int s = 0; s < targets.Length; s++)
        {
            int signal = group.Signals[s];
            targets[s] = group.Maps[s] is null ? Offset(gradients.Signals[signal]) : Temporary(group);
            int[] terms = [.. Enumerable.Range(0, kernels.Length).Where(t => group.SignalOf(t) == s)];
            for (int b = 0; b < group.Batch; b++)
            {
                sums.Target(Row(group, targets[s], b), add: group.Maps[s] is null && isWritten[signal], terms.Select(t => (kernels[t], reads[group.ReadOf(t)][b])));
            }
        }

        for (int t = 0; t < kernels.Length; t++)
        {
            sums.Target(
                Offset(gradients.Kernels[group.Terms[t]]), add: false, Enumerable.Range(0, group.Batch).Select(b => (signals[group.SignalOf(t)][b], reads[group.ReadOf(t)][b])));
        }

        Run(sums, group);
        for (int s = 0; s < targets.Length; s++)
        {
            int signal = group.Signals[s];
            if (group.Maps[s] is { } map)
            {
                Gather(group, targets[s], Offset(gradients.Signals[signal]), map, group.Shape.SignalChannels[signal], isWritten[signal]);
            }

            isWritten[signal] = true;
        }
    }

    /// <inheritdoc/>
    public override object Keep(ConvolutionMemory memory)
    {
        long length = KeptConvolution.Length(memory.Lengths);
        MemoryBuffer1D<float, Stride1D.Dense> kept = Memory.Rent(work, length);
        device.Do(GpuOperation.Download, work, () => kept.View.AsContiguous().SubView(0, length)
            .CopyFrom(device.Accelerator.DefaultStream, Memory.Tensors.SubView(DeviceAddress.Offset(memory.Signals[0]), length)));
        Memory.Finish(GpuOperation.Finish, work);
        return new KeptConvolution(device, work.Shape, kept);
    }

    /// <inheritdoc/>
    public override ConvolutionMemory? Recall(object? kept, ConvolutionShape shape)
    {
        if ((kept as KeptConvolution)?.For(device, shape.Shape) is not { } buffer)
        {
            return null;
        }

        var memory = new ConvolutionMemory(this, shape);
        long length = KeptConvolution.Length(memory.Lengths);
        device.Do(GpuOperation.Upload, work, () => Memory.Tensors.SubView(DeviceAddress.Offset(memory.Signals[0]), length)
            .CopyFrom(device.Accelerator.DefaultStream, buffer.View.AsContiguous().SubView(0, length)));
        return memory;
    }

    /// <inheritdoc/>
    public override void ToLags(int period, nint re, nint im, nint lags, int count, int channels) => Frequencies(
        nameof(FrequencyKernels.ToLags), device.Limits.IsCpu ? FrequencyKernels.ToLags<Lanes16> : FrequencyKernels.ToLags<Lanes1>, count, period, re, im, lags, count, channels);

    /// <inheritdoc/>
    public override void ToFrequencies(int period, nint lags, int count, nint re, nint im, int channels) => Frequencies(
        nameof(FrequencyKernels.ToFrequencies), device.Limits.IsCpu ? FrequencyKernels.ToFrequencies<Lanes16> : FrequencyKernels.ToFrequencies<Lanes1>, (period / 2) + 1, period, re, im, lags, count, channels);

    private void Frequencies(
        string name, Action<FrequencyArguments, SpecializedValue<TransformShape>> entry, int tasks, int period, nint re, nint im, nint lags, int count, int channels) =>
        Launch(name, entry, tasks, new FrequencyArguments
        {
            Memory = Memory.Tensors,
            Roots = Memory.RootsOf(work, period),
            Period = period,
            Re = Offset(re),
            Im = Offset(im),
            Lags = Offset(lags),
            Count = count,
            Channels = channels,
        });

    private static int Offset(nint address) => checked((int)DeviceAddress.Offset(address));

    private static long Row(ConvolutionGroup group, int start, int batch) => start + ((long)batch * group.Time * group.Channels);

    private static int[][] Sources(SpectralSums sums, ConvolutionGroup group, int[] starts) =>
        [.. starts.Select(start => Enumerable.Range(0, group.Batch).Select(b => sums.Source(Row(group, start, b))).ToArray())];

    private void Run(SpectralSums sums, ConvolutionGroup group) => sums.Run(device, work, TransformPlan.Of(device.Limits, group.Time, group.Channels), group.Time, group.Channels);

    /// <summary>Where the signals begin that reach the reads, with the reads' channels.</summary>
    private int[] Spread(ConvolutionGroup group, ConvolutionMemory memory) => [.. group.Signals.Select((signal, s) =>
    {
        int from = Offset(memory.Signals[signal]);
        if (group.Maps[s] is not { } map)
        {
            return from;
        }

        int to = Temporary(group);
        Elements(nameof(ElementKernels.Spread), ElementKernels.Spread, group, map, new ElementArguments
        {
            From = from,
            To = to,
            Channels = group.Shape.SignalChannels[signal],
            TargetChannels = group.Channels,
        });
        return to;
    })];

    private void Gather(ConvolutionGroup group, int from, int to, int[] map, int signalChannels, bool add)
    {
        // The channels that each of the signal's reaches, in order.
        int[] summands = [.. Enumerable.Range(0, map.Length).OrderBy(c => map[c])];
        Elements(nameof(ElementKernels.Gather), ElementKernels.Gather, group, summands, new ElementArguments
        {
            From = from,
            To = to,
            Channels = group.Channels,
            TargetChannels = signalChannels,
            Summands = map.Length / signalChannels,
            Add = add ? 1 : 0,
        });
    }

    private void Elements(string name, Action<ElementArguments, SpecializedValue<TransformShape>> entry, ConvolutionGroup group, int[] table, ElementArguments arguments)
    {
        Memory.Reserve(work, Memory.Resident, 0, table.Length);
        Memory.SendTable(work, table);
        int tokens = group.Batch * group.Time;
        Launch(name, entry, tokens, arguments with { Memory = Memory.Tensors, Table = Memory.Table, Count = tokens });
    }

    private void Launch<TArguments>(string name, Action<TArguments, SpecializedValue<TransformShape>> entry, int tasks, TArguments arguments)
        where TArguments : struct
    {
        GpuLimits limits = device.Limits;
        int threads = limits.IsCpu ? 1 : Math.Min(256, limits.MaximumThreads);
        device.Kernels.Launch(
            work with { Entry = name }, entry, Math.Min(tasks, limits.IsCpu ? 4 * limits.Multiprocessors : 1 << 16), threads, arguments, new TransformShape { Threads = threads });
    }

    private int Temporary(ConvolutionGroup group) => (int)Reserve([(nint)group.Batch * group.Time * group.Channels])[0];

    /// <summary>Makes room on the device, for each length where it begins.</summary>
    private long[] Reserve(nint[] lengths)
    {
        long first = Memory.Stay(KeptConvolution.Length(lengths));
        if (Memory.Resident > int.MaxValue - (1 << 16))
        {
            throw new GpuException($"{work}: what passes between the parts of the convolution takes {Memory.Resident} floats on the device; kernels count to {int.MaxValue}. Run fewer sequences at once.");
        }

        Memory.Reserve(work, Memory.Resident, 0, 1);
        return KeptConvolution.Starts(first, lengths);
    }

    private sealed class Buffers(long[] starts) : ConvolutionBuffers
    {
        public override nint this[int index] => DeviceAddress.Of(starts[index]);

        /// <summary>It stays until the call is over.</summary>
        public override void Dispose()
        {
        }
    }
}
