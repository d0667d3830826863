namespace ModelDsl.Kernels.Cpu;

/// <summary>A part of a result: a signal, convolved with a kernel.</summary>
/// <param name="Signal">Which signal.</param>
/// <param name="Kernel">Which kernel; its token l weighs what lies l tokens away.</param>
/// <param name="Result">Which result the convolution is added to.</param>
/// <param name="IsAnticausal">Whether the kernel reaches into the future instead of the past.</param>
public readonly record struct ConvolutionTerm(int Signal, int Kernel, int Result, bool IsAnticausal = false);

/// <summary>
/// Convolutions as long as the sequences, by Fourier transforms: every result is a sum of terms, per channel
/// <code>
/// result[t] = sum over terms, sum_{l} kernel[l] * signal[t - l]      (signal[t + l] for an anticausal term)
/// </code>
/// with signals zero outside the sequence. Two terms, one of each direction, make a bidirectional convolution. Work is shared by blocks of
/// sixteen channels, so results do not depend on the number of threads.
/// </summary>
public sealed unsafe class LongConvolution
{
    private readonly NegacyclicTransform _transform;
    private readonly ConvolutionTerm[] _terms;
    private readonly int _time, _signals, _kernels, _results;

    /// <summary>A convolution of sequences of some length.</summary>
    /// <param name="time">Tokens of signals and results, at least 1.</param>
    /// <param name="terms">What is convolved with what; signals, kernels and results are numbered from 0.</param>
    public LongConvolution(int time, params ReadOnlySpan<ConvolutionTerm> terms)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, 1);
        if (terms.IsEmpty)
        {
            throw new ArgumentException("A convolution has at least one term.", nameof(terms));
        }

        _time = time;
        _transform = NegacyclicTransform.For(time);
        _terms = terms.ToArray();
        _signals = _terms.Max(t => t.Signal) + 1;
        _kernels = _terms.Max(t => t.Kernel) + 1;
        _results = _terms.Max(t => t.Result) + 1;
    }

    /// <summary>Convolves.</summary>
    /// <param name="batch">Sequences.</param>
    /// <param name="channels">Channels of every tensor.</param>
    /// <param name="signals">One tensor per signal.</param>
    /// <param name="kernels">One tensor per kernel, without batch, of at most as many tokens as the signals.</param>
    /// <param name="results">One tensor per result, overwritten.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public void Forward(
        int batch,
        int channels,
        ReadOnlySpan<ChannelSequences> signals,
        ReadOnlySpan<ChannelSequences> kernels,
        ReadOnlySpan<ChannelSequences> results,
        int threads = 0)
    {
        ChannelSequences[] x = Checked(signals, _signals, nameof(signals)), k = Checked(kernels, _kernels, nameof(kernels)), y = Checked(results, _results, nameof(results));
        Share(channels, threads, (block, spectra) =>
        {
            for (int kernel = 0; kernel < _kernels; kernel++)
            {
                Load(k[kernel], 0, block, spectra.Kernel(kernel));
            }

            for (int b = 0; b < batch; b++)
            {
                if (_terms.Length == 1)
                {
                    _transform.Convolve(x[0].At(b, block.Channel), x[0].TimeStride, spectra.Kernel(0), _terms[0].IsAnticausal, spectra.Sum, y[0].At(b, block.Channel), y[0].TimeStride, _time, block.Lanes);
                }
                else
                {
                    Results(b, block, spectra, x, y);
                }
            }
        });
    }

    /// <summary>The adjoint: gradients of signals (correlations of results with kernels) and of kernels (of results with signals, summed over the batch).</summary>
    /// <param name="batch">As in the forward call.</param>
    /// <param name="channels">As in the forward call.</param>
    /// <param name="signals">As in the forward call.</param>
    /// <param name="kernels">As in the forward call.</param>
    /// <param name="resultGradients">One tensor per result; null stands for zero.</param>
    /// <param name="signalGradients">One tensor per signal, overwritten; null ones are skipped.</param>
    /// <param name="kernelGradients">One tensor per kernel, overwritten; null ones are skipped.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public void Backward(
        int batch,
        int channels,
        ReadOnlySpan<ChannelSequences> signals,
        ReadOnlySpan<ChannelSequences> kernels,
        ReadOnlySpan<ChannelSequences> resultGradients,
        ReadOnlySpan<ChannelSequences> signalGradients,
        ReadOnlySpan<ChannelSequences> kernelGradients,
        int threads = 0)
    {
        ChannelSequences[] x = Checked(signals, _signals, nameof(signals)), k = Checked(kernels, _kernels, nameof(kernels));
        ChannelSequences[] dy = Checked(resultGradients, _results, nameof(resultGradients), allowNull: true);
        ChannelSequences[] dx = Checked(signalGradients, _signals, nameof(signalGradients), allowNull: true);
        ChannelSequences[] dk = Checked(kernelGradients, _kernels, nameof(kernelGradients), allowNull: true);
        Share(channels, threads, (block, spectra) =>
        {
            for (int kernel = 0; kernel < _kernels; kernel++)
            {
                Load(k[kernel], 0, block, spectra.Kernel(kernel));
            }

            var isEmpty = new bool[_kernels];
            Array.Fill(isEmpty, true);
            for (int b = 0; b < batch; b++)
            {
                for (int result = 0; result < _results; result++)
                {
                    if (!dy[result].IsNull)
                    {
                        Load(dy[result], b, block, spectra.Result(result));
                    }
                }

                SignalGradients(b, block, spectra, dy, dx);
                KernelGradients(b, block, spectra, x, dy, dk, isEmpty);
            }

            for (int kernel = 0; kernel < _kernels; kernel++)
            {
                if (!dk[kernel].IsNull)
                {
                    Save(spectra.KernelGradient(kernel), dk[kernel], 0, block, isEmpty[kernel]);
                }
            }
        });
    }

    private void Results(int batch, ChannelBlock block, Spectra spectra, ChannelSequences[] x, ChannelSequences[] y)
    {
        for (int signal = 0; signal < _signals; signal++)
        {
            Load(x[signal], batch, block, spectra.Signal(signal));
        }

        for (int result = 0; result < _results; result++)
        {
            bool isFirst = true;
            foreach (ConvolutionTerm term in _terms)
            {
                if (term.Result == result)
                {
                    _transform.Multiply(spectra.Kernel(term.Kernel), spectra.Signal(term.Signal), spectra.Sum, term.IsAnticausal, add: !isFirst);
                    isFirst = false;
                }
            }

            Save(spectra.Sum, y[result], batch, block, isFirst);
        }
    }

    private void SignalGradients(int batch, ChannelBlock block, Spectra spectra, ChannelSequences[] dy, ChannelSequences[] dx)
    {
        for (int signal = 0; signal < _signals; signal++)
        {
            if (dx[signal].IsNull)
            {
                continue;
            }

            bool isFirst = true;
            foreach (ConvolutionTerm term in _terms)
            {
                if (term.Signal == signal && !dy[term.Result].IsNull)
                {
                    _transform.Multiply(spectra.Kernel(term.Kernel), spectra.Result(term.Result), spectra.Sum, conjugate: !term.IsAnticausal, add: !isFirst);
                    isFirst = false;
                }
            }

            Save(spectra.Sum, dx[signal], batch, block, isFirst);
        }
    }

    private void KernelGradients(int batch, ChannelBlock block, Spectra spectra, ChannelSequences[] x, ChannelSequences[] dy, ChannelSequences[] dk, bool[] isEmpty)
    {
        for (int signal = 0; signal < _signals; signal++)
        {
            bool isLoaded = false;
            foreach (ConvolutionTerm term in _terms)
            {
                if (term.Signal != signal || dy[term.Result].IsNull || dk[term.Kernel].IsNull)
                {
                    continue;
                }

                if (!isLoaded)
                {
                    Load(x[signal], batch, block, spectra.Signal(signal));
                    isLoaded = true;
                }

                // A causal kernel reaches back to the signal, an anticausal one from the signal back to the result.
                float* past = term.IsAnticausal ? spectra.Result(term.Result) : spectra.Signal(signal);
                float* present = term.IsAnticausal ? spectra.Signal(signal) : spectra.Result(term.Result);
                _transform.Multiply(past, present, spectra.KernelGradient(term.Kernel), conjugate: true, add: !isEmpty[term.Kernel]);
                isEmpty[term.Kernel] = false;
            }
        }
    }

    private void Load(ChannelSequences sequences, int batch, ChannelBlock block, float* spectrum) =>
        _transform.Forward(sequences.At(batch, block.Channel), sequences.TimeStride, sequences.Time, block.Lanes, spectrum);

    /// <summary>Writes the sequences of a spectrum, or zeros if nothing was added to it.</summary>
    private void Save(float* spectrum, ChannelSequences sequences, int batch, ChannelBlock block, bool isEmpty)
    {
        if (isEmpty)
        {
            new Span<float>(spectrum, checked((int)_transform.SpectrumLength)).Clear();
        }

        _transform.Inverse(spectrum, sequences.At(batch, block.Channel), sequences.TimeStride, sequences.Time, block.Lanes);
    }

    private void Share(int channels, int threads, Action<ChannelBlock, Spectra> task) =>
        ChannelBlock.Share(channels, threads, Rent, spectra => spectra.Return(), task);

    private Spectra Rent() => Spectra.Rent(_transform.SpectrumLength, _signals, _kernels, _results);

    private ChannelSequences[] Checked(ReadOnlySpan<ChannelSequences> tensors, int count, string name, bool allowNull = false)
    {
        if (tensors.Length != count)
        {
            throw new ArgumentException($"{count} tensors were expected, but {tensors.Length} were given.", name);
        }

        bool isKernel = name.StartsWith("kernel", StringComparison.Ordinal);
        foreach (ChannelSequences tensor in tensors)
        {
            if (tensor.IsNull ? !allowNull : isKernel ? tensor.Time > _time || tensor.Time < 1 : tensor.Time != _time)
            {
                throw new ArgumentException(
                    tensor.IsNull ? "A tensor is missing." : $"A tensor has {tensor.Time} tokens, but {(isKernel ? "at most " : "")}{_time} were expected.", name);
            }
        }

        return tensors.ToArray();
    }
}
