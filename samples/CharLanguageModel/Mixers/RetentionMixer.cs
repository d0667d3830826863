using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>RetNet's mixer (without rotation): each head forgets at a rate of its own, which is fixed.</summary>
internal sealed class RetentionMixer : Mixer
{
    private readonly long _width;
    private readonly long _heads;
    private readonly Linear projection;
    private readonly HeadReadout readout;
    private readonly Tensor logDecay;

    /// <summary>A mixer for a model.</summary>
    public RetentionMixer(ModelConfig config)
        : base(nameof(RetentionMixer), RecurrenceHandle.Of<Retention>())
    {
        _width = config.ModelDim;
        _heads = config.Heads;
        projection = Layers.Linear(config.ModelDim, 4 * config.ModelDim);
        readout = new(config);

        // The paper's heads begin at 1 - 2^-5, for words. Characters matter sooner: the first head forgets half in five of them.
        logDecay = tensor([.. Enumerable.Range(3, config.Heads).Select(h => MathF.Log(1 - MathF.Pow(2, -h)))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = projection.call(input).SplitLast(_width, _width, _width, _width);
        var (read, next) = Run(state, parts[0].Heads(_heads), parts[1].Heads(_heads), parts[2].Heads(_heads), logDecay);
        return (readout.call(read, parts[3]), next);
    }
}
