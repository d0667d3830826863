using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>Gated linear attention's mixer: each key channel forgets at a rate that the input decides.</summary>
internal sealed class GlaMixer : Mixer
{
    private const int GateRank = 16;

    // Keeps the decays near one at the start: a gate of one half per character would remember nothing.
    private const double GateTemperature = 16;
    private readonly long _width;
    private readonly long _heads;
    private readonly Linear projection;
    private readonly Linear decay;
    private readonly Parameter decayBias;
    private readonly HeadReadout readout;

    /// <summary>A mixer for a model.</summary>
    public GlaMixer(ModelConfig config)
        : base(nameof(GlaMixer), RecurrenceHandle.Of<GatedLinearAttention>())
    {
        _width = config.ModelDim;
        _heads = config.Heads;
        projection = Layers.Linear(config.ModelDim, (4 * config.ModelDim) + GateRank);
        decay = Layers.Linear(GateRank, config.ModelDim);
        decayBias = nn.Parameter(zeros(config.ModelDim));
        readout = new(config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = projection.call(input).SplitLast(_width, _width, _width, _width, GateRank);
        var logDecay = nn.functional.logsigmoid(decay.call(parts[4]) + decayBias) / GateTemperature;
        var (read, next) = Run(state, parts[0].Heads(_heads), parts[1].Heads(_heads), parts[2].Heads(_heads), logDecay.Heads(_heads));
        return (readout.call(read, parts[3]), next);
    }
}
