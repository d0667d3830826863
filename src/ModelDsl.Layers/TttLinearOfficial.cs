namespace ModelDsl.Layers;

/// <summary>
/// TTT-Linear as its authors have it: as <see cref="TttLinear"/>, but a gradient is scaled when it is taken (by its token) and again when it is used (by the position in the
/// mini-batch), and the query is added to what the layer makes of it.
/// Sun et al. 2024, "Learning to (Learn at Test Time): RNNs with Expressive Hidden States" (arXiv:2407.04620).
/// </summary>
[Recurrence(MiniBatch = 16)]
public partial struct TttLinearOfficial
{
    /// <summary>Under the root of the layer normalisation.</summary>
    private const double Epsilon = 1e-6;

    [State] Tensor<Key, Value> W;
    [State] Tensor<Value> b;
    [State] Tensor<Key, Value> weightGradient;
    [State] Tensor<Value> biasGradient;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, D].</param>
    /// <param name="k">Key, [B, T, H, D].</param>
    /// <param name="v">Value, [B, T, H, D].</param>
    /// <param name="normWeight">Weight of the layer normalisation, [H, D].</param>
    /// <param name="normBias">Its bias, [H, D].</param>
    /// <param name="rate">Learning rate of the token's gradient, [B, T, H].</param>
    /// <param name="slotRate">What scales gradients where they are used, for each position in a mini-batch, [mini-batch].</param>
    /// <param name="slot">The positions themselves: 0, 1, 2, ..., [mini-batch].</param>
    /// <param name="position">The token's position in its mini-batch.</param>
    /// <returns>The query, plus the normalisation of what the layer makes of it, [B, T, H, D].</returns>
    public Tensor<Value> Step(
        Tensor<Key> q,
        Tensor<Key> k,
        Tensor<Value> v,
        [Shared(Across.Time)] Tensor<Value> normWeight,
        [Shared(Across.Time)] Tensor<Value> normBias,
        Scalar rate,
        [Shared(Across.Time | Across.Heads)] Tensor<Slot> slotRate,
        [Shared(Across.Time | Across.Heads)] Tensor<Slot> slot,
        [MiniBatchIndex] Scalar position)
    {
        var z = Dot(k, Stale(W)) + Stale(b);
        var e = TestTimeTraining.LossGradient(z, v - k.As<Value>(), normWeight, normBias, Epsilon);

        // Gradients add up over the mini-batch.
        weightGradient = Where(position > 0, weightGradient, 0) + Outer(k, rate * e);
        biasGradient = Where(position > 0, biasGradient, 0) + rate * e;

        var scale = TestTimeTraining.At(position, slot, slotRate);
        W = Stale(W) - scale * weightGradient;
        b = Stale(b) - scale * biasGradient;
        var y = Dot(q, W) + b;
        return q.As<Value>() + normWeight * TestTimeTraining.Normalize(y, Epsilon) + normBias;
    }
}
