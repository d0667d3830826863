using MathNet.Numerics.LinearAlgebra;
using ModelDsl.Conformance.Goldens;
using ModelDsl.Hippo;

namespace ModelDsl.Conformance.Mapping;

/// <summary>What models compute from their parameters before a recurrence runs.</summary>
public static class Derivations
{
    /// <summary>The orthogonal matrix e^K of the skew matrix K = triu(A, 1) - triu(A, 1)^T.</summary>
    /// <param name="name">What it is called.</param>
    public static Derivation Orthogonal(string name) => new(
        [("A", "PreviousUnit Unit")],
        file => [Tensor(name, file["A"].Shape, MatrixExponential.Of(Skew(file)))],
        (file, gradients) =>
        {
            Matrix<double> skew = MatrixExponential.Adjoint(Skew(file), Matrix(gradients[name], 0, gradients[name].Shape));
            Matrix<double> upper = Matrix<double>.Build.Dense(skew.RowCount, skew.ColumnCount, (i, j) => i < j ? skew[i, j] - skew[j, i] : 0);
            return new Dictionary<string, double[]> { ["A"] = RowMajor(upper) };
        });

    /// <summary>A system A, B for each head, made one of steps of length exp(log_dt) by the trapezoidal rule.</summary>
    /// <param name="a">What the step's transition is called.</param>
    /// <param name="b">What its input map is called.</param>
    public static Derivation Bilinear(string a, string b) => new(
        [("A", "H N PreviousN"), ("B", "H N"), ("log_dt", "H")],
        file =>
        {
            LinearSystem[] steps = [.. Systems(file).Select(s => s.System.Discretize(s.Step, Discretization.Bilinear))];
            return
            [
                Tensor(a, file["A"].Shape, [.. steps.SelectMany(s => RowMajor(s.A))]),
                Tensor(b, file["B"].Shape, [.. steps.SelectMany(s => s.B)]),
            ];
        },
        (file, gradients) =>
        {
            List<double> dA = [], dB = [], dStep = [];
            foreach (((LinearSystem system, double step), int head) in Systems(file).Select((s, head) => (s, head)))
            {
                int n = system.Size;
                SystemGradient gradient = Discretizer.BilinearAdjoint(
                    system, step, Matrix(gradients[a], head * n * n, [n, n]), Vector(gradients[b], head * n, n));
                dA.AddRange(RowMajor(gradient.A));
                dB.AddRange(gradient.B);
                dStep.Add(step * gradient.Step);
            }

            return new Dictionary<string, double[]> { ["A"] = [.. dA], ["B"] = [.. dB], ["log_dt"] = [.. dStep] };
        });

    /// <summary>The upstream gradient of a recurrence whose output goes through a plain linear layer: dout W.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="outputGradient">The upstream gradient of the layer.</param>
    /// <param name="weight">The layer's weight, [outputs, inputs].</param>
    public static Derivation BehindLinear(string name, string outputGradient, string weight) => new(
        [],
        file =>
        {
            // One that was made of a file with it, in other sizes, may have nothing else of the layer.
            if (file.Find(name) is not null)
            {
                return [];
            }

            GoldenTensor dout = file[outputGradient];
            int[] shape = file[weight].Shape;
            Matrix<double> rows = Matrix(dout, 0, [dout.Shape[..^1].Aggregate(1, (a, b) => a * b), shape[0]]);
            return [Tensor(name, [.. dout.Shape[..^1], shape[1]], rows * Matrix(file[weight], 0, shape))];
        },
        null);

    /// <summary>Elements of a tensor from a place on, as a matrix of the given shape.</summary>
    public static Matrix<double> Matrix(GoldenTensor tensor, int start, int[] shape) =>
        Matrix<double>.Build.Dense(shape[0], shape[1], (i, j) => tensor.Data[start + (i * shape[1]) + j]);

    /// <summary>Elements of a tensor from a place on.</summary>
    public static Vector<double> Vector(GoldenTensor tensor, int start, int count) => Vector<double>.Build.Dense(count, i => tensor.Data[start + i]);

    /// <summary>A tensor of numbers, rounded to float32.</summary>
    public static GoldenTensor Tensor(string name, int[] shape, IEnumerable<double> values) => GoldenTensor.Of(name, shape, values.Select(x => (float)x).ToArray());

    private static GoldenTensor Tensor(string name, int[] shape, Matrix<double> values) => Tensor(name, shape, RowMajor(values));

    private static double[] RowMajor(Matrix<double> matrix) => matrix.ToRowMajorArray();

    private static Matrix<double> Skew(GoldenFile file)
    {
        GoldenTensor a = file["A"];
        int size = a.Shape[0];
        double At(int i, int j) => a.Data[(i * size) + j];
        return Matrix<double>.Build.Dense(size, size, (i, j) => i < j ? At(i, j) : i > j ? -At(j, i) : 0);
    }

    private static IEnumerable<(LinearSystem System, double Step)> Systems(GoldenFile file)
    {
        int n = file["B"].Shape[1];
        return file["log_dt"].Data.Take(file["log_dt"].Shape[0]).Select((logStep, head) =>
            (new LinearSystem(Matrix(file["A"], head * n * n, [n, n]), Vector(file["B"], head * n, n)), Math.Exp(logStep)));
    }
}
