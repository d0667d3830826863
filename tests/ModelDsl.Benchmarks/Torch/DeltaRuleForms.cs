using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>The gated delta rule in libtorch, inputs (q, k, v, g, beta).</summary>
internal static class DeltaRuleForms
{
    /// <summary>Token by token, and in the WY form.</summary>
    public static TorchForm[] All { get; } =
    [
        new("loop", true, Loop),
        new("WY chunk 32", false, x => Chunkwise(x, 32)),
        new("WY chunk 64", false, x => Chunkwise(x, 64)),
    ];

    private static Tensor Loop(Tensor[] inputs)
    {
        Tensor q = inputs[0], k = inputs[1], v = inputs[2];
        Tensor[] queries = (q.squeeze(0) * (1 / Math.Sqrt(q.shape[3]))).unsqueeze(-2).unbind(0);
        Tensor[] keyRows = k.squeeze(0).unsqueeze(-2).unbind(0);
        Tensor[] keys = k.squeeze(0).unsqueeze(-1).unbind(0);
        Tensor[] values = v.squeeze(0).unsqueeze(-2).unbind(0);
        Tensor[] decays = inputs[3].exp().squeeze(0).unsqueeze(-1).unsqueeze(-1).unbind(0);
        Tensor[] strengths = inputs[4].squeeze(0).unsqueeze(-1).unsqueeze(-1).unbind(0);
        bool inPlace = !is_grad_enabled();
        Tensor state = zeros(q.shape[2], q.shape[3], v.shape[3], dtype: q.dtype);
        var outputs = new Tensor[queries.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            state = inPlace ? state.mul_(decays[t]) : state * decays[t];
            Tensor written = (values[t] - bmm(keyRows[t], state)) * strengths[t];
            state = inPlace ? state.addcmul_(keys[t], written, 1) : addcmul(state, keys[t], written, 1);
            outputs[t] = bmm(queries[t], state);
        }

        return stack(outputs, 0).squeeze(-2).unsqueeze(0);
    }

    private static Tensor Chunkwise(Tensor[] inputs, int chunk)
    {
        Tensor q = Chunks.OfRows(inputs[0], chunk) * (1 / Math.Sqrt(inputs[0].shape[3]));
        Tensor k = Chunks.OfRows(inputs[1], chunk);
        Tensor v = Chunks.OfRows(inputs[2], chunk);
        Tensor b = Chunks.OfScalars(inputs[3], chunk).cumsum(-1);
        Tensor beta = Chunks.OfScalars(inputs[4], chunk).unsqueeze(-1);
        Tensor growth = b.exp().unsqueeze(-1);
        Tensor last = b.narrow(-1, chunk - 1, 1);
        Tensor weights = (b.unsqueeze(-1) - b.unsqueeze(-2) + Chunks.CausalMask(chunk, q)).exp();
        Tensor keysTransposed = k.transpose(-1, -2);
        Tensor strong = k * beta;

        // (I + A) [u, w] = [beta v, beta exp(b) k], A strictly lower; the solver takes the diagonal to be one.
        Tensor system = matmul(strong, keysTransposed) * weights;
        Tensor solved = linalg.solve_triangular(system, cat([v * beta, strong * growth], -1), false, true, true, null!);
        Tensor[] u = solved.narrow(-1, 0, v.shape[3]).unbind(1);
        Tensor[] w = solved.narrow(-1, v.shape[3], k.shape[3]).unbind(1);

        Tensor[] keys = (k * (last - b).exp().unsqueeze(-1)).transpose(-1, -2).unbind(1);
        Tensor[] decays = last.exp().unsqueeze(-1).unbind(1);
        var states = new Tensor[u.Length];
        var written = new Tensor[u.Length];
        Tensor state = zeros(k.shape[0], k.shape[3], v.shape[3], dtype: q.dtype);
        for (int n = 0; n < u.Length; n++)
        {
            states[n] = state;
            written[n] = u[n] - bmm(w[n], state);
            state = addcmul(bmm(keys[n], written[n]), state, decays[n], 1);
        }

        Tensor scores = matmul(q, keysTransposed) * weights;
        return Chunks.ToSequence(matmul(scores, stack(written, 1)) + matmul(q * growth, stack(states, 1)));
    }
}
