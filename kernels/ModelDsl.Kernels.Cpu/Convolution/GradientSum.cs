namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Gradients to which several passes add. A pass overwrites what it is given: the first one writes to the caller's tensor, later ones to
/// memory of their own, which is added in the order of the passes.
/// </summary>
/// <param name="targets">The caller's tensors; null ones are skipped.</param>
/// <param name="shapes">Their shapes, [batch, time, head, axes...], 1 where a tensor lacks an axis.</param>
internal sealed unsafe class GradientSum(TensorView[] targets, int[][] shapes) : IDisposable
{
    private readonly bool[] _isWritten = new bool[targets.Length];
    private readonly AlignedBuffer?[] _memory = new AlignedBuffer?[targets.Length];
    private readonly TensorView[] _pending = new TensorView[targets.Length];

    /// <summary>Of the inputs of a call.</summary>
    public static GradientSum OfInputs(RecurrenceDescription description, SequenceShape shape, TensorView[] targets) => new(targets, [.. targets.Select((target, i) =>
    {
        InputDescription input = description.Inputs[i];
        bool hasTime = !input.Shared.HasFlag(Across.Time);
        return (int[])[hasTime ? shape.Batch : 1, hasTime ? shape.Time : 1, Math.Max(target.Heads, 1), .. input.Axes.Select(a => shape.AxisSizes[a])];
    })]);

    public bool IsWanted(int tensor) => !targets[tensor].IsNull;

    /// <summary>Where the next pass writes a gradient.</summary>
    public TensorView Next(int tensor)
    {
        if (targets[tensor].IsNull)
        {
            return default;
        }

        if (!_isWritten[tensor])
        {
            _isWritten[tensor] = true;
            return targets[tensor];
        }

        int[] shape = shapes[tensor];
        var strides = new nint[6];
        nint stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= shape[axis];
        }

        AlignedBuffer memory = _memory[tensor] ??= new AlignedBuffer();
        return _pending[tensor] = new TensorView((nint)memory.Reserve(stride), shape[2], strides[0], strides[1], strides[2], strides[3], strides[4], strides[5]);
    }

    /// <summary>Adds what the last pass wrote.</summary>
    public void Add()
    {
        for (int i = 0; i < targets.Length; i++)
        {
            if (!_pending[i].IsNull)
            {
                Copy(i, targets[i], _pending[i]);
                _pending[i] = default;
            }
        }
    }

    /// <summary>Clears gradients that no pass has written.</summary>
    public void Finish()
    {
        float zero = 0;
        for (int i = 0; i < targets.Length; i++)
        {
            if (!targets[i].IsNull && !_isWritten[i])
            {
                Copy(i, targets[i], new TensorView((nint)(&zero), 1, 0, 0, 0), add: false);
            }
        }
    }

    public void Dispose()
    {
        foreach (AlignedBuffer? memory in _memory)
        {
            memory?.Dispose();
        }
    }

    private void Copy(int tensor, TensorView to, TensorView from, bool add = true)
    {
        int[] shape = shapes[tensor];
        Span<TensorCopy.Axis> axes = stackalloc TensorCopy.Axis[6];
        axes[0] = new(shape[0], to.BatchStride, from.BatchStride);
        axes[1] = new(shape[1], to.TimeStride, from.TimeStride);
        axes[2] = new(shape[2], to.HeadStride, from.HeadStride);
        for (int a = 3; a < shape.Length; a++)
        {
            axes[a] = new(shape[a], to.AxisStride(a - 3), from.AxisStride(a - 3));
        }

        if (add)
        {
            TensorCopy.Add(to.Pointer, from.Pointer, axes[..shape.Length]);
        }
        else
        {
            TensorCopy.Write(to.Pointer, from.Pointer, axes[..shape.Length]);
        }
    }
}
