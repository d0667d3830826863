namespace ModelDsl.Layers;

/// <summary>What the recurrences share that learn by gradient descent on a normalised prediction.</summary>
internal static class TestTimeTraining
{
    /// <summary>The layer normalisation of x, without weight and bias: zero mean, and (but for epsilon) unit variance.</summary>
    public static Tensor<A> Normalize<A>(Tensor<A> x, double epsilon)
        where A : IAxis
    {
        var centered = x - Mean(x);
        return centered * Rsqrt(Mean(Square(centered)) + epsilon);
    }

    /// <summary>What a table holds for a position; 0 beyond its end.</summary>
    public static Scalar At(Scalar position, Tensor<Slot> positions, Tensor<Slot> table) => Sum(Where(EqualTo(positions, position), table, 0));

    /// <summary>The gradient with respect to z of |Normalize(z) * weight + bias - target|^2 / 2.</summary>
    public static Tensor<A> LossGradient<A>(Tensor<A> z, Tensor<A> target, Tensor<A> weight, Tensor<A> bias, double epsilon)
        where A : IAxis
    {
        var centered = z - Mean(z);
        var scale = Rsqrt(Mean(Square(centered)) + epsilon);
        var normal = centered * scale;
        var gradient = (weight * normal + bias - target) * weight;
        return (gradient - Mean(gradient) - normal * Mean(gradient * normal)) * scale;
    }
}
