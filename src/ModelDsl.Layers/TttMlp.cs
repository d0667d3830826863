namespace ModelDsl.Layers;

/// <summary>
/// TTT-MLP: as <see cref="TttLinearOfficial"/>, with two layers and a GELU between them for a memory; the gradient of the first layer comes back through the second
/// as it stood before the mini-batch.
/// Sun et al. 2024, "Learning to (Learn at Test Time): RNNs with Expressive Hidden States" (arXiv:2407.04620).
/// </summary>
[Recurrence(MiniBatch = 16)]
public partial struct TttMlp
{
    /// <summary>Under the root of the layer normalisation.</summary>
    private const double Epsilon = 1e-6;

    [State] Tensor<Key, Hidden> W1;
    [State] Tensor<Hidden> b1;
    [State] Tensor<Hidden, Value> W2;
    [State] Tensor<Value> b2;
    [State] Tensor<Key, Hidden> gradientOfW1;
    [State] Tensor<Hidden> gradientOfB1;
    [State] Tensor<Hidden, Value> gradientOfW2;
    [State] Tensor<Value> gradientOfB2;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, D].</param>
    /// <param name="k">Key, [B, T, H, D].</param>
    /// <param name="v">Value, [B, T, H, D].</param>
    /// <param name="normWeight">Weight of the layer normalisation, [H, D].</param>
    /// <param name="normBias">Its bias, [H, D].</param>
    /// <param name="rate">Learning rate of the token's gradients, [B, T, H].</param>
    /// <param name="slotRate">What scales gradients where they are used, for each position in a mini-batch, [mini-batch].</param>
    /// <param name="slot">The positions themselves: 0, 1, 2, ..., [mini-batch].</param>
    /// <param name="position">The token's position in its mini-batch.</param>
    /// <returns>The query, plus the normalisation of what the layers make of it, [B, T, H, D].</returns>
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
        var z1 = Dot(k, Stale(W1)) + Stale(b1);
        var x = GeluTanh(z1);
        var z2 = Dot(x, Stale(W2)) + Stale(b2);
        var e2 = TestTimeTraining.LossGradient(z2, v - k.As<Value>(), normWeight, normBias, Epsilon);
        var e1 = Dot(Stale(W2), e2) * GeluSlope(z1);

        // Gradients add up over the mini-batch.
        var goesOn = position > 0;
        gradientOfW1 = Where(goesOn, gradientOfW1, 0) + Outer(k, rate * e1);
        gradientOfB1 = Where(goesOn, gradientOfB1, 0) + rate * e1;
        gradientOfW2 = Where(goesOn, gradientOfW2, 0) + Outer(x, rate * e2);
        gradientOfB2 = Where(goesOn, gradientOfB2, 0) + rate * e2;

        var scale = TestTimeTraining.At(position, slot, slotRate);
        W1 = Stale(W1) - scale * gradientOfW1;
        b1 = Stale(b1) - scale * gradientOfB1;
        W2 = Stale(W2) - scale * gradientOfW2;
        b2 = Stale(b2) - scale * gradientOfB2;
        var y = Dot(GeluTanh(Dot(q, W1) + b1), W2) + b2;
        return q.As<Value>() + normWeight * TestTimeTraining.Normalize(y, Epsilon) + normBias;
    }

    /// <summary>The derivative of GeluTanh, with the authors' constants: sqrt(2 / pi), 0.044715, and 3 times their product.</summary>
    private static Tensor<Hidden> GeluSlope(Tensor<Hidden> x)
    {
        var tanh = Tanh(0.79788456 * x * (1 + 0.044715 * Square(x)));
        return 0.5 * x * ((1 - Square(tanh)) * (0.79788456 + 0.1070322243 * Square(x))) + 0.5 * (1 + tanh);
    }
}
