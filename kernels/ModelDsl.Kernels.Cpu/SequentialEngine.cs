namespace ModelDsl.Kernels.Cpu;

/// <summary>Runs generated code token by token: recurrences of no parallel form.</summary>
internal unsafe class SequentialEngine(SequentialPlan plan, int index, CpuRecurrenceKernel kernel) : Engine
{
    private readonly int[] _histories = [.. plan.States.Select(state => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.Previous && s.Index == state))];
    private readonly int[] _gradients = [.. plan.States.Select(state => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.PreviousGradient && s.Index == state))];

    public override int[] States => plan.States;

    /// <summary>For each state the slot of its values before each token.</summary>
    protected int[] Histories => _histories;

    public override void Forward(Frame frame, Mode mode)
    {
        for (int i = 0; i < _histories.Length; i++)
        {
            Copy(frame.State(plan.States[i]), frame.Slot(_histories[i]), frame.StatesLength(plan.States[i]));
        }

        Sweep(frame);
        for (int i = 0; i < _histories.Length; i++)
        {
            float* last = frame.Slot(_histories[i]) + (frame.Tokens * frame.Row(_histories[i]));
            Copy(last, frame.State(plan.States[i]), frame.StatesLength(plan.States[i]));
        }
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        for (int i = 0; i < _gradients.Length; i++)
        {
            float* last = frame.Slot(_gradients[i]) + (frame.Tokens * frame.Row(_gradients[i]));
            Add(frame.StateGradient(plan.States[i]), last, frame.StatesLength(plan.States[i]));
        }

        kernel.AdjointSweep(index, frame);
        for (int i = 0; i < _gradients.Length; i++)
        {
            Copy(frame.Slot(_gradients[i]), frame.StateGradient(plan.States[i]), frame.StatesLength(plan.States[i]));
        }
    }

    /// <summary>The update, through all tokens of the frame, from the first row of the histories.</summary>
    protected void Sweep(Frame frame) => kernel.Sweep(index, frame);

    /// <summary>The same for directions.</summary>
    protected void TransitionSweep(Frame frame) => kernel.TransitionSweep(index, frame);
}
