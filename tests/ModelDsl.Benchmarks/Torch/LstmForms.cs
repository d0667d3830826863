using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A layer of LSTM in libtorch, inputs (x, inputWeight, recurrentWeight, inputBias, recurrentBias) of one head.</summary>
internal static class LstmForms
{
    /// <summary>Token by token, and torch.nn.LSTM with the given weights copied into it.</summary>
    public static TorchForm[] For(Tensor[] inputs)
    {
        long features = inputs[0].shape[^1], units = inputs[2].shape[^1];
        return [new("loop", true, Loop), Layer(inputs, features, units)];
    }

    private static TorchForm Layer(Tensor[] inputs, long features, long units)
    {
        LSTM lstm = nn.LSTM(features, units, batchFirst: true);
        Parameter[] parameters = Fill(lstm.named_parameters(), inputs);
        return new("nn.LSTM", false, x => lstm.call(x[0].squeeze(2)).Item1.unsqueeze(2)) { Parameters = parameters };
    }

    /// <summary>Copies weights into the parameters of a layer, and gives these in the order of the recurrence's inputs from the second on.</summary>
    public static Parameter[] Fill(IEnumerable<(string Name, Parameter Parameter)> layer, Tensor[] inputs)
    {
        Dictionary<string, Parameter> named = layer.ToDictionary(p => p.Name, p => p.Parameter);
        Parameter[] parameters = [named["weight_ih_l0"], named["weight_hh_l0"], named["bias_ih_l0"], named["bias_hh_l0"]];
        using (no_grad())
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i].copy_(inputs[i + 1].reshape(parameters[i].shape));
            }
        }

        return parameters;
    }

    private static Tensor Loop(Tensor[] inputs)
    {
        Tensor x = inputs[0].squeeze(2);
        long units = inputs[2].shape[^1];
        Tensor recurrent = inputs[2].reshape(4 * units, units).t();
        Tensor bias = (inputs[3] + inputs[4]).reshape(4 * units);
        Tensor[] projected = (matmul(x, inputs[1].reshape(4 * units, -1).t()) + bias).unbind(1);
        Tensor h = zeros(x.shape[0], units, dtype: x.dtype), c = zeros_like(h);
        var outputs = new Tensor[projected.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            Tensor[] raw = addmm(projected[t], h, recurrent, 1, 1).chunk(4, -1);
            c = (raw[1].sigmoid() * c) + (raw[0].sigmoid() * raw[2].tanh());
            h = raw[3].sigmoid() * c.tanh();
            outputs[t] = h;
        }

        return stack(outputs, 1).unsqueeze(2);
    }
}
