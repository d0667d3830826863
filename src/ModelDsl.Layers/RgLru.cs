namespace ModelDsl.Layers;

/// <summary>
/// The real-gated linear recurrent unit of Griffin and Hawk, with block-diagonal gates: heads are the blocks.
/// De et al. 2024, "Griffin: Mixing Gated Linear Recurrences with Local Attention" (arXiv:2402.19427).
/// </summary>
[Recurrence]
public partial struct RgLru
{
    [State] Tensor<Channel> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, C].</param>
    /// <param name="position">Position within the document, [B, T]: at 0 the state is dropped and the input enters unscaled.</param>
    /// <param name="rate">Decay parameter before softplus, [H, C].</param>
    /// <param name="inputWeight">Weights of the input gate, [H, in, C].</param>
    /// <param name="inputBias">Bias of the input gate, [H, C].</param>
    /// <param name="decayWeight">Weights of the decay gate, [H, in, C].</param>
    /// <param name="decayBias">Bias of the decay gate, [H, C].</param>
    /// <returns>The updated state, [B, T, H, C].</returns>
    public Tensor<Channel> Step(
        Tensor<Channel> x,
        [Shared(Across.Heads)] Scalar position,
        [Shared(Across.Time)] Tensor<Channel> rate,
        [Shared(Across.Time)] Tensor<Feature, Channel> inputWeight,
        [Shared(Across.Time)] Tensor<Channel> inputBias,
        [Shared(Across.Time)] Tensor<Feature, Channel> decayWeight,
        [Shared(Across.Time)] Tensor<Channel> decayBias)
    {
        var features = x.As<Feature>();
        var inputGate = Sigmoid(Dot(features, inputWeight) + inputBias);
        var decayGate = Sigmoid(Dot(features, decayWeight) + decayBias);

        var logDecay = -8 * decayGate * Softplus(rate);
        var first = EqualTo(position, 0);
        var multiplier = Where(first, 1, SqrtBounded(OneMinusSquare(logDecay)));

        h = Where(first, 0, Exp(logDecay)) * h + multiplier * inputGate * x;
        return h;
    }

    /// <summary>1 - exp(x)^2 = -2 tanh(x) / (1 - tanh(x)): the difference itself would lose most digits of float32 where the decay is close to one.</summary>
    static Tensor<Channel> OneMinusSquare(Tensor<Channel> x)
    {
        var t = Tanh(x);
        return -2 * t / (1 - t);
    }

    /// <summary>The square root, with a gradient of at most 1000: as in the authors' code, a decay of one must not give an infinite gradient.</summary>
    static Tensor<Channel> SqrtBounded(Tensor<Channel> y)
    {
        var slope = 0.5 * Rsqrt(Max(y, 2.5e-7));
        return Detach(Sqrt(y)) + Detach(slope) * (y - Detach(y));
    }
}
