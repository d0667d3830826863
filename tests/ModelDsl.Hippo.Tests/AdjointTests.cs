using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Hippo.Tests;

/// <summary>The exponential by its laws, and adjoints against central differences.</summary>
public class AdjointTests
{
    private const double Difference = 1e-6;

    [Theory]
    [InlineData(0.1)]
    [InlineData(3)]
    [InlineData(40)]
    public void TheExponentialOfASkewMatrixIsARotation(double scale)
    {
        Matrix<double> skew = Random(6, 1);
        skew = (skew - skew.Transpose()) * scale;
        Matrix<double> rotation = MatrixExponential.Of(skew);
        Golden.AssertClose(Matrix<double>.Build.DenseIdentity(6).Enumerate(), (rotation * rotation.Transpose()).Enumerate(), "Q Q^T");
        Golden.AssertClose(MatrixExponential.Of(skew * 0.5).Power(2).Enumerate(), rotation.Enumerate(), "e^(A/2) squared");
    }

    [Fact]
    public void TheExponentialOfADiagonalIsElementwise()
    {
        Vector<double> values = Vector<double>.Build.Dense([-30, -1, 0, 0.5, 7]);
        Golden.AssertClose(values.Map(Math.Exp), MatrixExponential.Of(Matrix<double>.Build.DenseOfDiagonalVector(values)).Diagonal(), "e^diag");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(5)]
    public void TheExponentialsAdjointIsItsDerivative(double scale)
    {
        Matrix<double> a = Random(5, 2) * scale, weights = Random(5, 3);
        Matrix<double> found = MatrixExponential.Adjoint(a, weights);
        double Loss(Matrix<double> x) => MatrixExponential.Of(x).PointwiseMultiply(weights).RowSums().Sum();
        Golden.AssertClose(Differences(a, Loss).Enumerate().Select(x => (double)(float)x), found.Enumerate().Select(x => (double)(float)x), "dA");
    }

    [Fact]
    public void TheBilinearAdjointIsItsDerivative()
    {
        const double Step = 0.3;
        Matrix<double> a = Random(5, 4), weights = Random(5, 5);
        Vector<double> b = Random(5, 6).Row(0), weightsB = Random(5, 7).Row(1);
        double Loss(Matrix<double> matrix, Vector<double> vector, double step)
        {
            (Matrix<double> stepA, Vector<double> stepB) = new LinearSystem(matrix, vector).Discretize(step, Discretization.Bilinear);
            return stepA.PointwiseMultiply(weights).RowSums().Sum() + stepB.DotProduct(weightsB);
        }

        SystemGradient found = Discretizer.BilinearAdjoint(new LinearSystem(a, b), Step, weights, weightsB);
        Golden.AssertClose(Differences(a, x => Loss(x, b, Step)).Enumerate(), found.A.Enumerate(), "dA");
        Golden.AssertClose(Differences(b.ToColumnMatrix(), x => Loss(a, x.Column(0), Step)).Enumerate(), found.B, "dB");
        Golden.AssertClose([(Loss(a, b, Step + Difference) - Loss(a, b, Step - Difference)) / (2 * Difference)], [found.Step], "d step");
    }

    private static Matrix<double> Random(int size, int seed)
    {
        var random = new Random(seed);
        return Matrix<double>.Build.Dense(size, size, (_, _) => (2 * random.NextDouble()) - 1);
    }

    private static Matrix<double> Differences(Matrix<double> at, Func<Matrix<double>, double> loss) => Matrix<double>.Build.Dense(at.RowCount, at.ColumnCount, (i, j) =>
    {
        Matrix<double> direction = Matrix<double>.Build.Dense(at.RowCount, at.ColumnCount);
        direction[i, j] = Difference;
        return (loss(at + direction) - loss(at - direction)) / (2 * Difference);
    });
}
