using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>One token through 24 layers, each with a state of its own that moves on in place: by generated kernels, and by torch.</summary>
internal sealed unsafe class DecodeStep
{
    public const int Layers = 24;

    private readonly IRecurrenceKernel _kernel;
    private readonly SequenceShape _shape;
    private readonly Action<Tensor[], Tensor, Tensor> _torchStep;
    private readonly Tensor[] _inputs;
    private readonly Tensor _output;
    private readonly Tensor _torchOutput;
    private readonly TensorView[] _inputViews;
    private readonly TensorView[] _outputViews;
    private readonly TensorView[][] _states;
    private readonly Tensor[] _layers;
    private readonly Tensor[] _torchLayers;
    private readonly RunOptions _options = new(Mode.Auto, Threads: 1);

    /// <summary>A step of a recurrence with one state.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kernel">The generated kernel.</param>
    /// <param name="shape">The sizes, with one token.</param>
    /// <param name="torchStep">The same in torch: from inputs and state, moving the state on in place, to the output.</param>
    public DecodeStep(string name, IRecurrenceKernel kernel, SequenceShape shape, Action<Tensor[], Tensor, Tensor> torchStep)
    {
        Name = name;
        _kernel = kernel;
        _shape = shape;
        _torchStep = torchStep;
        RecurrenceDescription description = kernel.Description;
        _inputs = RandomInputs.For(description, shape);
        _inputViews = [.. _inputs.Select((x, i) => KernelCall.ViewOfInput(description.Inputs[i], x))];
        _output = zeros([.. description.OutputShape(0, shape).Select(n => (long)n)]);
        _torchOutput = zeros_like(_output);
        _outputViews = [KernelCall.ViewOfOutput(_output)];

        // One block, so that the limit is measured over the very same memory.
        long[] state = [.. description.StateShape(0, shape).Select(n => (long)n)];
        States = zeros([Layers, .. state]);
        _layers = States.unbind(0);
        _states = [.. _layers.Select(s => new[] { KernelCall.ViewOfState(s) })];
        TorchStates = zeros([Layers, .. state]);
        _torchLayers = TorchStates.unbind(0);
    }

    public string Name { get; }

    /// <summary>The states of all layers of the generated kernel.</summary>
    public Tensor States { get; }

    /// <summary>The states of all layers of torch.</summary>
    public Tensor TorchStates { get; }

    public void Run()
    {
        foreach (TensorView[] state in _states)
        {
            _kernel.Forward(_shape, _inputViews, state, _outputViews, state, _options);
        }
    }

    public void RunTorch()
    {
        using (NewDisposeScope())
        using (inference_mode(true))
        {
            foreach (Tensor state in _torchLayers)
            {
                _torchStep(_inputs, state, _torchOutput);
            }
        }
    }

    /// <summary>Multiplies all states in place.</summary>
    public void Scale() =>
        Quick.Probes.Scale((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(States.bytes)), States.numel());

    /// <summary>The largest difference of outputs and states after three tokens from zero, relative to the largest value.</summary>
    public double Error()
    {
        using DisposeScope scope = NewDisposeScope();
        States.zero_();
        TorchStates.zero_();
        for (int t = 0; t < 3; t++)
        {
            Run();
            RunTorch();
        }

        return Math.Max(Difference(_output, _torchOutput), Difference(States, TorchStates));
    }

    private static double Difference(Tensor a, Tensor b) => ((a - b).abs().max() / b.abs().max()).item<float>();
}
