using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>down(silu(gate x) * up x), with gate and up as one matrix product.</summary>
internal sealed class GatedMlp : nn.Module<Tensor, Tensor>
{
    private readonly Linear gateUp;
    private readonly Linear down;

    /// <summary>An MLP from and to a width, over a hidden one.</summary>
    public GatedMlp(int modelDim, int hiddenDim, double outputGain)
        : base(nameof(GatedMlp))
    {
        gateUp = Layers.Linear(modelDim, 2 * hiddenDim);
        down = Layers.Linear(hiddenDim, modelDim, outputGain);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var halves = gateUp.call(input).chunk(2, -1);
        return down.call(nn.functional.silu(halves[0]) * halves[1]);
    }
}
