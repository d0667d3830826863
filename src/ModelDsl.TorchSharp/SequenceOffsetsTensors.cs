using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>Offsets of packed sequences as torch tensors, as other libraries pass them (cu_seqlens).</summary>
public static class SequenceOffsetsTensors
{
    /// <summary>Reads the offsets of packed sequences off a tensor.</summary>
    /// <param name="offsets">[segments + 1], int32 or int64: 0, then where each segment ends.</param>
    /// <exception cref="ArgumentException">The tensor is not one of integers with one axis, or its numbers are not offsets.</exception>
    public static SequenceOffsets ToSequenceOffsets(this Tensor offsets)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        if (offsets.dim() != 1 || offsets.dtype is not (torch.ScalarType.Int32 or torch.ScalarType.Int64))
            throw new ArgumentException($"The offsets are {offsets.dtype} [{string.Join(", ", offsets.shape)}]; expected int32 or int64 [segments + 1].", nameof(offsets));
        using var scope = torch.NewDisposeScope();
        long[] numbers = offsets.to(torch.ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
        if (Array.Find(numbers, n => n > int.MaxValue) is not 0 and var large)
            throw new ArgumentException($"An offset is {large}; expected at most {int.MaxValue}.", nameof(offsets));
        return new SequenceOffsets([.. numbers.Select(n => (int)Math.Max(n, int.MinValue))]);
    }
}
