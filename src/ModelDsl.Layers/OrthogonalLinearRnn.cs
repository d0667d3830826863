namespace ModelDsl.Layers;

/// <summary>
/// A linear recurrence that keeps lengths: a dense orthogonal transition. Orthogonality is the parametrisation's, e.g. the exponential of a skew matrix.
/// Lezcano-Casado and Martinez-Rubio 2019, "Cheap Orthogonal Constraints in Neural Networks" (arXiv:1901.08428).
/// </summary>
[Recurrence]
public partial struct OrthogonalLinearRnn
{
    [State] Tensor<Unit> h;

    /// <summary>One token.</summary>
    /// <param name="u">Input, [B, T, H, D].</param>
    /// <param name="q">Orthogonal matrix, [H, D (previous), D].</param>
    /// <returns>The state h, [B, T, H, D].</returns>
    public Tensor<Unit> Step(Tensor<Unit> u, [Shared(Across.Time)] Tensor<PreviousUnit, Unit> q)
    {
        h = Dot(h.As<PreviousUnit>(), q) + u;
        return h;
    }
}
