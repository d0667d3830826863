using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>Gated linear attention in libtorch, inputs (q, k, v, g): with a scalar decay, and with one for each key channel.</summary>
internal static class LinearAttentionForms
{
    /// <summary>Forms for a decay per head, g [1, T, H].</summary>
    public static TorchForm[] Simple { get; } =
    [
        new("loop", true, x => Loop(x, x[3].exp().unsqueeze(-1).unsqueeze(-1))),
        new("chunk 32", false, x => SimpleChunkwise(x, 32)),
        new("chunk 64", false, x => SimpleChunkwise(x, 64)),
    ];

    /// <summary>Forms for a decay per head and key channel, g [1, T, H, K].</summary>
    public static TorchForm[] Diagonal { get; } =
    [
        new("loop", true, x => Loop(x, x[3].exp().unsqueeze(-1))),
        new("chunk 32", false, x => DiagonalChunkwise(x, 32)),
        new("chunk 64", false, x => DiagonalChunkwise(x, 64)),
    ];

    private static Tensor Loop(Tensor[] inputs, Tensor decay)
    {
        Tensor q = inputs[0], k = inputs[1], v = inputs[2];
        Tensor[] queries = (q.squeeze(0) * (1 / Math.Sqrt(q.shape[3]))).unsqueeze(-2).unbind(0);
        Tensor[] keys = k.squeeze(0).unsqueeze(-1).unbind(0);
        Tensor[] values = v.squeeze(0).unsqueeze(-2).unbind(0);
        Tensor[] decays = decay.squeeze(0).unbind(0);
        bool inPlace = !is_grad_enabled();
        Tensor state = zeros(q.shape[2], q.shape[3], v.shape[3], dtype: q.dtype);
        var outputs = new Tensor[queries.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            if (inPlace)
            {
                state.mul_(decays[t]).addcmul_(keys[t], values[t], 1);
            }
            else
            {
                state = addcmul(state * decays[t], keys[t], values[t], 1);
            }

            outputs[t] = bmm(queries[t], state);
        }

        return stack(outputs, 0).squeeze(-2).unsqueeze(0);
    }

    private static Tensor SimpleChunkwise(Tensor[] inputs, int chunk)
    {
        Tensor q = Chunks.OfRows(inputs[0], chunk) * (1 / Math.Sqrt(inputs[0].shape[3]));
        Tensor k = Chunks.OfRows(inputs[1], chunk);
        Tensor v = Chunks.OfRows(inputs[2], chunk);
        Tensor b = Chunks.OfScalars(inputs[3], chunk).cumsum(-1);
        Tensor last = b.narrow(-1, chunk - 1, 1);
        Tensor weights = (b.unsqueeze(-1) - b.unsqueeze(-2) + Chunks.CausalMask(chunk, q)).exp();
        Tensor scores = matmul(q, k.transpose(-1, -2)) * weights;
        Tensor added = matmul((k * (last - b).exp().unsqueeze(-1)).transpose(-1, -2), v);
        Tensor states = Chunks.Carry(added, last.exp().unsqueeze(-1));
        return Chunks.ToSequence(matmul(scores, v) + matmul(q * b.exp().unsqueeze(-1), states));
    }

    // The decays are split into factors of rows and columns: fastest, and safe for the mild decays that are timed here.
    private static Tensor DiagonalChunkwise(Tensor[] inputs, int chunk)
    {
        Tensor q = Chunks.OfRows(inputs[0], chunk) * (1 / Math.Sqrt(inputs[0].shape[3]));
        Tensor k = Chunks.OfRows(inputs[1], chunk);
        Tensor v = Chunks.OfRows(inputs[2], chunk);
        Tensor b = Chunks.OfRows(inputs[3], chunk).cumsum(-2);
        Tensor decay = b.narrow(-2, chunk - 1, 1).exp();
        Tensor queries = q * b.exp();
        Tensor keys = k * b.neg().exp();
        Tensor scores = matmul(queries, keys.transpose(-1, -2)).tril();
        Tensor added = matmul((keys * decay).transpose(-1, -2), v);
        Tensor states = Chunks.Carry(added, decay.transpose(-1, -2));
        return Chunks.ToSequence(matmul(scores, v) + matmul(queries, states));
    }
}
