using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>Scales the last axis to a root mean square of one, then by a learned factor per channel.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-6;
    private readonly Parameter weight;

    /// <summary>A norm over a last axis of a given size.</summary>
    public RmsNorm(int size)
        : base(nameof(RmsNorm))
    {
        weight = nn.Parameter(ones(size));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) =>
        input * input.square().mean([-1], keepdim: true).add_(Epsilon).rsqrt() * weight;
}
