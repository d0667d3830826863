using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>What linear-attention layers do with what the heads read: a norm per head, a gate, a projection back to the model's width.</summary>
internal sealed class HeadReadout : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly RmsNorm norm;
    private readonly Linear projection;

    /// <summary>A readout for a model.</summary>
    public HeadReadout(ModelConfig config)
        : base(nameof(HeadReadout))
    {
        norm = new(config.HeadDim);
        projection = Layers.Linear(config.ModelDim, config.ModelDim, gain: 1 / Math.Sqrt(2.0 * config.Blocks));
        RegisterComponents();
    }

    /// <summary>Maps what was read [B, T, H, V] and the gate before SiLU [B, T, D] to [B, T, D].</summary>
    public override Tensor forward(Tensor read, Tensor gate) =>
        projection.call(norm.call(read).flatten(2) * nn.functional.silu(gate));
}
