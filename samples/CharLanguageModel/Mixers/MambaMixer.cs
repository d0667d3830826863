using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>Mamba's mixer: a selective scan per channel, over twice the model's width. The recurrence's heads are the channels.</summary>
internal sealed class MambaMixer : Mixer
{
    private readonly long _inner;
    private readonly long _stateDim;
    private readonly long _stepRank;
    private readonly Linear inputProjection;
    private readonly Linear selection;
    private readonly Linear step;
    private readonly Parameter logRate;
    private readonly Parameter skip;
    private readonly Parameter stepBias;
    private readonly Linear outputProjection;

    /// <summary>A mixer for a model.</summary>
    public MambaMixer(ModelConfig config)
        : base(nameof(MambaMixer), RecurrenceHandle.Of<SelectiveScan>())
    {
        _inner = 2 * config.ModelDim;
        _stateDim = config.StateDim;
        _stepRank = Math.Max(1, config.ModelDim / 16);
        inputProjection = Layers.Linear(config.ModelDim, (int)(2 * _inner));
        selection = Layers.Linear((int)_inner, (int)(_stepRank + (2 * _stateDim)));
        step = Layers.Linear((int)_stepRank, (int)_inner);

        // As in the paper: rates 1 to N, and step sizes from 0.001 to 0.1, here spread evenly in their logarithms.
        logRate = nn.Parameter(arange(1, _stateDim + 1, dtype: float32).log().repeat(_inner, 1));
        stepBias = nn.Parameter(linspace(Math.Log(0.001), Math.Log(0.1), _inner).exp().expm1().log());
        skip = nn.Parameter(ones(_inner));
        outputProjection = Layers.Linear((int)_inner, config.ModelDim, gain: 1 / Math.Sqrt(2.0 * config.Blocks));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var parts = inputProjection.call(input).SplitLast(_inner, _inner);
        var x = nn.functional.silu(parts[0]);
        var selected = selection.call(x).SplitLast(_stepRank, _stateDim, _stateDim);
        var (read, next) = Run(
            state, x, step.call(selected[0]), -logRate.exp(), selected[1], selected[2], skip, parts[1], stepBias);
        return (outputProjection.call(read), next);
    }
}
