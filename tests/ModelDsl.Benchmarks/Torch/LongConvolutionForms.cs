using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A causal convolution as long as the sequence, by libtorch's real Fourier transform of twice the length.</summary>
internal static class LongConvolutionForms
{
    /// <summary>Convolves every channel with its own kernel.</summary>
    /// <param name="x">Signals, [B, T, H].</param>
    /// <param name="kernel">Kernels, [H, T].</param>
    /// <param name="isTransposed">Whether time is made the innermost axis first, instead of transforming over a strided one.</param>
    /// <returns>[B, T, H].</returns>
    public static Tensor Convolve(Tensor x, Tensor kernel, bool isTransposed)
    {
        long time = x.shape[1], length = 2 * time;
        Tensor frequencies = fft.rfft(kernel, length);
        if (isTransposed)
        {
            Tensor rows = x.transpose(1, 2).contiguous();
            return fft.irfft(fft.rfft(rows, length) * frequencies, length).narrow(-1, 0, time).transpose(1, 2).contiguous();
        }

        return fft.irfft(fft.rfft(x, length, dim: 1) * frequencies.transpose(0, 1), length, dim: 1).narrow(1, 0, time);
    }
}
