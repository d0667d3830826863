namespace ModelDsl.TorchSharp.Tests;

public struct Lag : IAxis;

/// <summary>Averages that are the same at all tokens: a convolution.</summary>
[Recurrence]
public partial struct SteadyFilter
{
    [State] private Tensor<Lag> h;

    public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Lag> a, [Shared(Across.Time)] Tensor<Lag> c)
    {
        h = Sigmoid(a) * h + x;
        return Dot(c, h);
    }
}
