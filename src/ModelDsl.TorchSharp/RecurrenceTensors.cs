using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>What a recurrence computed over a sequence, as torch tensors that take part in autograd.</summary>
/// <param name="Outputs">One tensor per output, [batch, time, head, axes...].</param>
/// <param name="FinalStates">One tensor per state, [batch, head, axes...]: the initial states of what follows.</param>
/// <param name="Mode">The mode that ran: the one asked for, or what <see cref="Mode.Auto"/> chose.</param>
public sealed record RecurrenceTensors(IReadOnlyList<Tensor> Outputs, IReadOnlyList<Tensor> FinalStates, Mode Mode)
{
    /// <summary>The first output, [batch, time, head, axes...]: all there is for most recurrences.</summary>
    public Tensor Output => Outputs[0];
}
