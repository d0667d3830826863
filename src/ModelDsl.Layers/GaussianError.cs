namespace ModelDsl.Layers;

/// <summary>GELU with the error function, as torch's default has it.</summary>
internal static class GaussianError
{
    /// <summary>x times the probability that a normal number is less than x.</summary>
    public static Scalar Gelu(Scalar x) => 0.5 * x * (1 + Sign(x) * Erf(Abs(x) * 0.70710678118654752));

    /// <summary>The error function of a positive number, to 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26).</summary>
    private static Scalar Erf(Scalar x)
    {
        var t = 1 / (1 + 0.3275911 * x);
        return 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Exp(-x * x);
    }
}
