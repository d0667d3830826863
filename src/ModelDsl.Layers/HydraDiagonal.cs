namespace ModelDsl.Layers;

/// <summary>What <see cref="Hydra"/> does with the token itself: the diagonal of its matrix, of which each head has one number that depends on all channels.</summary>
[Recurrence]
public partial struct HydraDiagonal
{
    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, V].</param>
    /// <param name="channels">The same for all heads together, [B, T, F].</param>
    /// <param name="weight">Weights of the diagonal, [H, F].</param>
    /// <param name="skip">Its bias, [H].</param>
    /// <returns>The scaled token, [B, T, H, V].</returns>
    public Tensor<Value> Step(
        Tensor<Value> x,
        [Shared(Across.Heads)] Tensor<Feature> channels,
        [Shared(Across.Time)] Tensor<Feature> weight,
        [Shared(Across.Time)] Scalar skip)
    {
        var output = (Dot(weight, channels) + skip) * x;
        return output;
    }
}
