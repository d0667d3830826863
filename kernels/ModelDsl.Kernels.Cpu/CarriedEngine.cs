namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// An engine of states that are carried element by element. Its work may be done by generated code that computes the operands where they are used; then the
/// engine only hands the states over.
/// </summary>
internal abstract unsafe class CarriedEngine : Engine
{
    private readonly int[] _histories;
    private readonly int[] _gradients;

    /// <param name="states">The states of the component.</param>
    /// <param name="kernel">The plan whose slots hold them.</param>
    protected CarriedEngine(int[] states, KernelPlan kernel)
    {
        States = states;
        _histories = [.. states.Select(state => Array.FindIndex(kernel.Slots, s => s.Kind == SlotKind.Previous && s.Index == state))];
        _gradients = [.. states.Select(state => Array.FindIndex(kernel.Slots, s => s.Kind == SlotKind.PreviousGradient && s.Index == state))];
    }

    public sealed override int[] States { get; }

    /// <summary>For each state the slot of its values before and after the tokens [C+1, n].</summary>
    protected ReadOnlySpan<int> Histories => _histories;

    /// <summary>For each state the slot of the gradients of its values.</summary>
    protected ReadOnlySpan<int> HistoryGradients => _gradients;

    /// <summary>Puts the incoming states before the first token.</summary>
    public void Enter(Frame frame)
    {
        for (int i = 0; i < States.Length; i++)
        {
            Copy(frame.State(States[i]), frame.Slot(_histories[i]), frame.Row(_histories[i]));
        }
    }

    /// <summary>Takes the outgoing states from behind the last token.</summary>
    public void Leave(Frame frame)
    {
        for (int i = 0; i < States.Length; i++)
        {
            nint row = frame.Row(_histories[i]);
            Copy(frame.Slot(_histories[i]) + (frame.Tokens * row), frame.State(States[i]), row);
        }
    }

    /// <summary>Puts the gradients from later chunks behind the last token.</summary>
    public void EnterAdjoint(Frame frame)
    {
        for (int i = 0; i < States.Length; i++)
        {
            nint row = frame.Row(_gradients[i]);
            Copy(frame.StateGradient(States[i]), frame.Slot(_gradients[i]) + (frame.Tokens * row), row);
        }
    }

    /// <summary>Takes the gradients of the incoming states from before the first token.</summary>
    public void LeaveAdjoint(Frame frame)
    {
        for (int i = 0; i < States.Length; i++)
        {
            Copy(frame.Slot(_gradients[i]), frame.StateGradient(States[i]), frame.Row(_gradients[i]));
        }
    }

    /// <summary>Clears what <see cref="EnterAdjoint"/> has put, where there is no fused code.</summary>
    public void UndoEnterAdjoint(Frame frame)
    {
        foreach (int gradient in _gradients)
        {
            nint row = frame.Row(gradient);
            Frame.Clear(frame.Slot(gradient) + (frame.Tokens * row), row);
        }
    }
}
