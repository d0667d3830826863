using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A recurrence written in libtorch's operations.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="IsLoop">Whether it goes token by token.</param>
/// <param name="Run">From the recurrence's inputs, in its order and layout, to its output.</param>
internal sealed record TorchForm(string Name, bool IsLoop, Func<Tensor[], Tensor> Run)
{
    /// <summary>Parameters of a module that stand for the inputs from the second on, if the form is a module.</summary>
    public Tensor[] Parameters { get; init; } = [];

    /// <summary>The gradients of the inputs and, with them, the forward pass.</summary>
    public IList<Tensor> Gradients(Tensor[] inputs, Tensor outputGradient)
    {
        Tensor[] leaves = [.. inputs.Take(inputs.Length - Parameters.Length).Select(x => x.detach().requires_grad_()), .. Parameters];
        Tensor output = Run(leaves);
        return autograd.grad([output], leaves, [outputGradient]);
    }
}
