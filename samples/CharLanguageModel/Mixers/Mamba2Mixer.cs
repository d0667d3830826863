using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>Mamba-2's mixer: a matrix state per head that decays as a whole, over twice the model's width.</summary>
internal sealed class Mamba2Mixer : Mixer
{
    private readonly long _inner;
    private readonly long _heads;
    private readonly long _stateDim;
    private readonly Linear projection;
    private readonly Parameter logRate;
    private readonly Parameter skip;
    private readonly Parameter stepBias;
    private readonly RmsNorm norm;
    private readonly Linear outputProjection;

    /// <summary>A mixer for a model.</summary>
    public Mamba2Mixer(ModelConfig config)
        : base(nameof(Mamba2Mixer), RecurrenceHandle.Of<Mamba2>())
    {
        _inner = 2 * config.ModelDim;
        _heads = 2 * config.Heads;
        _stateDim = config.StateDim;
        projection = Layers.Linear(config.ModelDim, (int)((2 * _inner) + (2 * _stateDim) + _heads));

        // As in the paper: rates from 1 to 16, and step sizes from 0.001 to 0.1, here spread evenly.
        logRate = nn.Parameter(linspace(1, 16, _heads).log());
        stepBias = nn.Parameter(linspace(Math.Log(0.001), Math.Log(0.1), _heads).exp().expm1().log());
        skip = nn.Parameter(ones(_heads));
        norm = new((int)_inner);
        outputProjection = Layers.Linear((int)_inner, config.ModelDim, gain: 1 / Math.Sqrt(2.0 * config.Blocks));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = projection.call(input).SplitLast(_inner + (2 * _stateDim), _inner, _heads);
        var selected = nn.functional.silu(parts[0]).SplitLast(_inner, _stateDim, _stateDim);
        var (read, next) = Run(
            state, selected[0].Heads(_heads), parts[2], -logRate.exp(), selected[1], selected[2], skip, parts[1].Heads(_heads), stepBias);
        return (outputProjection.call(norm.call(read.flatten(2))), next);
    }
}
