using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>States as torch tensors and as values that can be saved, selected from and carried to another engine.</summary>
public static class RecurrentStateTensors
{
    /// <summary>Copies a state to float32 CPU tensors, [batch, head, axes...] each: initial states for <see cref="RecurrenceFunction.Apply"/>.</summary>
    public static IReadOnlyList<Tensor> ToTensors(this RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return [.. state.Tensors.Select(t => torch.tensor(t.Data, [.. t.Shape.Select(s => (long)s)]))];
    }

    /// <summary>Copies tensors to a state; they may be strided and part of a graph.</summary>
    /// <param name="tensors">One tensor per state, float32 on the CPU, [batch, head, axes...], e.g. <see cref="RecurrenceTensors.FinalStates"/>.</param>
    /// <param name="description">The recurrence.</param>
    /// <exception cref="ArgumentException">A tensor is missing or of the wrong shape, dtype or device.</exception>
    public static RecurrentState ToRecurrentState(this IReadOnlyList<Tensor> tensors, RecurrenceDescription description)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(description);
        return new RecurrentState(description, [.. tensors.Select(ToSequenceTensor)]);
    }

    private static SequenceTensor ToSequenceTensor(Tensor tensor)
    {
        if (tensor.dtype != torch.float32 || tensor.device_type != DeviceType.CPU)
            throw new ArgumentException($"A state is {tensor.dtype} [{string.Join(", ", tensor.shape)}] on device {tensor.device}; expected float32 on the CPU.", "tensors");
        using var _ = torch.no_grad();
        using var dense = tensor.contiguous();
        return new SequenceTensor(dense.data<float>().ToArray(), [.. tensor.shape.Select(s => (int)s)]);
    }
}
