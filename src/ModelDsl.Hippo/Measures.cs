using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Hippo;

/// <summary>
/// Systems whose state holds the coefficients of the past in a basis of orthogonal functions under a measure.
/// Gu et al. 2020, "HiPPO" (arXiv:2008.07669), and 2022, "How to Train Your HiPPO" (arXiv:2206.12037). Rows and columns count from 0.
/// </summary>
public static class Measures
{
    /// <summary>Legendre polynomials scaled to the whole past, all of it weighed alike.</summary>
    /// <param name="size">N, at least 1.</param>
    public static LinearSystem LegS(int size) => System(
        size,
        (n, k) => n > k ? -Math.Sqrt(((2 * n) + 1.0) * ((2 * k) + 1)) : n == k ? -(n + 1) : 0,
        n => Math.Sqrt((2 * n) + 1));

    /// <summary>Legendre polynomials over a sliding window.</summary>
    /// <param name="size">N, at least 1.</param>
    /// <param name="isHalved">Whether both A and B are halved, as S4's code has them.</param>
    public static LinearSystem LegT(int size, bool isHalved = false)
    {
        double scale = isHalved ? 0.5 : 1;
        return System(
            size,
            (n, k) => -scale * Math.Sqrt(((2 * n) + 1.0) * ((2 * k) + 1)) * (n >= k ? 1 : Alternating(n - k)),
            n => scale * Math.Sqrt((2 * n) + 1));
    }

    /// <summary>The sliding window in the scaling of the Legendre memory unit: Voelker et al. 2019, "Legendre Memory Units".</summary>
    /// <param name="size">N, at least 1.</param>
    public static LinearSystem Lmu(int size) => System(
        size,
        (n, k) => ((2 * n) + 1) * (n < k ? -1 : Alternating(n - k + 1)),
        n => ((2 * n) + 1) * Alternating(n));

    /// <summary>Laguerre polynomials: the past fades exponentially.</summary>
    /// <param name="size">N, at least 1.</param>
    public static LinearSystem LagT(int size) => System(size, (n, k) => n > k ? -1 : n == k ? -0.5 : 0, _ => 1);

    /// <summary>Laguerre polynomials, tilted.</summary>
    /// <param name="size">N, at least 1.</param>
    /// <param name="beta">The rate at which the measure fades.</param>
    public static LinearSystem TLagT(int size, double beta) => System(
        size, (n, k) => n > k ? -1 : n == k ? ((1 - beta) / 2) - 1 : 0, _ => beta);

    /// <summary>Generalised Laguerre polynomials.</summary>
    /// <param name="size">N, at least 1.</param>
    /// <param name="alpha">Their order, above -1 and below 1.</param>
    /// <param name="beta">The tilt, above 0.</param>
    public static LinearSystem GLagT(int size, double alpha, double beta)
    {
        // sqrt(Gamma(n + alpha + 1) / Gamma(n + 1)), without the large numbers in between.
        double Norm(int n) => Math.Exp((SpecialFunctions.GammaLn(n + alpha + 1) - SpecialFunctions.GammaLn(n + 1)) / 2);
        double Binomial(int n) => Math.Exp(SpecialFunctions.GammaLn(n + alpha + 1) - SpecialFunctions.GammaLn(n + 1) - SpecialFunctions.GammaLn(alpha + 1));
        double scale = Math.Pow(SpecialFunctions.Gamma(1 - alpha), -0.5) * Math.Pow(beta, (1 - alpha) / 2);
        return System(
            size,
            (n, k) => (n > k ? -1 : n == k ? -(1 + beta) / 2 : 0) * Norm(k) / Norm(n),
            n => Binomial(n) / Norm(n) * scale);
    }

    /// <summary>Truncated Fourier functions over a sliding window.</summary>
    /// <param name="size">N, even.</param>
    public static LinearSystem Fourier(int size)
    {
        Vector<double> input = FourierInput(size);
        return new LinearSystem((Rotations(size) * Math.PI) - input.OuterProduct(input), input);
    }

    /// <summary>Fourier functions whose past fades exponentially.</summary>
    /// <param name="size">N, even.</param>
    public static LinearSystem FouD(int size) =>
        new((Rotations(size) * (2 * Math.PI)) - (Matrix<double>.Build.DenseIdentity(size) * 0.5), FourierInput(size));

    /// <summary>The normal part of <see cref="LegS"/>: what is left without the correction of rank one.</summary>
    /// <param name="size">N, at least 1.</param>
    public static LinearSystem LegSD(int size)
    {
        (Matrix<double> a, Vector<double> b) = LegS(size);
        return new LinearSystem(a + (b.OuterProduct(b) * 0.5), b * 0.5);
    }

    /// <summary>The vectors P whose outer products added to A make it normal, one a row: A + sum_r P_r P_r^T is a multiple of I plus a skew matrix.</summary>
    /// <param name="measure">The measure; LegT is the halved one.</param>
    /// <param name="size">N, at least 1; even for Fourier.</param>
    /// <returns>[rank, N], of rank 1 or 2.</returns>
    public static Matrix<double> RankCorrection(CorrectedMeasure measure, int size) => measure switch
    {
        CorrectedMeasure.LegS => Matrix<double>.Build.Dense(1, size, (_, n) => Math.Sqrt(n + 0.5)),
        CorrectedMeasure.LegT => Matrix<double>.Build.Dense(2, size, (r, n) => n % 2 != r ? Math.Sqrt(n + 0.5) : 0),
        CorrectedMeasure.Fourier => FourierInput(size).ToRowMatrix(),
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    /// <summary>The system of a measure, as its rank correction is meant for it.</summary>
    /// <param name="measure">The measure; LegT is the halved one.</param>
    /// <param name="size">N, at least 1; even for Fourier.</param>
    public static LinearSystem Of(CorrectedMeasure measure, int size) => measure switch
    {
        CorrectedMeasure.LegS => LegS(size),
        CorrectedMeasure.LegT => LegT(size, isHalved: true),
        CorrectedMeasure.Fourier => Fourier(size),
        _ => throw new ArgumentOutOfRangeException(nameof(measure)),
    };

    /// <summary>Turns within the pairs (2m, 2m + 1), by m.</summary>
    private static Matrix<double> Rotations(int size) => Matrix<double>.Build.Dense(
        size, size, (n, k) => n / 2 != k / 2 || n == k ? 0 : n % 2 == 0 ? -(n / 2) : n / 2);

    private static Vector<double> FourierInput(int size)
    {
        if (size % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "Fourier functions come in pairs: the size must be even.");
        }

        return Vector<double>.Build.Dense(size, n => n % 2 != 0 ? 0 : n == 0 ? 1 : Math.Sqrt(2));
    }

    private static LinearSystem System(int size, Func<int, int, double> a, Func<int, double> b)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return new LinearSystem(Matrix<double>.Build.Dense(size, size, a), Vector<double>.Build.Dense(size, b));
    }

    private static int Alternating(int power) => power % 2 == 0 ? 1 : -1;
}

/// <summary>Measures whose transition is normal but for a correction of low rank.</summary>
public enum CorrectedMeasure
{
    /// <summary><see cref="Measures.LegS"/>, rank 1.</summary>
    LegS,

    /// <summary><see cref="Measures.LegT"/>, halved, rank 2.</summary>
    LegT,

    /// <summary><see cref="Measures.Fourier"/>, rank 1.</summary>
    Fourier,
}
