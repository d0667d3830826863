namespace ModelDsl.Layers;

/// <summary>
/// The hierarchically gated recurrent unit's recurrence: a leaky sum per channel.
/// Qin et al. 2023, "Hierarchically Gated Recurrent Neural Network for Sequence Modeling" (arXiv:2311.04823).
/// </summary>
[Recurrence]
public partial struct Hgrn
{
    [State] Tensor<Channel> h;

    /// <summary>One token.</summary>
    /// <param name="x">Input, already gated (the layer multiplies by 1 - exp(g) before), [B, T, H, C].</param>
    /// <param name="g">Log of the decay of each channel, [B, T, H, C], at most 0.</param>
    /// <returns>The updated state, [B, T, H, C].</returns>
    public Tensor<Channel> Step(Tensor<Channel> x, Tensor<Channel> g)
    {
        h = Exp(g) * h + x;
        return h;
    }
}
