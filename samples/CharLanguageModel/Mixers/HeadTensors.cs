using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Mixers;

/// <summary>Takes tensors apart along their last axis. All of these are views.</summary>
internal static class HeadTensors
{
    /// <summary>Splits the last axis into parts of given sizes.</summary>
    public static Tensor[] SplitLast(this Tensor tensor, params long[] sizes) => tensor.split(sizes, tensor.dim() - 1);

    /// <summary>[B, T, H * size] as [B, T, H, size].</summary>
    public static Tensor Heads(this Tensor tensor, long heads) => tensor.unflatten(tensor.dim() - 1, [heads, tensor.shape[^1] / heads]);

    /// <summary>Scales vectors along the last axis to length one.</summary>
    public static Tensor UnitLength(this Tensor tensor) => tensor * tensor.square().sum(-1, keepdim: true).add_(1e-6).rsqrt();
}
