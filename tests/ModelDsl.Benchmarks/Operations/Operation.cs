using ModelDsl.Benchmarks.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Operations;

/// <summary>What is compared: a generated kernel at one shape, and the same in libtorch.</summary>
internal sealed class Operation
{
    private readonly Func<Tensor[], TorchForm[]> _forms;

    /// <summary>An operation on reproducible random inputs.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="kernel">The generated kernel.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="forms">The same in libtorch; the first form is the loop, and the reference.</param>
    /// <param name="work">Units of work of a forward pass.</param>
    /// <param name="unit">The unit of work, e.g. "GF/s" per second and 1e9.</param>
    public Operation(string name, IRecurrenceKernel kernel, SequenceShape shape, Func<Tensor[], TorchForm[]> forms, double work, string unit)
    {
        _forms = forms;
        Name = name;
        Kernel = kernel;
        Shape = shape;
        Work = work;
        Unit = unit;
        Inputs = RandomInputs.For(kernel.Description, shape);
        Forms = _forms(Inputs);
        OutputGradient = RandomInputs.Normal([.. kernel.Description.OutputShape(0, shape).Select(n => (long)n)]);
        Call = new KernelCall(kernel, shape, Inputs, OutputGradient);
    }

    public string Name { get; }

    public IRecurrenceKernel Kernel { get; }

    public SequenceShape Shape { get; }

    public double Work { get; }

    public string Unit { get; }

    public Tensor[] Inputs { get; }

    public TorchForm[] Forms { get; }

    public Tensor OutputGradient { get; }

    public KernelCall Call { get; }

    /// <summary>The modes that are timed.</summary>
    public IEnumerable<Mode> Modes => Kernel.Description.LegalModes.Where(m => m is Mode.Recurrent or Mode.Chunkwise or Mode.Convolution);

    public void RunTorch(TorchForm form)
    {
        using (NewDisposeScope())
        using (inference_mode(true))
        {
            form.Run(Inputs);
        }
    }

    public void RunTorchWithGradient(TorchForm form)
    {
        using (NewDisposeScope())
        {
            form.Gradients(Inputs, OutputGradient);
        }
    }
}
