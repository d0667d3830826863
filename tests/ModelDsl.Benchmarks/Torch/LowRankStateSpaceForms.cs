using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A diagonal plus low-rank state space (S4) in libtorch, inputs (x, logStep, aReal, aImag, p, r, b, c as pairs of numbers, skip).</summary>
internal static class LowRankStateSpaceForms
{
    /// <summary>Token by token, with one matrix product for each channel: the transition is made dense first.</summary>
    public static TorchForm[] All { get; } = [new("loop", true, Loop)];

    private static Tensor Loop(Tensor[] inputs)
    {
        Tensor step = inputs[1].exp().unsqueeze(-1);
        Tensor lambda = complex(inputs[2].exp().neg(), inputs[3].neg()) * (step / 2);
        Tensor p = complex(inputs[4], inputs[5]), r = complex(inputs[6], inputs[7]), b = complex(inputs[8], inputs[9]), c = complex(inputs[10], inputs[11]);
        Tensor diagonal = 1 / (1 - lambda);

        // The change of each unit state, and of zero under a unit input, as columns of real numbers: [H, 2 N + 1, 2 N].
        long n = lambda.shape[1];
        ScalarType type = step.dtype;
        Tensor one = eye(n, dtype: type), zero = zeros([n, n], type);
        Tensor units = cat([complex(one, zero), complex(zero, one), complex(zeros([1, n], type), zeros([1, n], type))]).unsqueeze(0);
        Tensor forced = cat([zeros([2 * n, 1], type), ones([1, 1], type)]).unsqueeze(0);
        Tensor wide = step.unsqueeze(-1);
        Tensor Row(Tensor vector) => vector.unsqueeze(1);
        Tensor Product(Tensor vector, Tensor states) => (vector.unsqueeze(1).conj() * states).real.sum(-1, keepdim: true);
        Tensor w = (2 * Row(lambda) * units) - (Row(p) * 2 * wide * Product(p, units)) - (Row(r) * 2 * wide * Product(r, units)) + (Row(b) * wide * forced);
        Tensor solved = Row(diagonal) * w, dp = diagonal * p, dr = diagonal * r;
        Tensor pp = 1 + (wide * Product(p, Row(dp))), pr = wide * Product(p, Row(dr)), rp = wide * Product(r, Row(dp)), rr = 1 + (wide * Product(r, Row(dr)));
        Tensor pw = Product(p, solved), rw = Product(r, solved), scale = wide / ((pp * rr) - (pr * rp));
        Tensor change = solved - (Row(dp) * ((rr * pw) - (pr * rw)) * scale) - (Row(dr) * ((pp * rw) - (rp * pw)) * scale);
        Tensor next = units + change;
        Tensor matrix = cat([next.real, next.imag], -1);
        Tensor transition = matrix.narrow(1, 0, 2 * n), input = matrix.narrow(1, 2 * n, 1), readout = 2 * cat([c.real, c.imag.neg()], -1);

        Tensor[] tokens = inputs[0].unsqueeze(-1).unsqueeze(-1).unbind(1);
        Tensor state = zeros([inputs[0].shape[0], inputs[0].shape[2], 1, 2 * n], type);
        var outputs = new Tensor[tokens.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            using DisposeScope scope = NewDisposeScope();
            state = (matmul(state, transition) + (tokens[t] * input)).MoveToOuterDisposeScope();
            outputs[t] = (state.squeeze(2) * readout).sum(-1).MoveToOuterDisposeScope();
        }

        return stack(outputs, 1) + (inputs[12] * inputs[0]);
    }
}
