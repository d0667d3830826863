namespace ModelDsl.Kernels.Cpu;

/// <summary>One call of a layer with given kernels, on sequences that are not packed.</summary>
internal sealed unsafe class GivenKernelRun : IDisposable
{
    private readonly RecurrenceDescription _description;
    private readonly GivenKernelPlan _plan;
    private readonly ConvolutionShape _shape;
    private readonly FrequencyTransform? _frequencies;
    private readonly TensorView[] _inputs;
    private readonly RunOptions _options;
    private readonly AlignedBuffer _given = new();
    private readonly int _length;

    public GivenKernelRun(
        RecurrenceDescription description, GivenKernelPlan plan, SequenceShape shape, TensorView[] inputs, RunOptions options, FrequencyTransform? frequencies)
    {
        _description = description;
        _plan = plan;
        _shape = new ConvolutionShape(
            plan.Signals.Kernel.Description.Outputs,
            [.. plan.Terms.Select((term, t) => new TensorDescription($"read{t}", term.Axes))],
            [.. plan.Terms.Select((term, t) => new ResponseTerm(term.Signal, t))],
            shape);
        _frequencies = frequencies;
        _inputs = inputs;
        _options = new RunOptions(Threads: options.Threads);
        _length = options.SequenceLength == 0 ? shape.Time : options.SequenceLength;
        WriteGiven();
    }

    private SequenceShape Shape => _shape.Shape;

    private int DelaySize => _plan.DelayAxis < 0 ? 1 : Shape.AxisSizes[_plan.DelayAxis];

    public void Dispose() => _given.Dispose();

    /// <summary>Signals, kernels and convolved signals.</summary>
    public ConvolutionMemory Convolve()
    {
        var memory = new ConvolutionMemory(_shape);
        _plan.Signals.Kernel.Forward(Shape, Inputs(_plan.Signals), [], Signals(memory), [], _options);
        if (_plan.Kernels is { } kernels)
        {
            kernels.Kernel.Forward(Shape with { Batch = 1 }, [.. Inputs(kernels), LengthView], [], Kernels(memory), [], _options);
        }

        if (_plan.Transfers is { } transfers)
        {
            using var values = new AlignedBuffer();
            TensorView[] views = Transfers(values);
            transfers.Kernel.Forward(TransferShape, [.. Inputs(transfers), .. DelayViews], [], views, [], _options);
            foreach ((int term, int i) in TermsByFrequency.Select((term, i) => (term, i)))
            {
                _frequencies!.ToLags(
                    views[2 * i].Pointer, views[(2 * i) + 1].Pointer, memory.Kernels[term].Pointer, Shape.Time, _shape.ReadChannels[term], _options.Threads);
            }
        }

        foreach (ConvolutionGroup group in _shape.Groups)
        {
            group.Forward(memory, _options.Threads);
        }

        return memory;
    }

    /// <summary>Outputs from convolved signals.</summary>
    public void Read(ConvolutionMemory memory, TensorView[] outputs) =>
        _plan.Readout.Kernel.Forward(Shape, [.. Inputs(_plan.Readout), .. Reads(memory)], [], outputs, [], _options);

    /// <summary>The gradients of the inputs.</summary>
    public void Backward(ConvolutionMemory memory, TensorView[] outputGradients, TensorView[] inputGradients)
    {
        using var gradients = new ConvolutionMemory(_shape);
        using var sum = GradientSum.OfInputs(_description, Shape, inputGradients);
        Backward(_plan.Readout, Shape, sum, Reads(memory), outputGradients, Reads(gradients));
        _shape.Backward(memory, gradients, _options.Threads);

        if (_plan.Kernels is { } kernels && kernels.Inputs.Any(sum.IsWanted))
        {
            Backward(kernels, Shape with { Batch = 1 }, sum, [LengthView], Kernels(gradients), [default]);
        }

        if (_plan.Transfers is { } transfers && transfers.Inputs.Any(sum.IsWanted))
        {
            using var values = new AlignedBuffer();
            TensorView[] views = Transfers(values);
            foreach ((int term, int i) in TermsByFrequency.Select((term, i) => (term, i)))
            {
                _frequencies!.ToFrequencies(
                    gradients.Kernels[term].Pointer, Shape.Time, views[2 * i].Pointer, views[(2 * i) + 1].Pointer, _shape.ReadChannels[term], _options.Threads);
            }

            Backward(transfers, TransferShape, sum, DelayViews, views, new TensorView[3]);
        }

        Backward(_plan.Signals, Shape, sum, [], Signals(gradients), []);
        sum.Finish();
    }

    private void Backward(
        ConvolutionPart part, SequenceShape shape, GradientSum sum, TensorView[] given, TensorView[] outputGradients, TensorView[] givenGradients)
    {
        part.Kernel.Backward(shape, [.. Inputs(part), .. given], [], outputGradients, [], [.. part.Inputs.Select(sum.Next), .. givenGradients], [], _options);
        sum.Add();
    }

    private SequenceShape TransferShape => Shape with { Batch = 1, Time = _frequencies!.Frequencies };

    private IEnumerable<int> TermsByFrequency => Enumerable.Range(0, _plan.Terms.Length).Where(t => _plan.Terms[t].ByFrequency);

    private TensorView[] Inputs(ConvolutionPart part) => [.. part.Inputs.Select(i => _inputs[i])];

    private TensorView[] Signals(ConvolutionMemory memory) => [.. memory.Signals.Select((buffer, i) => _shape.SignalView(i, (nint)buffer.Pointer))];

    private TensorView[] Reads(ConvolutionMemory memory) => [.. memory.Reads.Select((buffer, i) => _shape.ReadView(i, (nint)buffer.Pointer))];

    /// <summary>The kernels that are given for each lag.</summary>
    private TensorView[] Kernels(ConvolutionMemory memory) =>
        [.. Enumerable.Range(0, _plan.Terms.Length).Where(t => !_plan.Terms[t].ByFrequency).Select(t => _shape.ReadView(t, (nint)memory.Kernels[t].Pointer))];

    /// <summary>Real and imaginary parts of the transfer functions, [frequency, channel] each.</summary>
    private TensorView[] Transfers(AlignedBuffer memory)
    {
        nint Length(int term) => Simd.Pad(checked(_frequencies!.Frequencies * _shape.ReadChannels[term])) + Simd.Lanes;
        nint all = (nint)TermsByFrequency.Sum(t => 2 * (long)Length(t)), offset = 0;
        new Span<float>(memory.Reserve(all), checked((int)all)).Clear();
        List<TensorView> views = [];
        foreach (int term in TermsByFrequency)
        {
            for (int part = 0; part < 2; part++, offset += Length(term))
            {
                views.Add(_shape.ReadView(term, (nint)(memory.Pointer + offset)));
            }
        }

        return [.. views];
    }

    private TensorView LengthView => new((nint)_given.Pointer, 1, 0, 0, 0);

    /// <summary>The length, and the parts of the delays, [frequency, delay].</summary>
    private TensorView[] DelayViews =>
    [
        LengthView,
        new((nint)(_given.Pointer + Simd.Lanes), 1, 0, DelaySize, 0, 1),
        new((nint)(_given.Pointer + Simd.Lanes + ((nint)_frequencies!.Frequencies * DelaySize)), 1, 0, DelaySize, 0, 1),
    ];

    private void WriteGiven()
    {
        int frequencies = _frequencies?.Frequencies ?? 0, delays = frequencies * DelaySize;

        // What reads whole vectors stays inside.
        float* at = _given.Reserve((2 * delays) + (3 * Simd.Lanes));
        new Span<float>(at, (2 * delays) + (3 * Simd.Lanes)).Clear();
        at[0] = _length;
        at += Simd.Lanes;
        for (int f = 0; f < frequencies; f++)
        {
            for (int n = 0; n < DelaySize; n++)
            {
                (at[(f * DelaySize) + n], at[delays + (f * DelaySize) + n]) = _frequencies!.Delay(f, n + 1);
            }
        }
    }
}
