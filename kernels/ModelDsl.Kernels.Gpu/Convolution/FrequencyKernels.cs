using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu;

/// <summary>The arguments of <see cref="FrequencyKernels"/>.</summary>
public struct FrequencyArguments
{
    /// <summary>The tensors.</summary>
    public ArrayView<float> Memory;

    /// <summary>exp(-2 pi i j / period) for every j below the period, real and imaginary part in turn.</summary>
    public ArrayView<float> Roots;

    /// <summary>The period, even.</summary>
    public int Period;

    /// <summary>Where the real parts begin, [frequency, channel], for frequencies from 0 to period / 2.</summary>
    public int Re;

    /// <summary>Where the imaginary parts begin.</summary>
    public int Im;

    /// <summary>Where the kernels begin, [lag, channel].</summary>
    public int Lags;

    /// <summary>Lags, at most the period.</summary>
    public int Count;

    /// <summary>Channels.</summary>
    public int Channels;
}

/// <summary>
/// Kernels from transfer functions, and back for gradients: sums over all frequencies, or lags, whatever the period is. Each task is a lag, or a frequency.
/// </summary>
public static class FrequencyKernels
{
    /// <summary>kernel[lag] = 1 / period sum over all frequencies f, positive and negative: transfer[f] exp(2 pi i f lag / period).</summary>
    public static void ToLags<L>(FrequencyArguments a, SpecializedValue<TransformShape> shape)
        where L : unmanaged, ILane<L>
    {
        int last = a.Period / 2;
        for (int lag = Team.Group; lag < a.Count; lag += Team.Groups)
        {
            for (int c = Team.Thread * L.Width; c < a.Channels; c += shape.Value.Threads * L.Width)
            {
                // Only real parts count where a frequency is its own conjugate; the others stand for two.
                L sum = L.Broadcast(0f), ends = Real<L>(a, 0, c) + (Real<L>(a, last, c) * L.Broadcast((lag & 1) == 0 ? 1f : -1f));
                int root = lag;
                for (int f = 1; f < last; f++)
                {
                    sum = L.MultiplyAdd(a.Roots[2 * root], Real<L>(a, f, c), sum);
                    sum = L.MultiplyAdd(a.Roots[(2 * root) + 1], Imaginary<L>(a, f, c), sum);
                    root += lag;
                    root = root >= a.Period ? root - a.Period : root;
                }

                Store(a, a.Lags + (lag * a.Channels) + c, c, L.MultiplyAdd(2f, sum, ends) * L.Broadcast(1f / a.Period));
            }
        }
    }

    /// <summary>The adjoint of <see cref="ToLags"/>.</summary>
    public static void ToFrequencies<L>(FrequencyArguments a, SpecializedValue<TransformShape> shape)
        where L : unmanaged, ILane<L>
    {
        int last = a.Period / 2;
        for (int f = Team.Group; f <= last; f += Team.Groups)
        {
            bool isOwnConjugate = f == 0 || f == last;
            for (int c = Team.Thread * L.Width; c < a.Channels; c += shape.Value.Threads * L.Width)
            {
                L re = L.Broadcast(0f), im = L.Broadcast(0f);
                int root = 0;
                for (int lag = 0; lag < a.Count; lag++)
                {
                    L x = L.Gather(a.Memory, a.Lags + (lag * a.Channels) + c, 1, c, a.Channels);
                    re = L.MultiplyAdd(a.Roots[2 * root], x, re);
                    im = L.MultiplyAdd(a.Roots[(2 * root) + 1], x, im);
                    root += f;
                    root = root >= a.Period ? root - a.Period : root;
                }

                int at = (f * a.Channels) + c;
                Store(a, a.Re + at, c, re * L.Broadcast((isOwnConjugate ? 1f : 2f) / a.Period));
                Store(a, a.Im + at, c, im * L.Broadcast((isOwnConjugate ? 0f : 2f) / a.Period));
            }
        }
    }

    private static L Real<L>(FrequencyArguments a, int frequency, int channel)
        where L : unmanaged, ILane<L> => L.Gather(a.Memory, a.Re + (frequency * a.Channels) + channel, 1, channel, a.Channels);

    private static L Imaginary<L>(FrequencyArguments a, int frequency, int channel)
        where L : unmanaged, ILane<L> => L.Gather(a.Memory, a.Im + (frequency * a.Channels) + channel, 1, channel, a.Channels);

    private static void Store<L>(FrequencyArguments a, int at, int channel, L value)
        where L : unmanaged, ILane<L> => L.Scatter(a.Memory, at, 1, value, channel, a.Channels);
}
