using CharLanguageModel.Configuration;
using CharLanguageModel.Model;
using ModelDsl;
using ModelDsl.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>An LSTM with a recurrent matrix per head, as in FlashRNN. It is nonlinear in its state: it has one mode, the recurrent one.</summary>
internal sealed class LstmMixer : Mixer
{
    private const int Gates = 4;
    private readonly long _heads;
    private readonly Linear projection;
    private readonly Parameter recurrent;
    private readonly Parameter bias;
    private readonly Linear outputProjection;

    /// <summary>A mixer for a model.</summary>
    public LstmMixer(ModelConfig config)
        : base(nameof(LstmMixer), RecurrenceHandle.Of<Lstm>())
    {
        _heads = config.Heads;
        projection = Layers.Linear(config.ModelDim, Gates * config.ModelDim);
        recurrent = nn.Parameter(randn(config.Heads, config.HeadDim, Gates, config.HeadDim) / Math.Sqrt(config.HeadDim));

        // The forget gate, the second, begins open: half of what is not used is kept for some characters.
        var openForgetGate = zeros(config.Heads, Gates, config.HeadDim);
        openForgetGate.narrow(1, 1, 1).fill_(1);
        bias = nn.Parameter(openForgetGate);
        outputProjection = Layers.Linear(config.ModelDim, config.ModelDim, gain: 1 / Math.Sqrt(2.0 * config.Blocks));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override (Tensor Output, Tensor[] State) Mix(Tensor input, Tensor[]? state)
    {
        var gates = projection.call(input).unflatten(2, [_heads, Gates, input.shape[2] / _heads]);
        var (output, next) = Run(state, gates, recurrent, bias);
        return (outputProjection.call(output.flatten(2)), next);
    }
}
