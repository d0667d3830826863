namespace ModelDsl.Kernels.Gpu;

/// <summary>The caller's tensors of one call, in the order of the table.</summary>
internal ref struct CallViews
{
    public ReadOnlySpan<TensorView> Inputs;
    public ReadOnlySpan<TensorView> InitialStates;
    public ReadOnlySpan<TensorView> Outputs;
    public ReadOnlySpan<TensorView> FinalStates;
    public ReadOnlySpan<TensorView> OutputGradients;
    public ReadOnlySpan<TensorView> FinalStateGradients;
    public ReadOnlySpan<TensorView> InputGradients;
    public ReadOnlySpan<TensorView> InitialStateGradients;
}

/// <summary>One call: its plan, and where its tensors lie on the device: what is sent, then what is fetched, then what stays there.</summary>
internal sealed unsafe class GpuCall
{
    private readonly List<CallTensor> _table = [];
    private readonly List<CallTensor> _sent = [];
    private readonly List<CallTensor> _fetched = [];
    private readonly List<GradientParts> _gradients = [];
    private long _length;
    private long _stagedUp;
    private long _stagedDown;
    private long _firstDown;

    public GpuCall(GpuRecurrenceKernel kernel, SequenceShape shape, GpuLaunchPlan plan, CallViews views, int firstToken, MiniBatches miniBatches)
    {
        Kernel = kernel;
        Shape = shape;
        Plan = plan;
        FirstToken = firstToken;
        MiniBatches = miniBatches;
        RecurrenceDescription description = kernel.Description;
        for (int i = 0; i < description.Inputs.Count; i++)
        {
            Send(CallTensor.Mirror(views.Inputs[i], Sizes(description.Inputs[i]), Math.Max(views.Inputs[i].Heads, 1), repeats: true, kernel.HeadsAsLanes));
        }

        for (int i = 0; i < description.States.Count; i++)
        {
            Send(State(views.InitialStates, i));
        }

        for (int i = 0; i < description.Outputs.Count; i++)
        {
            Fetch(Output(views.Outputs, i, repeats: false));
        }

        for (int i = 0; i < description.States.Count; i++)
        {
            Fetch(State(views.FinalStates, i));
        }

        for (int i = 0; i < description.Outputs.Count; i++)
        {
            Send(Output(views.OutputGradients, i, repeats: true));
        }

        for (int i = 0; i < description.States.Count; i++)
        {
            Send(State(views.FinalStateGradients, i));
        }

        for (int i = 0; i < description.Inputs.Count; i++)
        {
            Gradient(views.InputGradients, i);
        }

        for (int i = 0; i < description.States.Count; i++)
        {
            Fetch(State(views.InitialStateGradients, i));
        }

        Lay();
    }

    public GpuRecurrenceKernel Kernel { get; }

    public SequenceShape Shape { get; }

    public GpuLaunchPlan Plan { get; }

    /// <summary>The position of the first token in its sequence.</summary>
    public int FirstToken { get; }

    /// <summary>Where mini-batches begin.</summary>
    public MiniBatches MiniBatches { get; }

    /// <summary>Sequences times units.</summary>
    public int Lines => Shape.Batch * Plan.Units;

    /// <summary>Floats on the device so far.</summary>
    public long Length => _length;

    /// <summary>The table that kernels look tensors up in.</summary>
    public int[] Table => [.. _table.SelectMany(tensor => new[]
    {
        tensor.Device.Start, tensor.Device.BatchStride, tensor.Device.TimeStride, tensor.Device.HeadStride, tensor.Device.Heads,
    })];

    /// <summary>Room for floats that stay on the device.</summary>
    public long Keep(long length)
    {
        long start = _length;
        _length += Pad(length);
        return start;
    }

    /// <summary>Sends what kernels read.</summary>
    public void Send(DeviceMemory memory, GpuWork work)
    {
        float* staging = memory.Staging(_stagedUp + _stagedDown);
        foreach (CallTensor tensor in _sent)
        {
            if (tensor.IsDirect)
            {
                memory.Send(work, tensor.Host, tensor.Device.Start, tensor.Length);
            }
            else
            {
                tensor.Pack(staging + tensor.Device.Start);
            }
        }

        memory.Send(work, staging, 0, _stagedUp);
    }

    /// <summary>Fetches what kernels have written.</summary>
    public void Fetch(DeviceMemory memory, GpuWork work)
    {
        // Everything that is staged first: if that fails, nothing of the caller's has been written yet.
        float* staging = memory.Staging(_stagedUp + _stagedDown) + _stagedUp;
        memory.Fetch(work, staging, _firstDown, _stagedDown);
        memory.Finish(GpuOperation.Download, work);
        foreach (CallTensor tensor in _fetched.Where(tensor => tensor.IsDirect))
        {
            memory.Fetch(work, tensor.Host, tensor.Device.Start, tensor.Length);
        }

        memory.Finish(GpuOperation.Download, work);
        foreach (CallTensor tensor in _fetched.Where(tensor => !tensor.IsDirect))
        {
            tensor.Unpack(staging + (tensor.Device.Start - _firstDown));
        }

        foreach (GradientParts gradient in _gradients)
        {
            gradient.Add(gradient.Tensor.IsPresent ? staging + (gradient.Tensor.Device.Start - _firstDown) : null);
        }
    }

    private static long Pad(long length) => (length + (KernelShape.Padding - 1)) / KernelShape.Padding * KernelShape.Padding;

    private int[] AxisSizes(IReadOnlyList<int> axes) => [.. axes.Select(axis => Shape.AxisSizes[axis])];

    private TensorSizes Sizes(InputDescription input)
    {
        bool hasTime = !input.Shared.HasFlag(Across.Time);
        return new(hasTime ? Shape.Batch : 1, hasTime ? Shape.Time : 1, AxisSizes(input.Axes));
    }

    private CallTensor State(ReadOnlySpan<TensorView> views, int index) => views.IsEmpty
        ? CallTensor.Absent
        : CallTensor.Mirror(
            views[index], new TensorSizes(Shape.Batch, 1, AxisSizes(Kernel.Description.States[index].Axes)), Shape.Heads, repeats: false, Kernel.HeadsAsLanes);

    private CallTensor Output(ReadOnlySpan<TensorView> views, int index, bool repeats) => views.IsEmpty
        ? CallTensor.Absent
        : CallTensor.Mirror(
            views[index], new TensorSizes(Shape.Batch, Shape.Time, AxisSizes(Kernel.Description.Outputs[index].Axes)), Shape.Heads, repeats, Kernel.HeadsAsLanes);

    private void Send(CallTensor tensor)
    {
        _table.Add(tensor);
        if (tensor.IsPresent)
        {
            _sent.Add(tensor);
        }
    }

    private void Fetch(CallTensor tensor)
    {
        _table.Add(tensor);
        if (tensor.IsPresent)
        {
            _fetched.Add(tensor);
        }
    }

    private void Gradient(ReadOnlySpan<TensorView> views, int index)
    {
        TensorView view = views.IsEmpty ? default : views[index];
        GpuGradient? written = Kernel.Plan.InputGradients[index];
        InputDescription input = Kernel.Description.Inputs[index];
        if (!view.IsNull && written is { HasTime: true, HasHead: true } && view.Heads == Shape.Heads)
        {
            // Every head has elements of its own: they are copied where they belong.
            Fetch(CallTensor.Mirror(view, Sizes(input), Shape.Heads, repeats: false, Kernel.HeadsAsLanes));
            return;
        }

        CallTensor parts = CallTensor.Absent;
        if (!view.IsNull)
        {
            int tasks = written is { HasTime: true } ? 0 : Plan.Mode == Mode.ParallelScan ? Plan.Chunks : 1;
            if (written is { } gradient)
            {
                int rows = gradient.HasHead ? Shape.Heads : Plan.Units;
                parts = CallTensor.Parts(new TensorSizes(Shape.Batch, tasks == 0 ? Shape.Time : tasks, AxisSizes(input.Axes)), rows);
            }

            _gradients.Add(new GradientParts(view, parts, Sizes(input), tasks));
        }

        _table.Add(parts);
    }

    /// <summary>Gives every tensor its place: those that are staged lie beside each other, so that they travel in one piece.</summary>
    private void Lay()
    {
        Place(_sent.Where(tensor => !tensor.IsDirect));
        _stagedUp = _length;
        Place(_sent.Where(tensor => tensor.IsDirect));
        _firstDown = _length;
        Place(_fetched.Where(tensor => !tensor.IsDirect));
        Place(_gradients.Select(gradient => gradient.Tensor).Where(tensor => tensor.IsPresent));
        _stagedDown = _length - _firstDown;
        Place(_fetched.Where(tensor => tensor.IsDirect));
    }

    private void Place(IEnumerable<CallTensor> tensors)
    {
        foreach (CallTensor tensor in tensors)
        {
            tensor.PlaceAt(Keep(tensor.Length));
        }
    }
}
