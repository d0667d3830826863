using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>
/// A causal convolution per channel over the last few characters. It begins as the identity. It lets a mixer see which
/// characters stand together before it remembers them, for the cost of a few multiplications.
/// </summary>
internal sealed class ShortConvolution : nn.Module<Tensor, Tensor?, (Tensor Output, Tensor Window)>
{
    private readonly Parameter weight;

    /// <summary>A convolution over <paramref name="width"/> characters, the present one included.</summary>
    public ShortConvolution(int channels, int width)
        : base(nameof(ShortConvolution))
    {
        var identity = zeros(width, channels);
        identity[width - 1].fill_(1);
        weight = nn.Parameter(identity);
        RegisterComponents();
    }

    /// <summary>Convolves a sequence [B, T, D] that continues a window [B, width - 1, D] (null: zeros); returns the window to continue with.</summary>
    public override (Tensor Output, Tensor Window) forward(Tensor input, Tensor? window)
    {
        var width = weight.shape[0];
        var time = input.shape[1];
        window ??= zeros(input.shape[0], width - 1, input.shape[2]);
        var padded = cat([window, input], 1);
        var output = input * weight[width - 1];
        for (var tap = 0L; tap < width - 1; tap++)
        {
            output = addcmul(output, padded.narrow(1, tap, time), weight[tap], 1);
        }

        return (output, padded.narrow(1, time, width - 1).detach().clone());
    }
}
