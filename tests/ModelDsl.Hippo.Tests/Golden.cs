using System.Runtime.CompilerServices;
using MathNet.Numerics.LinearAlgebra;
using Complex = System.Numerics.Complex;

namespace ModelDsl.Hippo.Tests;

/// <summary>A golden file, as matrices in double precision.</summary>
internal sealed class Golden(string name)
{
    /// <summary>Float32 storage of numbers computed in double precision.</summary>
    public const double Bound = 1e-6;

    private readonly Safetensors _file = Safetensors.Read(Path.Combine(Path.GetDirectoryName(Here())!, "goldens", name + ".safetensors"));

    public Vector<double> Vector(string tensor) => Vector<double>.Build.DenseOfEnumerable(_file.Tensors[tensor].Data.Select(x => (double)x));

    public Vector<Complex> ComplexVector(string tensor) => Vector<Complex>.Build.DenseOfEnumerable(
        Vector(tensor + "_re").Zip(Vector(tensor + "_im"), (re, im) => new Complex(re, im)));

    public Matrix<double> Matrix(string tensor)
    {
        SequenceTensor found = _file.Tensors[tensor];
        return Matrix<double>.Build.Dense(found.Shape[0], found.Shape[1], (i, j) => found.Data[(i * found.Shape[1]) + j]);
    }

    public Matrix<Complex> ComplexMatrix(string tensor)
    {
        Matrix<double> re = Matrix(tensor + "_re"), im = Matrix(tensor + "_im");
        return Matrix<Complex>.Build.Dense(re.RowCount, re.ColumnCount, (i, j) => new Complex(re[i, j], im[i, j]));
    }

    public static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, string what)
    {
        double[] wanted = [.. expected], found = [.. actual];
        Assert.Equal(wanted.Length, found.Length);
        double size = wanted.Select(Math.Abs).Append(1e-3).Max();
        double error = wanted.Zip(found, (x, y) => Math.Abs(x - y)).Max();
        Assert.True(error <= Bound * size, $"{what}: off by {error / size:g3} of its largest value");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
