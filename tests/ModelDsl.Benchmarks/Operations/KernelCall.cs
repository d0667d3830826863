using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>
/// A generated kernel with everything that a call takes, over memory of torch tensors (aligned to cache lines), so that what is timed
/// is the kernel alone.
/// </summary>
internal sealed unsafe class KernelCall
{
    private readonly IRecurrenceKernel _kernel;
    private readonly SequenceShape _shape;
    private readonly TensorView[] _inputs;
    private readonly TensorView[] _outputs;
    private readonly TensorView[] _noStates;
    private readonly TensorView[] _outputGradients;
    private readonly TensorView[] _inputGradients;

    /// <summary>A call; its input tensors are dense and in the recurrence's order.</summary>
    public KernelCall(IRecurrenceKernel kernel, SequenceShape shape, Tensor[] inputs, Tensor outputGradient)
    {
        RecurrenceDescription description = kernel.Description;
        _kernel = kernel;
        _shape = shape;
        Output = empty([.. description.OutputShape(0, shape).Select(n => (long)n)]);
        InputGradients = [.. inputs.Select(x => empty(x.shape))];
        _inputs = [.. inputs.Select((x, i) => ViewOfInput(description.Inputs[i], x))];
        _inputGradients = [.. InputGradients.Select((x, i) => ViewOfInput(description.Inputs[i], x))];
        _outputs = [View(Output, hasTime: true, hasHeads: true)];
        _outputGradients = [View(outputGradient, hasTime: true, hasHeads: true)];
        _noStates = new TensorView[description.States.Count];
    }

    /// <summary>The output of the last forward call.</summary>
    public Tensor Output { get; }

    /// <summary>The gradients of the inputs of the last backward call.</summary>
    public Tensor[] InputGradients { get; }

    /// <summary>The mode that Auto stands for.</summary>
    public Mode AutoMode(bool withGradient) => _kernel.Choose(_shape, new CallNeeds(withGradient));

    /// <summary>The sequence from a zero state.</summary>
    public void Forward(RunOptions options) => _kernel.Forward(_shape, _inputs, _noStates, _outputs, _noStates, options);

    /// <summary>The sequence and the gradients of all inputs.</summary>
    public void ForwardBackward(RunOptions options)
    {
        using var tape = new RecurrenceTape();
        _kernel.Forward(_shape, _inputs, _noStates, _outputs, _noStates, options, tape);
        _kernel.Backward(_shape, _inputs, _noStates, _outputGradients, _noStates, _inputGradients, _noStates, options, tape);
    }

    /// <summary>A dense tensor of an input's shape as the view that kernels take.</summary>
    public static TensorView ViewOfInput(InputDescription input, Tensor tensor) =>
        View(tensor, !input.Shared.HasFlag(Across.Time), !input.Shared.HasFlag(Across.Heads));

    /// <summary>A dense state [batch, head, axes...] as the view that kernels take.</summary>
    public static TensorView ViewOfState(Tensor tensor) => View(tensor.unsqueeze(1), hasTime: true, hasHeads: true);

    /// <summary>A dense output [batch, time, head, axes...] as the view that kernels take.</summary>
    public static TensorView ViewOfOutput(Tensor tensor) => View(tensor, hasTime: true, hasHeads: true);

    private static TensorView View(Tensor tensor, bool hasTime, bool hasHeads)
    {
        long[] strides = tensor.stride();
        int axes = (hasTime ? 2 : 0) + (hasHeads ? 1 : 0);
        return new TensorView(
            (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes)),
            hasHeads ? (int)tensor.shape[axes - 1] : 1,
            hasTime ? (nint)strides[0] : 0,
            hasTime ? (nint)strides[1] : 0,
            hasHeads ? (nint)strides[axes - 1] : 0,
            Axis(axes), Axis(axes + 1), Axis(axes + 2));

        nint Axis(int i) => i < strides.Length ? (nint)strides[i] : 0;
    }
}
