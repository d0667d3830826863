using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Hippo;

/// <summary>The exponential of a matrix, and its derivative.</summary>
public static class MatrixExponential
{
    // The Pade approximant of degree 13 is exact in double precision up to this norm: Higham 2005, "The Scaling and Squaring Method for the Matrix Exponential Revisited".
    private const double LargestNorm = 5.371920351148152;

    private static readonly double[] s_pade =
    [
        64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920,
        40840800, 960960, 16380, 182, 1,
    ];

    /// <summary>e^A.</summary>
    /// <param name="a">A square matrix.</param>
    public static Matrix<double> Of(Matrix<double> a)
    {
        ArgumentNullException.ThrowIfNull(a);
        double norm = a.L1Norm();
        int squarings = norm > LargestNorm ? (int)Math.Ceiling(Math.Log2(norm / LargestNorm)) : 0;
        Matrix<double> x = a * Math.Pow(2, -squarings);

        // Even powers make the denominator's even part, and times x its odd part.
        Matrix<double> one = Matrix<double>.Build.DenseIdentity(a.RowCount), square = x * x, power = one;
        Matrix<double> even = one * s_pade[0], odd = one * s_pade[1];
        for (int i = 2; i < s_pade.Length; i += 2)
        {
            power *= square;
            even += power * s_pade[i];
            odd += power * s_pade[i + 1];
        }

        odd = x * odd;
        Matrix<double> result = (even - odd).Solve(even + odd);
        for (int i = 0; i < squarings; i++)
        {
            result *= result;
        }

        return result;
    }

    /// <summary>The gradient with respect to A of a function of e^A, whose gradient with respect to e^A is given.</summary>
    /// <remarks>The derivative at A^T in the gradient's direction: the upper right block of the exponential of [[A^T, G], [0, A^T]].</remarks>
    /// <param name="a">A.</param>
    /// <param name="gradient">The gradient with respect to e^A.</param>
    public static Matrix<double> Adjoint(Matrix<double> a, Matrix<double> gradient)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(gradient);
        int size = a.RowCount;
        Matrix<double> block = Matrix<double>.Build.Dense(2 * size, 2 * size);
        block.SetSubMatrix(0, 0, a.Transpose());
        block.SetSubMatrix(size, size, a.Transpose());
        block.SetSubMatrix(0, size, gradient);
        return Of(block).SubMatrix(0, size, size, size);
    }
}
