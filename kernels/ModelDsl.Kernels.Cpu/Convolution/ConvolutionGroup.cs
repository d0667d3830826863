namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The reads of one shape and the signals that reach them, as a convolution. A signal with fewer axes than the reads is repeated over the
/// others first, and its gradient is summed over them.
/// </summary>
internal sealed unsafe class ConvolutionGroup
{
    private readonly ConvolutionShape _shape;
    private readonly int[] _reads;
    private readonly int[] _terms;
    private readonly int[] _signals;
    private readonly int[]?[] _maps;
    private readonly LongConvolution? _convolution;

    public ConvolutionGroup(ConvolutionShape shape, int[] reads)
    {
        _shape = shape;
        _reads = reads;
        _terms = [.. Enumerable.Range(0, shape.Terms.Length).Where(t => reads.Contains(shape.Terms[t].Read))];
        _signals = [.. _terms.Select(t => shape.Terms[t].Signal).Distinct()];
        _maps = [.. _signals.Select(s => shape.ChannelMap(s, reads[0]))];
        _convolution = _terms.Length == 0 ? null : new LongConvolution(
            shape.Shape.Time,
            [.. _terms.Select((t, kernel) => new ConvolutionTerm(Array.IndexOf(_signals, shape.Terms[t].Signal), kernel, Array.IndexOf(_reads, shape.Terms[t].Read)))]);
    }

    private int Channels => _shape.ReadChannels[_reads[0]];

    private int Time => _shape.Shape.Time;

    /// <summary>Reads from signals. A read that no signal reaches is not written.</summary>
    public void Forward(ConvolutionMemory memory, int threads)
    {
        if (_convolution is null)
        {
            return;
        }

        using var spread = new AlignedBuffer();
        _convolution.Forward(
            _shape.Shape.Batch, Channels, Spread(memory, spread), Kernels(memory.Kernels), Sequences(memory.Reads), threads);
    }

    /// <summary>Gradients of signals and of kernels from those of reads.</summary>
    /// <param name="memory">Of the forward pass.</param>
    /// <param name="gradients">Those of the reads are read, the others written.</param>
    /// <param name="isWritten">For each signal, whether a group has written its gradient: then this one adds to it.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public void Backward(ConvolutionMemory memory, ConvolutionMemory gradients, bool[] isWritten, int threads)
    {
        if (_convolution is null)
        {
            return;
        }

        using AlignedBuffer spread = new(), spreadGradients = new();
        nint length = (nint)_shape.Shape.Batch * Time * Channels;
        bool[] isDirect = [.. _signals.Select((signal, s) => _maps[s] is null && !isWritten[signal])];
        spreadGradients.Reserve(isDirect.All(d => d) ? 0 : length * _signals.Length);
        var signalGradients = new ChannelSequences[_signals.Length];
        for (int s = 0; s < _signals.Length; s++)
        {
            signalGradients[s] = At(isDirect[s] ? gradients.Signals[_signals[s]].Pointer : spreadGradients.Pointer + (s * length));
        }

        _convolution.Backward(
            _shape.Shape.Batch, Channels, Spread(memory, spread), Kernels(memory.Kernels), Sequences(gradients.Reads), signalGradients, Kernels(gradients.Kernels), threads);
        for (int s = 0; s < _signals.Length; s++)
        {
            int signal = _signals[s];
            if (!isDirect[s])
            {
                if (!isWritten[signal])
                {
                    Frame.Clear(gradients.Signals[signal].Pointer, _shape.SignalLength(signal));
                }

                Gather(signalGradients[s].Data, gradients.Signals[signal].Pointer, _maps[s], _shape.SignalChannels[signal]);
            }

            isWritten[signal] = true;
        }
    }

    private ChannelSequences[] Spread(ConvolutionMemory memory, AlignedBuffer spread)
    {
        nint length = (nint)_shape.Shape.Batch * Time * Channels;
        spread.Reserve(_maps.Any(m => m is not null) ? length * _signals.Length : 0);
        var signals = new ChannelSequences[_signals.Length];
        for (int s = 0; s < _signals.Length; s++)
        {
            float* data = memory.Signals[_signals[s]].Pointer;
            if (_maps[s] is { } map)
            {
                float* from = data, to = data = spread.Pointer + (s * length);
                for (float* end = to + length; to < end; to += map.Length, from += _shape.SignalChannels[_signals[s]])
                {
                    for (int c = 0; c < map.Length; c++)
                    {
                        to[c] = from[map[c]];
                    }
                }
            }

            signals[s] = At(data);
        }

        return signals;
    }

    private void Gather(float* from, float* to, int[]? map, int signalChannels)
    {
        nint tokens = (nint)_shape.Shape.Batch * Time;
        if (map is null)
        {
            for (nint i = 0; i < tokens * Channels; i++)
            {
                to[i] += from[i];
            }

            return;
        }

        for (nint t = 0; t < tokens; t++, from += Channels, to += signalChannels)
        {
            for (int c = 0; c < map.Length; c++)
            {
                to[map[c]] += from[c];
            }
        }
    }

    private ChannelSequences[] Sequences(AlignedBuffer[] buffers)
    {
        var sequences = new ChannelSequences[_reads.Max(r => _terms.Any(t => _shape.Terms[t].Read == r) ? Array.IndexOf(_reads, r) : -1) + 1];
        for (int r = 0; r < sequences.Length; r++)
        {
            sequences[r] = At(buffers[_reads[r]].Pointer);
        }

        return sequences;
    }

    private ChannelSequences[] Kernels(AlignedBuffer[] buffers)
    {
        var kernels = new ChannelSequences[_terms.Length];
        for (int t = 0; t < kernels.Length; t++)
        {
            kernels[t] = new ChannelSequences(buffers[_terms[t]].Pointer, Time, Channels);
        }

        return kernels;
    }

    private ChannelSequences At(float* data) => new(data, Time, Channels, (nint)Time * Channels);
}
