namespace ModelDsl.Kernels.Cpu;

/// <summary>Kernels from their transfer functions, and back for gradients. The frequencies are f / period for f from 0 to period / 2.</summary>
/// <param name="period">The period, even and at least 2.</param>
internal sealed unsafe class FrequencyTransform(int period)
{
    private readonly Fft _fft = new(period);

    private static FrequencyTransform? s_last;

    /// <summary>The transform of a period.</summary>
    public static FrequencyTransform For(int period)
    {
        // Calls are mostly of one length.
        FrequencyTransform? last = s_last;
        return last?.Period == period ? last : s_last = new FrequencyTransform(period);
    }

    public int Period => period;

    private int Frequencies => (period / 2) + 1;

    /// <summary>The first lags of the kernels.</summary>
    /// <param name="re">Real parts, [frequency, channel].</param>
    /// <param name="im">Imaginary parts, [frequency, channel].</param>
    /// <param name="lags">Receives the kernels, [lag, channel].</param>
    /// <param name="count">Lags, at most the period.</param>
    /// <param name="channels">Channels.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public void ToLags(float* re, float* im, float* lags, int count, int channels, int threads) => Share(channels, threads, (points, scratch, first, lanes) =>
    {
        new Span<float>(points, period * SmoothFft.Point).Clear();
        for (int f = 0; f < Frequencies; f++)
        {
            nint row = ((nint)f * channels) + first;
            bool isOwnConjugate = f == 0 || 2 * f == period;
            float* point = points + ((nint)f * SmoothFft.Point), mirrored = points + ((nint)(period - f) % period * SmoothFft.Point);
            for (int lane = 0; lane < lanes; lane++)
            {
                float x = re[row + lane] / period, y = isOwnConjugate ? 0 : im[row + lane] / period;
                (mirrored[lane], mirrored[Simd.Lanes + lane]) = (x, -y);
                (point[lane], point[Simd.Lanes + lane]) = (x, y);
            }
        }

        _fft.Inverse(points, scratch);
        for (int lag = 0; lag < count; lag++)
        {
            new Span<float>(points + ((nint)lag * SmoothFft.Point), lanes).CopyTo(new Span<float>(lags + ((nint)lag * channels) + first, lanes));
        }
    });

    /// <summary>The adjoint: gradients of transfer functions from those of kernels.</summary>
    /// <param name="lags">Gradients of kernels, [lag, channel].</param>
    /// <param name="count">Lags, at most the period.</param>
    /// <param name="re">Receives gradients of real parts, [frequency, channel].</param>
    /// <param name="im">Receives gradients of imaginary parts, [frequency, channel].</param>
    /// <param name="channels">Channels.</param>
    /// <param name="threads">Worker threads; 0 means all processors.</param>
    public void ToFrequencies(float* lags, int count, float* re, float* im, int channels, int threads) => Share(channels, threads, (points, scratch, first, lanes) =>
    {
        new Span<float>(points, period * SmoothFft.Point).Clear();
        for (int lag = 0; lag < count; lag++)
        {
            new Span<float>(lags + ((nint)lag * channels) + first, lanes).CopyTo(new Span<float>(points + ((nint)lag * SmoothFft.Point), lanes));
        }

        _fft.Forward(points, scratch);
        for (int f = 0; f < Frequencies; f++)
        {
            // All but the first and the last frequency stand for their conjugates too.
            bool isOwnConjugate = f == 0 || 2 * f == period;
            float* point = points + ((nint)f * SmoothFft.Point);
            nint row = ((nint)f * channels) + first;
            for (int lane = 0; lane < lanes; lane++)
            {
                re[row + lane] = point[lane] * (isOwnConjugate ? 1 : 2) / period;
                im[row + lane] = isOwnConjugate ? 0 : point[Simd.Lanes + lane] * 2 / period;
            }
        }
    });

    private delegate void Transform(float* points, float* scratch, int first, int lanes);

    private void Share(int channels, int threads, Transform transform)
    {
        int length = Simd.Pad(checked((int)Math.Max((nint)period * SmoothFft.Point, _fft.ScratchLength)));
        ChannelBlock.Share(
            channels,
            threads,
            () =>
            {
                var memory = new AlignedBuffer();
                memory.Reserve(length + _fft.ScratchLength);
                return memory;
            },
            memory => memory.Dispose(),
            (block, memory) => transform(memory.Pointer, memory.Pointer + length, block.Channel, block.Lanes));
    }
}
