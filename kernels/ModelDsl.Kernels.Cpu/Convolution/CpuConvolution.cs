namespace ModelDsl.Kernels.Cpu;

/// <summary>Convolutions in the process's memory, by <see cref="LongConvolution"/>.</summary>
/// <param name="threads">Worker threads; 0 means all processors.</param>
internal sealed unsafe partial class CpuConvolution(int threads) : ConvolutionEngine
{
    /// <summary>Buffers between calls, of all convolutions.</summary>
    private static readonly BufferPool s_pool = new(mostIdle: 16);

    /// <inheritdoc/>
    public override bool IsInProcess => true;

    /// <inheritdoc/>
    public override ConvolutionBuffers Rent(nint[] lengths) => new Buffers(lengths);

    /// <inheritdoc/>
    public override void Clear(nint at, nint length) => Frame.Clear((float*)at, length);

    /// <inheritdoc/>
    public override void Add(nint from, nint to, nint length)
    {
        float* source = (float*)from, target = (float*)to;
        for (nint i = 0; i < length; i++)
        {
            target[i] += source[i];
        }
    }

    /// <inheritdoc/>
    public override void Convolve(ConvolutionGroup group, ConvolutionMemory memory)
    {
        if (Transforms(group) is not { } convolution)
        {
            return;
        }

        using var spread = new AlignedBuffer();
        convolution.Forward(
            group.Batch, group.Channels, Spread(group, memory, spread), Kernels(group, memory), Sequences(group, memory), threads);
    }

    /// <inheritdoc/>
    public override void Differentiate(ConvolutionGroup group, ConvolutionMemory memory, ConvolutionMemory gradients, bool[] isWritten)
    {
        if (Transforms(group) is not { } convolution)
        {
            return;
        }

        using AlignedBuffer spread = new(), spreadGradients = new();
        nint length = (nint)group.Batch * group.Time * group.Channels;
        bool[] isDirect = [.. group.Signals.Select((signal, s) => group.Maps[s] is null && !isWritten[signal])];
        spreadGradients.Reserve(isDirect.All(d => d) ? 0 : length * group.Signals.Length);
        var signalGradients = new ChannelSequences[group.Signals.Length];
        for (int s = 0; s < signalGradients.Length; s++)
        {
            signalGradients[s] = At(group, isDirect[s] ? gradients.Signals[group.Signals[s]] : (nint)(spreadGradients.Pointer + (s * length)));
        }

        convolution.Backward(
            group.Batch, group.Channels, Spread(group, memory, spread), Kernels(group, memory), Sequences(group, gradients), signalGradients, Kernels(group, gradients), threads);
        for (int s = 0; s < signalGradients.Length; s++)
        {
            int signal = group.Signals[s];
            if (!isDirect[s])
            {
                if (!isWritten[signal])
                {
                    Clear(gradients.Signals[signal], group.Shape.SignalLength(signal));
                }

                Gather(group, signalGradients[s].Data, (float*)gradients.Signals[signal], group.Maps[s], group.Shape.SignalChannels[signal]);
            }

            isWritten[signal] = true;
        }
    }

    /// <inheritdoc/>
    public override object Keep(ConvolutionMemory memory) => memory;

    /// <inheritdoc/>
    public override ConvolutionMemory? Recall(object? kept, ConvolutionShape shape) => kept is ConvolutionMemory memory && memory.Fits(shape.Shape) ? memory : null;

    /// <inheritdoc/>
    public override void ToLags(int period, nint re, nint im, nint lags, int count, int channels) =>
        FrequencyTransform.For(period).ToLags((float*)re, (float*)im, (float*)lags, count, channels, threads);

    /// <inheritdoc/>
    public override void ToFrequencies(int period, nint lags, int count, nint re, nint im, int channels) =>
        FrequencyTransform.For(period).ToFrequencies((float*)lags, count, (float*)re, (float*)im, channels, threads);

    private static LongConvolution? Transforms(ConvolutionGroup group) => group.Terms.Length == 0 ? null : new LongConvolution(
        group.Time, [.. group.Terms.Select((_, term) => new ConvolutionTerm(group.SignalOf(term), term, group.ReadOf(term)))]);

    private static ChannelSequences[] Spread(ConvolutionGroup group, ConvolutionMemory memory, AlignedBuffer spread)
    {
        nint length = (nint)group.Batch * group.Time * group.Channels;
        spread.Reserve(group.Maps.Any(m => m is not null) ? length * group.Signals.Length : 0);
        var signals = new ChannelSequences[group.Signals.Length];
        for (int s = 0; s < signals.Length; s++)
        {
            var data = (float*)memory.Signals[group.Signals[s]];
            if (group.Maps[s] is { } map)
            {
                float* from = data, to = data = spread.Pointer + (s * length);
                for (float* end = to + length; to < end; to += map.Length, from += group.Shape.SignalChannels[group.Signals[s]])
                {
                    for (int c = 0; c < map.Length; c++)
                    {
                        to[c] = from[map[c]];
                    }
                }
            }

            signals[s] = At(group, (nint)data);
        }

        return signals;
    }

    private void Gather(ConvolutionGroup group, float* from, float* to, int[]? map, int signalChannels)
    {
        nint tokens = (nint)group.Batch * group.Time;
        if (map is null)
        {
            Add((nint)from, (nint)to, tokens * group.Channels);
            return;
        }

        for (nint t = 0; t < tokens; t++, from += group.Channels, to += signalChannels)
        {
            for (int c = 0; c < map.Length; c++)
            {
                to[map[c]] += from[c];
            }
        }
    }

    private static ChannelSequences[] Sequences(ConvolutionGroup group, ConvolutionMemory memory)
    {
        int count = Enumerable.Range(0, group.Terms.Length).Max(group.ReadOf) + 1;
        return [.. group.Reads.Take(count).Select(read => At(group, memory.Reads[read]))];
    }

    private static ChannelSequences[] Kernels(ConvolutionGroup group, ConvolutionMemory memory) =>
        [.. group.Terms.Select(term => new ChannelSequences((float*)memory.Kernels[term], group.Time, group.Channels))];

    private static ChannelSequences At(ConvolutionGroup group, nint data) => new((float*)data, group.Time, group.Channels, (nint)group.Time * group.Channels);

    private sealed class Buffers : ConvolutionBuffers
    {
        private readonly AlignedBuffer[] _buffers;
        private bool _isDisposed;

        public Buffers(nint[] lengths) => _buffers = [.. lengths.Select(length =>
        {
            AlignedBuffer buffer = s_pool.Rent(length + ConvolutionShape.Slack);

            // What reads whole vectors finds no NaN behind the end.
            Frame.Clear(buffer.Pointer + length, ConvolutionShape.Slack);
            return buffer;
        })];

        public override nint this[int index] => (nint)_buffers[index].Pointer;

        public override void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                Array.ForEach(_buffers, s_pool.Return);
            }
        }
    }
}
