namespace ModelDsl.Kernels.Gpu;

/// <summary>Functions that are made of others, for any number of lanes.</summary>
internal static class LaneMath<L>
    where L : unmanaged, ILane<L>
{
    /// <summary>1 / (1 + e^-x).</summary>
    public static L Sigmoid(L x) => L.Broadcast(1f) / (L.Broadcast(1f) + L.Exp(-x));

    /// <summary>log(1 + e^x), with full relative precision however negative x is.</summary>
    public static L Softplus(L x) => L.Max(L.Broadcast(0f), x) + LogOnePlus(L.Exp(-L.Abs(x)));

    /// <summary>log(1 / (1 + e^-x)) = -softplus(-x).</summary>
    public static L LogSigmoid(L x) => L.Min(L.Broadcast(0f), x) - LogOnePlus(L.Exp(-L.Abs(x)));

    /// <summary>log(e^a + e^b), without overflow; of equal infinities, that infinity.</summary>
    public static L LogAddExp(L a, L b) => L.Max(a, b) + LogOnePlus(L.Exp(L.Where(L.Equal(a, b), L.Broadcast(0f), -L.Abs(a - b))));

    /// <summary>The hyperbolic tangent, with full relative precision near 0.</summary>
    public static L Tanh(L x)
    {
        L z = x * x;
        L p = L.MultiplyAdd(-5.7170434488e-3f, z, L.Broadcast(2.06505857702e-2f));
        p = L.MultiplyAdd(p, z, L.Broadcast(-5.37434975873e-2f));
        p = L.MultiplyAdd(p, z, L.Broadcast(1.33314912809e-1f));
        p = L.MultiplyAdd(p, z, L.Broadcast(-3.33332839251e-1f));
        L small = L.MultiplyAdd(p * z, x, x);
        L magnitude = L.Abs(x);
        L large = L.Broadcast(1f) - (L.Broadcast(2f) / (L.Exp(magnitude + magnitude) + L.Broadcast(1f)));
        large = L.Where(L.Greater(L.Broadcast(0f), x), -large, large);
        return L.Where(L.Greater(L.Broadcast(0.625f), magnitude), small, large);
    }

    /// <summary>log(1 + y) for y in [0, 1], with full relative precision near 0.</summary>
    private static L LogOnePlus(L y)
    {
        L p = L.MultiplyAdd(5.23269727185e-3f, y, L.Broadcast(-2.95052533308e-2f));
        p = L.MultiplyAdd(p, y, L.Broadcast(7.82259804559e-2f));
        p = L.MultiplyAdd(p, y, L.Broadcast(-1.36632487326e-1f));
        p = L.MultiplyAdd(p, y, L.Broadcast(1.91060084551e-1f));
        p = L.MultiplyAdd(p, y, L.Broadcast(-2.48429827548e-1f));
        p = L.MultiplyAdd(p, y, L.Broadcast(3.33190968941e-1f));
        p = L.MultiplyAdd(p, y, L.Broadcast(-4.99994931457e-1f));
        p = L.MultiplyAdd(p, y, L.Broadcast(1f));
        return p * y;
    }
}
