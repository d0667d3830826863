using System.Runtime.InteropServices;

namespace ModelDsl;

/// <summary>One call of a layer with given kernels, on sequences that are not packed.</summary>
internal sealed unsafe class GivenKernelRun : IDisposable
{
    private readonly RecurrenceDescription _description;
    private readonly GivenKernelPlan _plan;
    private readonly ConvolutionEngine _engine;
    private readonly ConvolutionShape _shape;
    private readonly FrequencyGrid? _frequencies;
    private readonly TensorView[] _inputs;
    private readonly RunOptions _options;
    private readonly float* _given;
    private readonly int _length;

    private GivenKernelRun(
        RecurrenceDescription description, GivenKernelPlan plan, ConvolutionEngine engine, SequenceShape shape, TensorView[] inputs, RunOptions options)
    {
        _engine = engine;
        _description = description;
        _plan = plan;
        _shape = ShapeOf(plan, shape);
        _frequencies = plan.Transfers is null ? null : FrequencyGrid.Of(SequenceLengths.Period(SequenceLengths.Of(description, options, shape.Time)));
        _inputs = inputs;
        _options = new RunOptions(Threads: options.Threads);
        _length = options.SequenceLength == 0 ? shape.Time : options.SequenceLength;
        _given = Given();
    }

    /// <summary>Runs a call in its direction.</summary>
    public static void Run(RecurrenceDescription description, GivenKernelPlan plan, ConvolutionEngine engine, ConvolutionCall call, RecurrenceTape? tape)
    {
        using var run = new GivenKernelRun(description, plan, engine, call.Shape, call.Inputs, call.Options);
        if (call.IsBackward)
        {
            run.Backward(call, tape);
        }
        else
        {
            run.Forward(call, tape);
        }
    }

    private void Forward(ConvolutionCall call, RecurrenceTape? tape)
    {
        ConvolutionMemory? memory = Convolve();
        try
        {
            Read(memory, call.Outputs);
            if (tape is not null)
            {
                tape.Keep(_engine.Keep(memory));
                memory = null;
            }
        }
        finally
        {
            memory?.Dispose();
        }
    }

    private void Backward(ConvolutionCall call, RecurrenceTape? tape)
    {
        ConvolutionMemory? kept = _engine.Recall(tape?.Kept, _shape), computed = kept is null ? Convolve() : null;
        try
        {
            Backward(kept ?? computed!, call.OutputGradients, call.InputGradients);
        }
        finally
        {
            computed?.Dispose();
        }
    }

    /// <summary>The layout of signals and of what is read: each term is read by itself.</summary>
    public static ConvolutionShape ShapeOf(GivenKernelPlan plan, SequenceShape shape) => new(
        plan.Signals.Kernel.Description.Outputs,
        [.. plan.Terms.Select((term, t) => new TensorDescription($"read{t}", term.Axes))],
        [.. plan.Terms.Select((term, t) => new ResponseTerm(term.Signal, t))],
        shape);

    private SequenceShape Shape => _shape.Shape;

    private int DelaySize => _plan.DelayAxis < 0 ? 1 : Shape.AxisSizes[_plan.DelayAxis];

    public void Dispose() => NativeMemory.Free(_given);

    /// <summary>Signals, kernels and convolved signals.</summary>
    private ConvolutionMemory Convolve()
    {
        var memory = new ConvolutionMemory(_engine, _shape);
        _plan.Signals.Kernel.Forward(Shape, Inputs(_plan.Signals), [], _shape.SignalViews(memory), [], _options);
        if (_plan.Kernels is { } kernels)
        {
            kernels.Kernel.Forward(Shape with { Batch = 1 }, [.. Inputs(kernels), LengthView], [], Kernels(memory), [], _options);
        }

        if (_plan.Transfers is { } transfers)
        {
            using ConvolutionBuffers values = RentTransfers();
            TensorView[] views = Transfers(values);
            transfers.Kernel.Forward(TransferShape, [.. Inputs(transfers), .. DelayViews], [], views, [], _options);
            foreach ((int term, int i) in TermsByFrequency.Select((term, i) => (term, i)))
            {
                _engine.ToLags(_frequencies!.Period, views[2 * i].Data, views[(2 * i) + 1].Data, memory.Kernels[term], Shape.Time, _shape.ReadChannels[term]);
            }
        }

        _shape.Convolve(_engine, memory);
        return memory;
    }

    /// <summary>Outputs from convolved signals.</summary>
    private void Read(ConvolutionMemory memory, TensorView[] outputs) =>
        _plan.Readout.Kernel.Forward(Shape, [.. Inputs(_plan.Readout), .. _shape.ReadViews(memory)], [], outputs, [], _options);

    /// <summary>The gradients of the inputs.</summary>
    private void Backward(ConvolutionMemory memory, TensorView[] outputGradients, TensorView[] inputGradients)
    {
        using var gradients = new ConvolutionMemory(_engine, _shape);
        using var sum = GradientSum.OfInputs(_description, Shape, inputGradients);
        Backward(_plan.Readout, Shape, sum, _shape.ReadViews(memory), outputGradients, _shape.ReadViews(gradients));
        _shape.Differentiate(_engine, memory, gradients);

        if (_plan.Kernels is { } kernels && kernels.Inputs.Any(sum.IsWanted))
        {
            Backward(kernels, Shape with { Batch = 1 }, sum, [LengthView], Kernels(gradients), [default]);
        }

        if (_plan.Transfers is { } transfers && transfers.Inputs.Any(sum.IsWanted))
        {
            using ConvolutionBuffers values = RentTransfers();
            TensorView[] views = Transfers(values);
            foreach ((int term, int i) in TermsByFrequency.Select((term, i) => (term, i)))
            {
                _engine.ToFrequencies(_frequencies!.Period, gradients.Kernels[term], Shape.Time, views[2 * i].Data, views[(2 * i) + 1].Data, _shape.ReadChannels[term]);
            }

            Backward(transfers, TransferShape, sum, DelayViews, views, new TensorView[3]);
        }

        Backward(_plan.Signals, Shape, sum, [], _shape.SignalViews(gradients), []);
        sum.Finish();
    }

    private void Backward(
        ConvolutionPart part, SequenceShape shape, GradientSum sum, TensorView[] given, TensorView[] outputGradients, TensorView[] givenGradients)
    {
        part.Kernel.Backward(shape, [.. Inputs(part), .. given], [], outputGradients, [], [.. part.Inputs.Select(sum.Next), .. givenGradients], [], _options);
        sum.Add();
    }

    private SequenceShape TransferShape => Shape with { Batch = 1, Time = _frequencies!.Count };

    private IEnumerable<int> TermsByFrequency => Enumerable.Range(0, _plan.Terms.Length).Where(t => _plan.Terms[t].ByFrequency);

    private TensorView[] Inputs(ConvolutionPart part) => [.. part.Inputs.Select(i => _inputs[i])];

    /// <summary>The kernels that are given for each lag.</summary>
    private TensorView[] Kernels(ConvolutionMemory memory) =>
        [.. Enumerable.Range(0, _plan.Terms.Length).Where(t => !_plan.Terms[t].ByFrequency).Select(t => _shape.ReadView(t, memory.Kernels[t]))];

    private ConvolutionBuffers RentTransfers() =>
        _engine.Rent([.. TermsByFrequency.SelectMany(t => Enumerable.Repeat((nint)_frequencies!.Count * _shape.ReadChannels[t], 2))]);

    /// <summary>Real and imaginary parts of the transfer functions, [frequency, channel] each.</summary>
    private TensorView[] Transfers(ConvolutionBuffers memory) =>
        [.. TermsByFrequency.SelectMany((term, i) => new[] { _shape.ReadView(term, memory[2 * i]), _shape.ReadView(term, memory[(2 * i) + 1]) })];

    private TensorView LengthView => new((nint)_given, 1, 0, 0, 0);

    /// <summary>The length, and the parts of the delays, [frequency, delay].</summary>
    private TensorView[] DelayViews =>
    [
        LengthView,
        new((nint)(_given + ConvolutionShape.Slack), 1, 0, DelaySize, 0, 1),
        new((nint)(_given + ConvolutionShape.Slack + ((nint)_frequencies!.Count * DelaySize)), 1, 0, DelaySize, 0, 1),
    ];

    private float* Given()
    {
        int frequencies = _frequencies?.Count ?? 0, delays = frequencies * DelaySize;

        // What reads whole vectors stays inside.
        float* given = (float*)NativeMemory.AllocZeroed((nuint)((2 * (long)delays) + (3 * ConvolutionShape.Slack)), sizeof(float)), at = given + ConvolutionShape.Slack;
        given[0] = _length;
        for (int f = 0; f < frequencies; f++)
        {
            for (int n = 0; n < DelaySize; n++)
            {
                (at[(f * DelaySize) + n], at[delays + (f * DelaySize) + n]) = _frequencies!.Delay(f, n + 1);
            }
        }

        return given;
    }
}
