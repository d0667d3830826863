using CharLanguageModel.Configuration;
using CharLanguageModel.Mixers;
using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>x += mixer(convolution(norm x)); x += mlp(norm x).</summary>
internal sealed class Block : nn.Module
{
    private readonly RmsNorm mixerNorm;
    private readonly ShortConvolution convolution;
    private readonly Mixer mixer;
    private readonly RmsNorm mlpNorm;
    private readonly GatedMlp mlp;

    /// <summary>A block of a model.</summary>
    public Block(ModelConfig config)
        : base(nameof(Block))
    {
        mixerNorm = new(config.ModelDim);
        convolution = new(config.ModelDim, config.ConvolutionWidth);
        mixer = MixerCatalog.Create(config);
        mlpNorm = new(config.ModelDim);

        // Each block adds twice to the residual stream: at the start the sum keeps its size whatever the depth.
        mlp = new(config.ModelDim, config.MlpDim, outputGain: 1 / Math.Sqrt(2.0 * config.Blocks));
        RegisterComponents();
    }

    /// <summary>The mixer.</summary>
    public Mixer Mixer => mixer;

    /// <summary>Maps a sequence [B, T, D], continuing a state (null to begin): the convolution's window, then the mixer's tensors.</summary>
    public (Tensor Output, Tensor[] State) Run(Tensor input, Tensor[]? state)
    {
        var (mixed, window) = convolution.call(mixerNorm.call(input), state?[0]);
        var (update, mixerState) = mixer.Mix(mixed, state?[1..]);
        var middle = input + update;
        return (middle + mlp.call(mlpNorm.call(middle)), [window, .. mixerState]);
    }
}
