namespace ModelDsl.Layers;

/// <summary>
/// TTT-Linear as flash-linear-attention has it: the memory is a linear layer, and what a token does to it is a step of gradient descent on how well the normalised
/// layer predicts v - k from k. All tokens of a mini-batch take their gradients at the layer from before the mini-batch.
/// Sun et al. 2024, "Learning to (Learn at Test Time): RNNs with Expressive Hidden States" (arXiv:2407.04620).
/// </summary>
[Recurrence(MiniBatch = 16)]
public partial struct TttLinear
{
    /// <summary>Under the root of the layer normalisation.</summary>
    private const double Epsilon = 1e-6;

    [State] Tensor<Key, Value> W;
    [State] Tensor<Value> b;
    [State] Tensor<Key, Value> weightGradient;
    [State] Tensor<Value> biasGradient;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, D]; scaled by D^-0.5.</param>
    /// <param name="k">Key, [B, T, H, D].</param>
    /// <param name="v">Value, [B, T, H, D].</param>
    /// <param name="normWeight">Weight of the layer normalisation, [H, D].</param>
    /// <param name="normBias">Its bias, [H, D].</param>
    /// <param name="eta">Learning rate, [B, T, H]: that of a token scales all gradients of the mini-batch up to it.</param>
    /// <param name="position">The token's position in its mini-batch.</param>
    /// <returns>What the layer makes of the query, plus its normalisation, [B, T, H, D].</returns>
    public Tensor<Value> Step(
        Tensor<Key> q,
        Tensor<Key> k,
        Tensor<Value> v,
        [Shared(Across.Time)] Tensor<Value> normWeight,
        [Shared(Across.Time)] Tensor<Value> normBias,
        Scalar eta,
        [MiniBatchIndex] Scalar position)
    {
        var z = Dot(k, Stale(W)) + Stale(b);
        var e = TestTimeTraining.LossGradient(z, v - k.As<Value>(), normWeight, normBias, Epsilon);

        // Gradients add up over the mini-batch.
        weightGradient = Where(position > 0, weightGradient, 0) + Outer(k, e);
        biasGradient = Where(position > 0, biasGradient, 0) + e;

        W = Stale(W) - eta * weightGradient;
        b = Stale(b) - eta * biasGradient;
        var y = Rsqrt(Size(q)) * Dot(q, W) + b;
        return y + normWeight * TestTimeTraining.Normalize(y, Epsilon) + normBias;
    }
}
