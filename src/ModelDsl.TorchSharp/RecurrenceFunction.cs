using global::TorchSharp;
using Tensor = global::TorchSharp.torch.Tensor;

namespace ModelDsl.TorchSharp;

/// <summary>Runs a compiled recurrence on torch tensors, as one differentiable function.</summary>
public static class RecurrenceFunction
{
    /// <summary>
    /// Runs a sequence. Inputs and initial states are read where they lie, through their strides; nothing is copied.
    /// Gradients reach every input and initial state that asks for one, through outputs and final states. They are not
    /// themselves differentiable: there are no second derivatives.
    /// </summary>
    /// <param name="kernel">The recurrence, e.g. <c>Spec.Kernel</c>.</param>
    /// <param name="inputs">
    /// One float32 CPU tensor per input, [batch, time, head, axes...], less what the input is shared across; head may be any
    /// divisor of the heads (grouped heads).
    /// </param>
    /// <param name="initialStates">One tensor per state, [batch, head, axes...]; null, or a null in the list, stands for zero.</param>
    /// <param name="options">Mode, chunk size, threads, checks.</param>
    /// <param name="offsets">
    /// Where packed sequences begin and end, or null: <see cref="SequenceOffsetsTensors.ToSequenceOffsets"/> makes them of a tensor (cu_seqlens). The batch
    /// is then one, and states have a row per segment.
    /// </param>
    /// <exception cref="ArgumentException">A tensor is missing or of the wrong shape, dtype or device.</exception>
    /// <exception cref="NotSupportedException">The mode is not legal for the recurrence.</exception>
    public static RecurrenceTensors Apply(
        IRecurrenceKernel kernel,
        IReadOnlyList<Tensor> inputs,
        IReadOnlyList<Tensor?>? initialStates = null,
        RunOptions options = default,
        SequenceOffsets? offsets = null)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        ArgumentNullException.ThrowIfNull(inputs);
        var description = kernel.Description;
        var shape = TensorBinding.Bind(description, inputs, initialStates, options, offsets);
        var tensors = new List<Tensor>(inputs);
        var hasInitialState = new bool[description.States.Count];
        for (int i = 0; i < hasInitialState.Length; i++)
        {
            if (initialStates?[i] is not { } state)
                continue;
            hasInitialState[i] = true;
            tensors.Add(state);
        }

        bool withGradient = torch.is_grad_enabled() && tensors.Exists(t => t.requires_grad);
        var mode = ChooseMode(kernel, shape, options.Mode, new CallNeeds(withGradient, InitialStates: hasInitialState.Contains(true), FinalStates: hasInitialState.Length > 0));
        var call = new RecurrenceCall(kernel, shape, options with { Mode = mode }, hasInitialState, withGradient);

        using var scope = torch.NewDisposeScope();
        var results = withGradient ? RecurrenceAutograd.Run(call, tensors) : call.Forward(tensors);
        foreach (var result in results)
            result.MoveToOuterDisposeScope();
        int outputs = description.Outputs.Count;
        return new RecurrenceTensors(results[..outputs], results[outputs..], mode);
    }

    /// <summary>
    /// What went wrong in the last backward pass of a recurrence on this thread, or null. An exception cannot cross libtorch:
    /// <c>backward()</c> then fails with "returned an invalid gradient", and the reason is here.
    /// </summary>
    public static Exception? LastBackwardError => RecurrenceAutograd.LastError;

    private static Mode ChooseMode(IRecurrenceKernel kernel, SequenceShape shape, Mode asked, CallNeeds needs)
    {
        if (asked == Mode.Auto)
            return kernel.Choose(shape, needs);
        var description = kernel.Description;
        if (description.IsLegal(asked))
            return asked;
        string reason = description.Modes.FirstOrDefault(m => m.Mode == asked)?.Reason ?? "it is not one mode";
        throw new NotSupportedException(
            $"{description.Name} cannot run in mode {asked}: {reason}. Its modes are {string.Join(", ", description.LegalModes)}.");
    }
}
