namespace ModelDsl;

/// <summary>
/// A recurrence compiled for one target. Tensors are passed in the order of <see cref="Description"/>, as strided views
/// (<see cref="TensorView"/>): inputs and outputs [batch, time, head, axes...], states [batch, head, axes...]. Where sequences are packed
/// (<see cref="SequenceShape.Offsets"/>) the batch is one, and states have a row for each segment.
/// </summary>
public interface IRecurrenceKernel
{
    /// <summary>What the kernel computes.</summary>
    RecurrenceDescription Description { get; }

    /// <summary>The mode that <see cref="Mode.Auto"/> stands for. It depends on what is said here alone, not on threads: neither do the bits.</summary>
    /// <param name="shape">Batch, time, heads and axis sizes.</param>
    /// <param name="needs">What the call asks for.</param>
    Mode Choose(SequenceShape shape, CallNeeds needs);

    /// <summary>Runs a sequence.</summary>
    /// <param name="shape">Batch, time, heads and axis sizes.</param>
    /// <param name="inputs">One view per input.</param>
    /// <param name="initialStates">One view per state; a view that is null (<see cref="TensorView.IsNull"/>) stands for zero.</param>
    /// <param name="outputs">One view per output, overwritten.</param>
    /// <param name="finalStates">One view per state, overwritten; may be the same memory as the initial states; null views are skipped.</param>
    /// <param name="options">Mode, chunk size, threads, checks.</param>
    /// <param name="tape">Receives what <see cref="Backward"/> can use to avoid a second forward pass; null if no gradient is wanted.</param>
    void Forward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputs,
        ReadOnlySpan<TensorView> finalStates,
        RunOptions options,
        RecurrenceTape? tape = null);

    /// <summary>
    /// The gradient of a scalar loss with respect to every input and initial state, given its gradients with respect to the
    /// outputs and final states. Gradients are overwritten, not accumulated.
    /// </summary>
    /// <param name="shape">As in the forward call.</param>
    /// <param name="inputs">As in the forward call.</param>
    /// <param name="initialStates">As in the forward call.</param>
    /// <param name="outputGradients">One view per output; null views stand for zero.</param>
    /// <param name="finalStateGradients">One view per state; null views stand for zero.</param>
    /// <param name="inputGradients">One view per input, overwritten; null views are skipped.</param>
    /// <param name="initialStateGradients">One view per state, overwritten; null views are skipped.</param>
    /// <param name="options">As in the forward call.</param>
    /// <param name="tape">The tape of the forward call with the same arguments and options, or null: the states are then recomputed.</param>
    void Backward(
        SequenceShape shape,
        ReadOnlySpan<TensorView> inputs,
        ReadOnlySpan<TensorView> initialStates,
        ReadOnlySpan<TensorView> outputGradients,
        ReadOnlySpan<TensorView> finalStateGradients,
        ReadOnlySpan<TensorView> inputGradients,
        ReadOnlySpan<TensorView> initialStateGradients,
        RunOptions options,
        RecurrenceTape? tape = null);
}

/// <summary>
/// What a forward pass keeps for its backward pass: the states at the chunk boundaries, and for recurrences that run token by token what was computed for each token.
/// It can be large, and lies where the garbage collector does not see it, so a tape is best disposed as soon as no backward pass needs it.
/// </summary>
public class RecurrenceTape : IDisposable
{
    /// <summary>Filled by the kernel's forward pass, and understood by the same kernel only.</summary>
    public object? Kept { get; set; }

    /// <summary>The mode of the forward pass, where its kernel says: what <see cref="Mode.Auto"/> stands for going backward, as another mode could not use what was kept.</summary>
    public Mode Mode { get; set; }

    /// <summary>Keeps something for the backward pass, and lets go of what was kept of an earlier forward pass.</summary>
    internal void Keep(object? kept)
    {
        (Kept as IDisposable)?.Dispose();
        Kept = kept;
    }

    /// <summary>Lets go of what was kept. A backward pass that is given the tape after all computes it again.</summary>
    public void Dispose()
    {
        Keep(null);
        GC.SuppressFinalize(this);
    }
}

/// <summary>How to run a kernel.</summary>
/// <param name="Mode">The mode; <see cref="Mode.Auto"/> lets the kernel choose.</param>
/// <param name="ChunkSize">Tokens per chunk; 0 lets the kernel choose. Results do not depend on the number of threads, whatever it is.</param>
/// <param name="Threads">Worker threads; 0 means all processors.</param>
/// <param name="CheckFinite">Whether inputs are checked for NaN and infinity first.</param>
/// <param name="CheckDomains">Whether inputs are checked for numbers that make no sense for them (<see cref="InputDescription.Domain"/>), such as a reset that is not 0 or 1.</param>
/// <param name="FirstToken">The position of the call's first token in its sequence, for a recurrence that counts tokens or mini-batches (<see cref="TokenIndexAttribute"/>, <see cref="RecurrenceAttribute.MiniBatch"/>): as many tokens as the initial state has seen.</param>
/// <param name="MiniBatch">Tokens per mini-batch, for a recurrence that knows mini-batches; 0 leaves it to <see cref="RecurrenceAttribute.MiniBatch"/>. A chunk ends where a mini-batch does.</param>
/// <param name="SequenceLength">The length that the kernels of a convolution are made for (<see cref="SequenceLengthAttribute"/>): at least that of the sequence, or 0 for as many tokens as each sequence has. Padding a sequence changes nothing only if it is given.</param>
public readonly record struct RunOptions(
    Mode Mode = Mode.Auto, int ChunkSize = 0, int Threads = 0, bool CheckFinite = false, bool CheckDomains = false, long FirstToken = 0, int MiniBatch = 0,
    int SequenceLength = 0)
{
    /// <summary>The options of the backward pass after a forward pass: in its mode if they leave it open.</summary>
    internal RunOptions After(RecurrenceTape? tape) => Mode == Mode.Auto && tape is not null ? this with { Mode = tape.Mode } : this;
}
