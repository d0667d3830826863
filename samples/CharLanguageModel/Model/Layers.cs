using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CharLanguageModel.Model;

/// <summary>Makes linear layers with the initialisation that suits a residual stream of unit size.</summary>
internal static class Layers
{
    /// <summary>A linear layer without bias; weights are normal with standard deviation <paramref name="gain"/> / sqrt(inputs).</summary>
    public static Linear Linear(int inputs, int outputs, double gain = 1)
    {
        var linear = nn.Linear(inputs, outputs, hasBias: false);
        nn.init.normal_(linear.weight, 0, gain / Math.Sqrt(inputs));
        return linear;
    }
}
