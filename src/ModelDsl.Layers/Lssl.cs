namespace ModelDsl.Layers;

/// <summary>
/// The linear state-space layer: a dense transition for each feature, several output channels, a skip connection. The system comes already discretised.
/// Gu et al. 2021, "Combining Recurrent, Convolutional, and Continuous-time Models with Linear State-Space Layers" (arXiv:2110.13985).
/// </summary>
[Recurrence]
public partial struct Lssl
{
    [State] Tensor<N> s;

    /// <summary>One token.</summary>
    /// <param name="x">Input, [B, T, H].</param>
    /// <param name="a">Transition of a step, [H, N, N (previous)].</param>
    /// <param name="b">Input map of a step, [H, N].</param>
    /// <param name="c">Readout, [H, M, N].</param>
    /// <param name="skip">D, [H, M].</param>
    /// <returns>Output, [B, T, H, M].</returns>
    public Tensor<Channel> Step(
        Scalar x,
        [Shared(Across.Time)] Tensor<N, PreviousN> a,
        [Shared(Across.Time)] Tensor<N> b,
        [Shared(Across.Time)] Tensor<Channel, N> c,
        [Shared(Across.Time)] Tensor<Channel> skip)
    {
        s = Dot(a, s.As<PreviousN>()) + b * x;
        return Dot(c, s) + skip * x;
    }
}
