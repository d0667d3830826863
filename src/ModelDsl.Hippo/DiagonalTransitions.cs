using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace ModelDsl.Hippo;

/// <summary>Initial values for the diagonal transition of S4D: Gu et al. 2022, "On the Parameterization and Initialization of Diagonal State Space Models" (arXiv:2206.11893).</summary>
public enum DiagonalInitialization
{
    /// <summary>Frequencies pi n: Fourier functions.</summary>
    Lin,

    /// <summary>Frequencies N/pi (N/(2n + 1) - 1): a fit to the spectrum of LegS.</summary>
    Inv,

    /// <summary>Frequencies N/pi (N/(n + 1) - 1).</summary>
    Inv2,

    /// <summary>Frequencies (2n + 1)^2 / pi.</summary>
    Quad,

    /// <summary>No frequency: -(n + 1).</summary>
    Real,

    /// <summary>The spectrum of the normal part of LegS.</summary>
    LegS,
}

/// <summary>Diagonal transitions, one of each pair of conjugates.</summary>
public static class DiagonalTransitions
{
    /// <summary>The diagonal, with negative imaginary parts.</summary>
    /// <param name="initialization">Which.</param>
    /// <param name="size">N, even: the full size of the state, twice what is returned.</param>
    /// <returns>[N/2].</returns>
    public static Vector<Complex> Of(DiagonalInitialization initialization, int size)
    {
        if (size % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "Eigenvalues come in pairs of conjugates: the size must be even.");
        }

        double scale = size / Math.PI;
        return initialization switch
        {
            DiagonalInitialization.Lin => Frequencies(n => Math.PI * n),
            DiagonalInitialization.Inv => Frequencies(n => scale * (((double)size / ((2 * n) + 1)) - 1)),
            DiagonalInitialization.Inv2 => Frequencies(n => scale * (((double)size / (n + 1)) - 1)),
            DiagonalInitialization.Quad => Frequencies(n => ((2 * n) + 1) * ((2 * n) + 1) / Math.PI),
            DiagonalInitialization.Real => Vector<Complex>.Build.Dense(size / 2, n => -(n + 1)),
            DiagonalInitialization.LegS => NormalPlusLowRank.Of(CorrectedMeasure.LegS, size).Lambda.Map(x => new Complex(-0.5, -Math.Abs(x.Imaginary))),
            _ => throw new ArgumentOutOfRangeException(nameof(initialization)),
        };

        Vector<Complex> Frequencies(Func<int, double> frequency) => Vector<Complex>.Build.Dense(size / 2, n => new Complex(-0.5, -frequency(n)));
    }
}
