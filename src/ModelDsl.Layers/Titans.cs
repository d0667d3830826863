namespace ModelDsl.Layers;

/// <summary>
/// Titans with a linear memory, as flash-linear-attention has it: gradient descent with momentum and forgetting on how well the normalised memory predicts v - k from k,
/// with gradients taken at the memory from before the mini-batch.
/// Behrouz et al. 2025, "Titans: Learning to Memorize at Test Time" (arXiv:2501.00663).
/// </summary>
[Recurrence(MiniBatch = 16)]
public partial struct Titans
{
    /// <summary>Under the root of the layer normalisation.</summary>
    private const double Epsilon = 1e-6;

    [State] Tensor<Key, Value> M;
    [State] Tensor<Key, Value> momentum;

    /// <summary>One token.</summary>
    /// <param name="q">Query, [B, T, H, D]; not scaled.</param>
    /// <param name="k">Key, [B, T, H, D].</param>
    /// <param name="v">Value, [B, T, H, D].</param>
    /// <param name="normWeight">Weight of the layer normalisation, [H, D].</param>
    /// <param name="normBias">Its bias, [H, D].</param>
    /// <param name="theta">Learning rate, [B, T, H], 0 to 1.</param>
    /// <param name="alpha">What is forgotten, [B, T, H], 0 to 1.</param>
    /// <param name="eta">What stays of the momentum, [B, T, H], 0 to 1.</param>
    /// <returns>What the updated memory holds under the query, plus its normalisation, [B, T, H, D].</returns>
    public Tensor<Value> Step(
        Tensor<Key> q,
        Tensor<Key> k,
        Tensor<Value> v,
        [Shared(Across.Time)] Tensor<Value> normWeight,
        [Shared(Across.Time)] Tensor<Value> normBias,
        Scalar theta,
        Scalar alpha,
        Scalar eta)
    {
        var z = Dot(k, Stale(M));
        momentum = eta * momentum - 2 * theta * Outer(k, LossGradient(z, v - k.As<Value>(), normWeight, normBias));
        M = (1 - alpha) * M + momentum;
        var y = Dot(q, M);
        return y + normWeight * TestTimeTraining.Normalize(y, Epsilon) + normBias;
    }

    /// <summary>The gradient as the reference computes it: its first term is not divided by the deviation and the size, as that of <see cref="TestTimeTraining"/> is.</summary>
    private static Tensor<Value> LossGradient(Tensor<Value> z, Tensor<Value> target, Tensor<Value> weight, Tensor<Value> bias)
    {
        var centered = z - Mean(z);
        var scale = Rsqrt(Mean(Square(centered)) + Epsilon);
        var normal = centered * scale;
        var gradient = (weight * normal + bias - target) * weight;
        return Size(z) * gradient - (Mean(gradient) + normal * Mean(gradient * normal)) * scale;
    }
}
