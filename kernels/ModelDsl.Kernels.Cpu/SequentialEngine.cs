namespace ModelDsl.Kernels.Cpu;

/// <summary>Runs generated code token by token: recurrences of no parallel form.</summary>
internal sealed unsafe class SequentialEngine(SequentialPlan plan, int index, CpuRecurrenceKernel kernel) : Engine
{
    private readonly int[] _histories = [.. plan.States.Select(state => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.Previous && s.Index == state))];
    private readonly int[] _gradients = [.. plan.States.Select(state => Array.FindIndex(kernel.Plan.Slots, s => s.Kind == SlotKind.PreviousGradient && s.Index == state))];

    public override int[] States => plan.States;

    public override void Forward(Frame frame, Mode mode)
    {
        for (int i = 0; i < _histories.Length; i++)
        {
            Copy(frame.State(plan.States[i]), frame.Slot(_histories[i]), frame.Row(_histories[i]));
        }

        kernel.Sweep(index, frame);
        for (int i = 0; i < _histories.Length; i++)
        {
            nint row = frame.Row(_histories[i]);
            Copy(frame.Slot(_histories[i]) + (frame.Tokens * row), frame.State(plan.States[i]), row);
        }
    }

    public override void Backward(Frame frame, Mode mode, float** starts)
    {
        for (int i = 0; i < _gradients.Length; i++)
        {
            nint row = frame.Row(_gradients[i]);
            Add(frame.StateGradient(plan.States[i]), frame.Slot(_gradients[i]) + (frame.Tokens * row), row);
        }

        kernel.AdjointSweep(index, frame);
        for (int i = 0; i < _gradients.Length; i++)
        {
            Copy(frame.Slot(_gradients[i]), frame.StateGradient(plan.States[i]), frame.Row(_gradients[i]));
        }
    }
}
