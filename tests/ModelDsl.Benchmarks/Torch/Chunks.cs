using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>What the chunkwise forms share: tensors cut into chunks [H, chunks, C, ...], and the carry between chunks.</summary>
internal static class Chunks
{
    /// <summary>[1, T, H, D] to [H, chunks, C, D], dense.</summary>
    public static Tensor OfRows(Tensor x, int chunk) =>
        x.squeeze(0).transpose(0, 1).reshape(x.shape[2], x.shape[1] / chunk, chunk, x.shape[3]);

    /// <summary>[1, T, H] to [H, chunks, C], dense.</summary>
    public static Tensor OfScalars(Tensor x, int chunk) =>
        x.squeeze(0).transpose(0, 1).reshape(x.shape[2], x.shape[1] / chunk, chunk);

    /// <summary>[H, chunks, C, D] to [1, T, H, D].</summary>
    public static Tensor ToSequence(Tensor x) =>
        x.reshape(x.shape[0], x.shape[1] * x.shape[2], x.shape[3]).transpose(0, 1).unsqueeze(0);

    /// <summary>The state before every chunk, [H, chunks, K, V], given what each chunk adds and the factor by which it decays.</summary>
    public static Tensor Carry(Tensor added, Tensor decay)
    {
        Tensor[] additions = added.unbind(1);
        Tensor[] decays = decay.unbind(1);
        var states = new Tensor[additions.Length];
        states[0] = zeros_like(additions[0]);
        for (int n = 1; n < states.Length; n++)
        {
            states[n] = addcmul(additions[n - 1], states[n - 1], decays[n - 1], 1);
        }

        return stack(states, 1);
    }

    /// <summary>0 on and below the diagonal, minus infinity above.</summary>
    public static Tensor CausalMask(int chunk, Tensor like) =>
        full(chunk, chunk, float.NegativeInfinity, dtype: like.dtype).triu(1);
}
