namespace ModelDsl.Layers;

/// <summary>
/// An orthogonal recurrent network with modReLU, which keeps signs and shrinks lengths.
/// Lezcano-Casado and Martinez-Rubio 2019, "Cheap Orthogonal Constraints in Neural Networks" (arXiv:1901.08428).
/// </summary>
[Recurrence]
public partial struct OrthogonalRnn
{
    [State] Tensor<Unit> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H, I].</param>
    /// <param name="q">Orthogonal matrix, [H, D (previous), D].</param>
    /// <param name="inputWeight">Input projection, [H, D, I].</param>
    /// <param name="bias">What modReLU adds to lengths, [H, D].</param>
    /// <returns>The state h, [B, T, H, D].</returns>
    public Tensor<Unit> Step(
        Tensor<Feature> x,
        [Shared(Across.Time)] Tensor<PreviousUnit, Unit> q,
        [Shared(Across.Time)] Tensor<Unit, Feature> inputWeight,
        [Shared(Across.Time)] Tensor<Unit> bias)
    {
        Tensor<Unit> mixed = Dot(inputWeight, x) + Dot(h.As<PreviousUnit>(), q);
        h = Sign(mixed) * Relu(Abs(mixed) + bias);
        return h;
    }
}
