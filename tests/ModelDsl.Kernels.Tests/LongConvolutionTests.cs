using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Long convolutions and their gradients against sums in double precision.</summary>
public sealed unsafe class LongConvolutionTests
{
    private const double Bound = 1e-6;

    private static readonly ConvolutionTerm[] s_causal = [new(0, 0, 0)];
    private static readonly ConvolutionTerm[] s_anticausal = [new(0, 0, 0, IsAnticausal: true)];
    private static readonly ConvolutionTerm[] s_bidirectional = [new(0, 0, 0), new(0, 1, 0, IsAnticausal: true)];

    // A complex number in two signals and two results, one kernel used twice.
    private static readonly ConvolutionTerm[] s_mixed = [new(0, 0, 0), new(1, 1, 0), new(0, 2, 1), new(1, 0, 1, IsAnticausal: true)];

    [Fact]
    public void EveryDirectionAtAwkwardLengths()
    {
        foreach (int time in (int[])[1, 2, 3, 15, 16, 17, 61, 100, 300])
        {
            Check(s_causal, batch: 2, time, time, channels: 5);
            Check(s_anticausal, batch: 1, time, time, channels: 16);
            Check(s_bidirectional, batch: 2, time, time, channels: 17);
        }
    }

    [Fact]
    public void SeveralSignalsKernelsAndResults() => Check(s_mixed, batch: 3, time: 37, kernelTime: 37, channels: 33);

    [Fact]
    public void KernelsShorterThanTheSequence() => Check(s_bidirectional, batch: 2, time: 50, kernelTime: 7, channels: 3);

    [Fact]
    public void BitsDoNotDependOnThreads()
    {
        using var memory = new NativeRows(3);
        ChannelSequences x = Uniform(memory, 2, 61, 70), k = Uniform(memory, 1, 61, 70), one = Poisoned(memory, 2, 61, 70), all = Poisoned(memory, 2, 61, 70);
        var convolution = new LongConvolution(61, s_causal);
        convolution.Forward(2, 70, [x], [k], [one], threads: 1);
        convolution.Forward(2, 70, [x], [k], [all], threads: 4);
        Assert.True(Read(one, 2, 70).SequenceEqual(Read(all, 2, 70)));
    }

    [Fact]
    public void TensorsOfWrongLengthOrNumberAreRefused()
    {
        using var memory = new NativeRows(3);
        ChannelSequences x = Uniform(memory, 1, 5, 1), longer = Uniform(memory, 1, 6, 1);
        var convolution = new LongConvolution(5, s_causal);
        Assert.Equal("A tensor has 6 tokens, but at most 5 were expected. (Parameter 'kernels')", Message(() => convolution.Forward(1, 1, [x], [longer], [x])));
        Assert.Equal("A tensor has 6 tokens, but 5 were expected. (Parameter 'signals')", Message(() => convolution.Forward(1, 1, [longer], [x], [x])));
        Assert.Equal("1 tensors were expected, but 2 were given. (Parameter 'results')", Message(() => convolution.Forward(1, 1, [x], [x], [x, x])));
        Assert.Equal("A tensor is missing. (Parameter 'signals')", Message(() => convolution.Forward(1, 1, [default], [x], [x])));
        Assert.Equal("A convolution has at least one term. (Parameter 'terms')", Message(() => _ = new LongConvolution(5)));

        static string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
    }

    private static void Check(ConvolutionTerm[] terms, int batch, int time, int kernelTime, int channels)
    {
        using var memory = new NativeRows(time + channels);
        int signals = terms.Max(t => t.Signal) + 1, kernels = terms.Max(t => t.Kernel) + 1, results = terms.Max(t => t.Result) + 1;
        ChannelSequences[] x = Make(signals, () => Uniform(memory, batch, time, channels));
        ChannelSequences[] k = Make(kernels, () => Uniform(memory, 1, kernelTime, channels));
        ChannelSequences[] y = Make(results, () => Poisoned(memory, batch, time, channels));
        ChannelSequences[] dy = Make(results, () => Uniform(memory, batch, time, channels));
        ChannelSequences[] dx = Make(signals, () => Poisoned(memory, batch, time, channels));
        ChannelSequences[] dk = Make(kernels, () => Poisoned(memory, 1, kernelTime, channels));
        var convolution = new LongConvolution(time, terms);
        convolution.Forward(batch, channels, x, k, y);
        convolution.Backward(batch, channels, x, k, dy, dx, dk);

        double[][] expectedY = Zeros(results, batch * time * channels), expectedX = Zeros(signals, batch * time * channels), expectedK = Zeros(kernels, kernelTime * channels);
        foreach (ConvolutionTerm term in terms)
        {
            for (int b = 0; b < batch; b++)
            {
                for (int t = 0; t < time; t++)
                {
                    for (int lag = 0; lag < kernelTime; lag++)
                    {
                        int s = term.IsAnticausal ? t + lag : t - lag;
                        for (int c = 0; s >= 0 && s < time && c < channels; c++)
                        {
                            double weight = At(k[term.Kernel], 0, lag, c), signal = At(x[term.Signal], b, s, c), gradient = At(dy[term.Result], b, t, c);
                            expectedY[term.Result][(((b * time) + t) * channels) + c] += weight * signal;
                            expectedX[term.Signal][(((b * time) + s) * channels) + c] += weight * gradient;
                            expectedK[term.Kernel][(lag * channels) + c] += signal * gradient;
                        }
                    }
                }
            }
        }

        Close(expectedY, y, batch, channels, $"results, T={time}");
        Close(expectedX, dx, batch, channels, $"gradients of signals, T={time}");
        Close(expectedK, dk, 1, channels, $"gradients of kernels, T={time}");
    }

    private static void Close(double[][] expected, ChannelSequences[] found, int batch, int channels, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            float[] values = Read(found[i], batch, channels);
            double error = expected[i].Zip(values, (e, v) => Math.Abs(e - v)).Max() / expected[i].Max(Math.Abs);
            Assert.True(error < Bound, $"{what}: {error}");
        }
    }

    private static double At(ChannelSequences sequences, int batch, int time, int channel) =>
        sequences.Data[(batch * sequences.BatchStride) + (time * sequences.TimeStride) + channel];

    private static float[] Read(ChannelSequences sequences, int batch, int channels)
    {
        var values = new List<float>();
        for (int b = 0; b < batch; b++)
        {
            for (int t = 0; t < sequences.Time; t++)
            {
                for (int c = 0; c < channels; c++)
                {
                    values.Add((float)At(sequences, b, t, c));
                }
            }
        }

        return [.. values];
    }

    // Rows have poisoned gaps between them.
    private static ChannelSequences Uniform(NativeRows memory, int batch, int time, int channels) =>
        Sequences(memory.Uniform(batch * time, channels, channels + 3), batch, time, channels);

    private static ChannelSequences Poisoned(NativeRows memory, int batch, int time, int channels) =>
        Sequences(memory.Poisoned(batch * time, channels + 3), batch, time, channels);

    private static ChannelSequences Sequences(float* data, int batch, int time, int channels) =>
        new(data, time, channels + 3, batch == 1 ? 0 : time * (channels + 3));

    private static ChannelSequences[] Make(int count, Func<ChannelSequences> make)
    {
        var made = new ChannelSequences[count];
        for (int i = 0; i < count; i++)
        {
            made[i] = make();
        }

        return made;
    }

    private static double[][] Zeros(int count, int length) => [.. Enumerable.Range(0, count).Select(_ => new double[length])];
}
