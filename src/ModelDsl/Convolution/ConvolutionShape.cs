namespace ModelDsl;

/// <summary>The layout of signals and reads in one call: dense, [batch, time, head, axes...], so that heads and axes together are the channels.</summary>
internal sealed class ConvolutionShape
{
    /// <summary>Floats behind a tensor that whole vectors may reach into.</summary>
    public const int Slack = 16;

    private readonly SequenceShape _shape;

    public ConvolutionShape(ConvolutionPlan plan, SequenceShape shape)
        : this(plan.Signals.Kernel.Description.Outputs, plan.Response.Kernel.Description.Outputs, plan.Terms, shape)
    {
    }

    public ConvolutionShape(IReadOnlyList<TensorDescription> signals, IReadOnlyList<TensorDescription> reads, ResponseTerm[] terms, SequenceShape shape)
    {
        (Signals, Reads, Terms) = (signals, reads, terms);
        _shape = shape;
        SignalChannels = [.. Signals.Select(Channels)];
        ReadChannels = [.. Reads.Select(Channels)];
        Groups = [.. Enumerable.Range(0, Reads.Count).GroupBy(r => string.Join(' ', Reads[r].Axes)).Select(reads => new ConvolutionGroup(this, [.. reads]))];
    }

    public IReadOnlyList<TensorDescription> Signals { get; }

    public IReadOnlyList<TensorDescription> Reads { get; }

    public ResponseTerm[] Terms { get; }

    public int[] SignalChannels { get; }

    public int[] ReadChannels { get; }

    /// <summary>The reads, in groups of the same axes: each group is one convolution.</summary>
    public ConvolutionGroup[] Groups { get; }

    public SequenceShape Shape => _shape;

    public nint SignalLength(int signal) => (nint)_shape.Batch * _shape.Time * SignalChannels[signal];

    public nint ReadLength(int read) => (nint)_shape.Batch * _shape.Time * ReadChannels[read];

    /// <summary>The impulse response of a term: of one sequence.</summary>
    public nint KernelLength(int term) => (nint)_shape.Time * ReadChannels[Terms[term].Read];

    public TensorView SignalView(int signal, nint data) => View(Signals[signal], SignalChannels[signal], data);

    public TensorView ReadView(int read, nint data) => View(Reads[read], ReadChannels[read], data);

    /// <summary>For each channel of a read, the channel of a signal that reaches it; null if they are the same.</summary>
    public int[]? ChannelMap(int signal, int read)
    {
        IReadOnlyList<int> from = Signals[signal].Axes, to = Reads[read].Axes;
        if (from.SequenceEqual(to))
        {
            return null;
        }

        return ChannelMap(from, to, _shape);
    }

    /// <summary>For each channel (of heads, then axes) the channel of a tensor whose axes are among them.</summary>
    public static int[] ChannelMap(IReadOnlyList<int> tensor, IReadOnlyList<int> axes, SequenceShape shape)
    {
        int[] inHead = Offsets(tensor, axes, shape);
        int head = tensor.Aggregate(1, (all, axis) => all * shape.AxisSizes[axis]);
        var map = new int[shape.Heads * inHead.Length];
        for (int channel = 0; channel < map.Length; channel++)
        {
            (int at, int element) = Math.DivRem(channel, inHead.Length);
            map[channel] = (at * head) + inHead[element];
        }

        return map;
    }

    /// <summary>For each combination of the indices of some axes, how far the element of a tensor is from its first one. Axes that it has not do not move it.</summary>
    public static int[] Offsets(IReadOnlyList<int> tensor, IReadOnlyList<int> axes, SequenceShape shape)
    {
        var strides = new int[shape.AxisSizes.Length];
        int stride = 1;
        foreach (int axis in tensor.Reverse())
        {
            strides[axis] = stride;
            stride *= shape.AxisSizes[axis];
        }

        int[] innermostFirst = [.. axes.Reverse()];
        var offsets = new int[axes.Aggregate(1, (all, axis) => all * shape.AxisSizes[axis])];
        for (int i = 0; i < offsets.Length; i++)
        {
            int rest = i;
            foreach (int axis in innermostFirst)
            {
                (rest, int at) = Math.DivRem(rest, shape.AxisSizes[axis]);
                offsets[i] += at * strides[axis];
            }
        }

        return offsets;
    }

    /// <summary>Reads from signals and kernels.</summary>
    public void Convolve(ConvolutionEngine engine, ConvolutionMemory memory)
    {
        foreach (ConvolutionGroup group in Groups)
        {
            engine.Convolve(group, memory);
        }
    }

    /// <summary>Gradients of signals and kernels from those of reads; those of signals that reach no read are zero.</summary>
    public void Differentiate(ConvolutionEngine engine, ConvolutionMemory memory, ConvolutionMemory gradients)
    {
        var isWritten = new bool[Signals.Count];
        foreach (ConvolutionGroup group in Groups)
        {
            engine.Differentiate(group, memory, gradients, isWritten);
        }

        for (int signal = 0; signal < isWritten.Length; signal++)
        {
            if (!isWritten[signal])
            {
                engine.Clear(gradients.Signals[signal], SignalLength(signal));
            }
        }
    }

    public TensorView[] SignalViews(ConvolutionMemory memory) => [.. memory.Signals.Select((data, i) => SignalView(i, data))];

    public TensorView[] ReadViews(ConvolutionMemory memory) => [.. memory.Reads.Select((data, i) => ReadView(i, data))];

    private int Channels(TensorDescription tensor) => tensor.Axes.Aggregate(_shape.Heads, (all, axis) => checked(all * _shape.AxisSizes[axis]));

    private TensorView View(TensorDescription tensor, int channels, nint data)
    {
        var strides = new nint[3];
        nint stride = 1;
        for (int a = tensor.Axes.Count - 1; a >= 0; a--)
        {
            strides[a] = stride;
            stride *= _shape.AxisSizes[tensor.Axes[a]];
        }

        return new TensorView(data, _shape.Heads, (nint)_shape.Time * channels, channels, stride, strides[0], strides[1], strides[2]);
    }
}
