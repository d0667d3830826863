using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A layer of gated recurrent units in libtorch, inputs (x, inputWeight, recurrentWeight, inputBias, recurrentBias) of one head.</summary>
internal static class GruForms
{
    /// <summary>Token by token, and torch.nn.GRU with the given weights copied into it.</summary>
    public static TorchForm[] For(Tensor[] inputs)
    {
        long features = inputs[0].shape[^1], units = inputs[2].shape[^1];
        GRU gru = nn.GRU(features, units, batchFirst: true);
        Parameter[] parameters = LstmForms.Fill(gru.named_parameters(), inputs);
        return [new("loop", true, Loop), new("nn.GRU", false, x => gru.call(x[0].squeeze(2)).Item1.unsqueeze(2)) { Parameters = parameters }];
    }

    private static Tensor Loop(Tensor[] inputs)
    {
        Tensor x = inputs[0].squeeze(2);
        long units = inputs[2].shape[^1];
        Tensor recurrent = inputs[2].reshape(3 * units, units).t(), recurrentBias = inputs[4].reshape(3 * units);
        Tensor[] projected = (matmul(x, inputs[1].reshape(3 * units, -1).t()) + inputs[3].reshape(3 * units)).unbind(1);
        Tensor h = zeros(x.shape[0], units, dtype: x.dtype);
        var outputs = new Tensor[projected.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            Tensor[] current = projected[t].chunk(3, -1), previous = addmm(recurrentBias, h, recurrent, 1, 1).chunk(3, -1);
            Tensor reset = (current[0] + previous[0]).sigmoid(), update = (current[1] + previous[1]).sigmoid();
            Tensor candidate = (current[2] + (reset * previous[2])).tanh();
            h = ((1 - update) * candidate) + (update * h);
            outputs[t] = h;
        }

        return stack(outputs, 1).unsqueeze(2);
    }
}
