using TorchSharp;
using static TorchSharp.torch;

namespace ModelDsl.Benchmarks.Torch;

/// <summary>A diagonal complex state space (S4D) in libtorch, inputs (x, logStep, logRate, frequency, bRe, bIm, cRe, cIm, skip).</summary>
internal static class DiagonalStateSpaceForms
{
    /// <summary>Token by token, and as the authors train it: the kernel from a table of powers, a real Fourier transform of twice the length.</summary>
    public static TorchForm[] All { get; } =
    [
        new("loop", true, Loop),
        new("rfft over time", false, x => Convolution(x, isTransposed: false)),
        new("rfft, transposed", false, x => Convolution(x, isTransposed: true)),
    ];

    private static Tensor Loop(Tensor[] inputs)
    {
        (Tensor logTransition, Tensor weight) = Discretise(inputs);
        Tensor transition = logTransition.exp();
        bool inPlace = !is_grad_enabled();
        Tensor[] tokens = inputs[0].unsqueeze(-1).unbind(1);
        Tensor state = zeros([inputs[0].shape[0], .. transition.shape], transition.dtype);
        Tensor one = ones_like(transition);
        var outputs = new Tensor[tokens.Length];
        for (int t = 0; t < outputs.Length; t++)
        {
            using DisposeScope scope = NewDisposeScope();
            state = (inPlace ? state.mul_(transition).add_(tokens[t]) : (state * transition) + tokens[t]).MoveToOuterDisposeScope();
            outputs[t] = (state * weight).sum(-1).real.clone().MoveToOuterDisposeScope();
        }

        return (2 * stack(outputs, 1)) + (inputs[8] * inputs[0]);
    }

    private static Tensor Convolution(Tensor[] inputs, bool isTransposed)
    {
        Tensor x = inputs[0];
        long time = x.shape[1];
        (Tensor logTransition, Tensor weight) = Discretise(inputs);
        Tensor powers = (logTransition.unsqueeze(-1) * arange(time, dtype: x.dtype)).exp();
        Tensor kernel = 2 * einsum("hn,hnl->hl", weight, powers).real;
        return LongConvolutionForms.Convolve(x, kernel, isTransposed) + (inputs[8] * x);
    }

    /// <summary>The logarithm of the transition, and input map times readout: complex, [H, N].</summary>
    private static (Tensor LogTransition, Tensor Weight) Discretise(Tensor[] inputs)
    {
        Tensor a = complex(-inputs[2].exp(), -inputs[3]);
        Tensor log = inputs[1].exp().unsqueeze(-1) * a;
        return (log, complex(inputs[6], inputs[7]) * complex(inputs[4], inputs[5]) * ((log.exp() - 1) / a));
    }
}
