using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>RWKV-6's time mixing: decays per key channel that the input decides, and a bonus for the character that is being read.</summary>
internal sealed class Rwkv6Mixer : Mixer
{
    private const int DecayRank = 16;
    private readonly long _width;
    private readonly long _heads;
    private readonly Linear projection;
    private readonly Linear decay;
    private readonly Parameter decayBase;
    private readonly Parameter bonus;
    private readonly HeadReadout readout;

    /// <summary>A mixer for a model.</summary>
    public Rwkv6Mixer(ModelConfig config)
        : base(nameof(Rwkv6Mixer), RecurrenceHandle.Of<Rwkv6>())
    {
        _width = config.ModelDim;
        _heads = config.Heads;
        projection = Layers.Linear(config.ModelDim, (4 * config.ModelDim) + DecayRank);
        decay = Layers.Linear(DecayRank, config.ModelDim, gain: 0.1);

        // The log-decay is -exp(base): over the channels of a head from -0.37 to -0.0025 per character.
        decayBase = nn.Parameter(linspace(-1, -6, config.HeadDim).repeat(config.Heads));
        bonus = nn.Parameter(full(config.Heads, config.HeadDim, 0.5f));
        readout = new(config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = projection.call(input).SplitLast(_width, _width, _width, _width, DecayRank);
        var logDecay = -(decay.call(parts[4].tanh()) + decayBase).exp();
        var (read, next) = Run(
            state, parts[0].Heads(_heads), parts[1].Heads(_heads), parts[2].Heads(_heads), logDecay.Heads(_heads), bonus);
        return (readout.call(read, parts[3]), next);
    }
}
