using TorchSharp;
using static TorchSharp.torch;

namespace CharLanguageModel.Training;

/// <summary>Adam with decoupled weight decay, with its moments in the open so that a checkpoint can hold them.</summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.99;
    private const double Epsilon = 1e-8;
    private readonly double _weightDecay;

    /// <summary>Starts with moments of zero.</summary>
    public AdamW(IEnumerable<(string Name, Tensor Parameter)> parameters, double weightDecay)
    {
        _weightDecay = weightDecay;
        Slots = [.. parameters.Select(p => new Slot(p.Name, p.Parameter, Zeros(p.Parameter), Zeros(p.Parameter)))];
    }

    /// <summary>The parameters with their moments.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Steps taken.</summary>
    public int StepCount { get; set; }

    /// <summary>Scales all gradients so that their joint norm is at most a bound; returns the norm they had.</summary>
    public double ClipGradients(double bound)
    {
        using var scope = NewDisposeScope();
        var squares = stack(Slots.Select(s => s.Parameter.grad!.square().sum()));
        var norm = Math.Sqrt(squares.sum().item<float>());
        if (norm > bound)
        {
            foreach (var slot in Slots)
            {
                slot.Parameter.grad!.mul_(bound / norm);
            }
        }

        return norm;
    }

    /// <summary>Updates every parameter from its gradient, then clears the gradients.</summary>
    public void Step(double learningRate)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        StepCount++;
        var correction1 = 1 - Math.Pow(Beta1, StepCount);
        var correction2 = Math.Sqrt(1 - Math.Pow(Beta2, StepCount));
        foreach (var (_, parameter, first, second) in Slots)
        {
            var gradient = parameter.grad!;
            first.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
            second.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            if (parameter.dim() >= 2)
            {
                parameter.mul_(1 - (learningRate * _weightDecay));
            }

            var denominator = second.sqrt().div_(correction2).add_(Epsilon);
            parameter.addcdiv_(first, denominator, -learningRate / correction1);
            gradient.zero_();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var slot in Slots)
        {
            slot.FirstMoment.Dispose();
            slot.SecondMoment.Dispose();
        }
    }

    private static Tensor Zeros(Tensor parameter) => zeros(parameter.shape).DetachFromDisposeScope();

    /// <summary>A parameter and its moments, all of one shape.</summary>
    internal sealed record Slot(string Name, Tensor Parameter, Tensor FirstMoment, Tensor SecondMoment);
}
