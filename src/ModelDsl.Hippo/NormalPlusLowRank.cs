using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace ModelDsl.Hippo;

/// <summary>
/// A measure's system with its normal part diagonal: A = 2 Re(V diag(Lambda) V^*) - sum_r P_r P_r^T in the basis V. One of each pair of conjugates is kept.
/// Gu et al. 2022, "Efficiently Modeling Long Sequences with Structured State Spaces" (arXiv:2111.00396). The phase of each eigenvector is arbitrary, and so is that
/// of the elements of P and B that belong to it.
/// </summary>
/// <param name="Lambda">[N/2], by ascending imaginary part: the most negative first.</param>
/// <param name="P">[rank, N/2].</param>
/// <param name="B">[N/2], its imaginary part cut to -2 to 2.</param>
/// <param name="V">[N, N/2], with columns of length 1.</param>
public sealed record NormalPlusLowRank(Vector<Complex> Lambda, Matrix<Complex> P, Vector<Complex> B, Matrix<Complex> V)
{
    private const double LargestInput = 2;

    /// <summary>The form of a measure.</summary>
    /// <param name="measure">The measure.</param>
    /// <param name="size">N, even.</param>
    public static NormalPlusLowRank Of(CorrectedMeasure measure, int size)
    {
        if (size % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "Eigenvalues come in pairs of conjugates: the size must be even.");
        }

        (Matrix<double> a, Vector<double> b) = Measures.Of(measure, size);
        Matrix<double> p = Measures.RankCorrection(measure, size);
        Matrix<double> normal = a + (p.Transpose() * p);
        double real = normal.Diagonal().Sum() / size;

        // What is left is skew; times -i it is Hermitian, and its eigenvalues are real.
        Matrix<Complex> hermitian = Matrix<Complex>.Build.Dense(
            size, size, (n, k) => n == k ? Complex.Zero : new Complex(0, (normal[k, n] - normal[n, k]) / 2));
        var eigen = hermitian.Evd(Symmetricity.Hermitian);
        int[] order = [.. Enumerable.Range(0, size).OrderBy(i => eigen.EigenValues[i].Real).Take(size / 2)];
        Vector<Complex> lambda = Vector<Complex>.Build.Dense(size / 2, i => new Complex(real, eigen.EigenValues[order[i]].Real));
        Matrix<Complex> v = Matrix<Complex>.Build.Dense(size, size / 2, (n, i) => eigen.EigenVectors[n, order[i]]);
        if (measure == CorrectedMeasure.Fourier)
        {
            // Zero is a double eigenvalue: of its plane this vector is its own partner's conjugate.
            v.SetColumn((size / 2) - 1, Vector<Complex>.Build.Dense(size, n => n == 0 ? Complex.One : n == 1 ? Complex.ImaginaryOne : Complex.Zero) / Math.Sqrt(2));
        }

        Matrix<Complex> adjoint = v.ConjugateTranspose();
        Vector<Complex> input = adjoint * b.ToComplex();
        return new NormalPlusLowRank(
            lambda,
            (adjoint * p.ToComplex().Transpose()).Transpose(),
            input.Map(x => new Complex(x.Real, Math.Clamp(x.Imaginary, -LargestInput, LargestInput))),
            v);
    }

    /// <summary>The transition that the form stands for, in the measure's own basis.</summary>
    public Matrix<double> Transition()
    {
        Matrix<Complex> diagonal = Matrix<Complex>.Build.DenseOfDiagonalVector(Lambda);
        Matrix<double> result = (V * diagonal * V.ConjugateTranspose()).Real() * 2;

        // P = V^* p of a real p, which is 2 Re(V P).
        for (int r = 0; r < P.RowCount; r++)
        {
            Vector<double> correction = (V * P.Row(r)).Real() * 2;
            result -= correction.OuterProduct(correction);
        }

        return result;
    }
}
