using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>Gated DeltaNet's mixer: each head forgets at a rate that the input decides, and corrects what it holds under a key.</summary>
internal sealed class GatedDeltaMixer : Mixer
{
    private readonly long _width;
    private readonly long _heads;
    private readonly Linear projection;
    private readonly Parameter logRate;
    private readonly Parameter stepBias;
    private readonly HeadReadout readout;

    /// <summary>A mixer for a model.</summary>
    public GatedDeltaMixer(ModelConfig config)
        : base(nameof(GatedDeltaMixer), RecurrenceHandle.Of<GatedDeltaRule>())
    {
        _width = config.ModelDim;
        _heads = config.Heads;
        projection = Layers.Linear(config.ModelDim, (4 * config.ModelDim) + (2 * config.Heads));

        // At the start head h loses about a part of 2^-(3 + h) per character.
        logRate = nn.Parameter(tensor([.. Enumerable.Range(3, config.Heads).Select(h => -h * MathF.Log(2))]));
        stepBias = nn.Parameter(full(config.Heads, MathF.Log(MathF.E - 1)));
        readout = new(config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = projection.call(input).SplitLast(3 * _width, _width, _heads, _heads);
        var keysAndValues = nn.functional.silu(parts[0]).SplitLast(2 * _width, _width);
        var queriesAndKeys = keysAndValues[0].Heads(2 * _heads).UnitLength().chunk(2, 2);
        var logDecay = -logRate.exp() * nn.functional.softplus(parts[2] + stepBias);
        var (read, next) = Run(
            state, queriesAndKeys[0], queriesAndKeys[1], keysAndValues[1].Heads(_heads), logDecay, sigmoid(parts[3]));
        return (readout.call(read, parts[1]), next);
    }
}
