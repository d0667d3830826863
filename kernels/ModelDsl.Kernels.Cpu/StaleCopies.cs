namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The states that are copies of others from before the mini-batch. Inside a mini-batch a copy is a state like any other, which its engine leaves as it is; between two
/// mini-batches it is made anew, and in the backward pass what has gathered in its gradient belongs to the state that it was copied from.
/// </summary>
internal sealed unsafe class StaleCopies(CpuRecurrenceKernel kernel)
{
    private readonly (int Copy, int Of)[] _pairs =
        [.. kernel.Description.States.Select((s, i) => (i, s.StaleOf ?? -1)).Where(p => p.Item2 >= 0)];

    /// <summary>Before the first token of a mini-batch.</summary>
    public void Make(Frame frame)
    {
        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[FrameCopy.MaximumAxes];
        foreach ((int copy, int of) in _pairs)
        {
            float* from = frame.State(of), to = frame.State(copy);
            if (LieAlike(copy, of))
            {
                Engine.Copy(from, to, frame.StateLength(copy));
                continue;
            }

            TensorCopy.Read(from, to, axes[..FrameCopy.BetweenStates(axes, frame, kernel.Plan, of, copy)]);
        }
    }

    /// <summary>The adjoint: the copies' gradients are added to those of the states, and start again at zero.</summary>
    public void GiveBack(Frame frame)
    {
        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[FrameCopy.MaximumAxes];
        foreach ((int copy, int of) in _pairs)
        {
            float* from = frame.StateGradient(copy), to = frame.StateGradient(of);
            if (LieAlike(copy, of))
            {
                Engine.Add(from, to, frame.StateLength(copy));
            }
            else
            {
                TensorCopy.Add(to, from, axes[..FrameCopy.BetweenStates(axes, frame, kernel.Plan, of, copy)]);
            }

            Frame.Clear(from, frame.StateLength(copy));
        }
    }

    private bool LieAlike(int copy, int of) => kernel.Plan.StateAxes[copy].AsSpan().SequenceEqual(kernel.Plan.StateAxes[of]);
}
