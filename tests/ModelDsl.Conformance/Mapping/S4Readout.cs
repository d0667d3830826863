using MathNet.Numerics.LinearAlgebra;
using ModelDsl.Conformance.Goldens;
using ModelDsl.Hippo;

namespace ModelDsl.Conformance.Mapping;

/// <summary>
/// S4 is trained with Ctilde = C (I - F^L), where F is the transition of a step and L the length of the kernel; the recurrence reads with C. Complex vectors stand for
/// themselves and their conjugates, so everything is written for the real vector (Re s, Im s): F is a real matrix, and the readout is the row (2 Re C, -2 Im C).
/// </summary>
public static class S4Readout
{
    /// <summary>C, from Ctilde and what the transition is made of.</summary>
    /// <param name="re">What the real part is called.</param>
    /// <param name="im">What the imaginary part is called.</param>
    public static Derivation Derivation(string re, string im) => new(
        [("Ctilde_re", "H N"), ("Ctilde_im", "H N"), ("inv_dt", "H"), ("A_real", "H N"), ("A_imag", "H N"), ("P_re", "#0 H N"), ("P_im", "#0 H N")],
        file =>
        {
            int[] shape = file["Ctilde_re"].Shape;
            double[] real = new double[shape[0] * shape[1]], imaginary = new double[real.Length];
            for (int head = 0; head < shape[0]; head++)
            {
                Vector<double> row = new Head(file, head).Readout;
                for (int n = 0; n < shape[1]; n++)
                {
                    real[(head * shape[1]) + n] = row[n] / 2;
                    imaginary[(head * shape[1]) + n] = -row[n + shape[1]] / 2;
                }
            }

            return [Derivations.Tensor(re, shape, real), Derivations.Tensor(im, shape, imaginary)];
        },
        (file, gradients) =>
        {
            Dictionary<string, double[]> sums = new[] { "Ctilde_re", "Ctilde_im", "inv_dt", "A_real", "A_imag", "P_re", "P_im" }
                .ToDictionary(name => name, name => new double[file[name].Data.Length]);
            int half = file["Ctilde_re"].Shape[1];
            for (int head = 0; head < file["inv_dt"].Shape[0]; head++)
            {
                Vector<double> row = Vector<double>.Build.Dense(
                    2 * half, n => n < half ? gradients[re].Data[(head * half) + n] / 2 : -gradients[im].Data[(head * half) + n - half] / 2);
                new Head(file, head).PullBack(row, sums);
            }

            return sums;
        });

    /// <summary>One head, in double precision.</summary>
    private sealed class Head
    {
        private readonly GoldenFile _file;
        private readonly int _head;
        private readonly int _half;
        private readonly int _length;
        private readonly double _step;
        private readonly LinearSystem _system;
        private readonly Matrix<double> _transition;
        private readonly Matrix<double> _remainder;
        private readonly Vector<double>[] _corrections;

        public Head(GoldenFile file, int head)
        {
            _file = file;
            _head = head;
            _half = file["Ctilde_re"].Shape[1];
            _length = file["x"].Shape[1];
            _step = Math.Exp(file["inv_dt"].Data[head]);
            int heads = file["inv_dt"].Shape[0];
            _corrections = [.. Enumerable.Range(0, file["P_re"].Shape[0]).Select(rank => Pair("P_re", "P_im", (rank * heads) + head))];

            // A s = lambda s - sum_r p_r 2 Re(conj(p_r) . s), for (Re s, Im s).
            Matrix<double> a = Matrix<double>.Build.Dense(2 * _half, 2 * _half);
            for (int n = 0; n < _half; n++)
            {
                (double real, double imaginary) = Lambda(n);
                a[n, n] = a[n + _half, n + _half] = real;
                a[n + _half, n] = imaginary;
                a[n, n + _half] = -imaginary;
            }

            _system = new LinearSystem(_corrections.Aggregate(a, (sum, p) => sum - (p.OuterProduct(p) * 2)), Vector<double>.Build.Dense(2 * _half));
            _transition = _system.Discretize(_step, Discretization.Bilinear).A;
            _remainder = Matrix<double>.Build.DenseIdentity(2 * _half) - _transition.Power(_length);
        }

        /// <summary>The row that reads: that of Ctilde times (I - F^L)^-1.</summary>
        public Vector<double> Readout => _remainder.Transpose().Solve(Row(Pair("Ctilde_re", "Ctilde_im", _head)));

        /// <summary>Adds the gradients of the sources, given that of the row.</summary>
        public void PullBack(Vector<double> gradient, Dictionary<string, double[]> sums)
        {
            // c (I - X) = ctilde with X = F^L: dctilde = z, dX = c^T z^T, with z = (I - X)^-1 dc.
            Vector<double> z = _remainder.Solve(gradient);
            Matrix<double> power = Readout.OuterProduct(z);
            Matrix<double> transition = Matrix<double>.Build.Dense(2 * _half, 2 * _half), transposed = _transition.Transpose();
            Matrix<double>[] powers = new Matrix<double>[_length];
            for (int k = 0; k < _length; k++)
            {
                powers[k] = k == 0 ? Matrix<double>.Build.DenseIdentity(2 * _half) : powers[k - 1] * transposed;
            }

            for (int k = 0; k < _length; k++)
            {
                transition += powers[k] * power * powers[_length - 1 - k];
            }

            SystemGradient system = Discretizer.BilinearAdjoint(_system, _step, transition, Vector<double>.Build.Dense(2 * _half));
            sums["inv_dt"][_head] += _step * system.Step;
            for (int n = 0; n < _half; n++)
            {
                int at = (_head * _half) + n, other = n + _half;
                sums["Ctilde_re"][at] += 2 * z[n];
                sums["Ctilde_im"][at] -= 2 * z[other];
                sums["A_real"][at] += Lambda(n).Real * (system.A[n, n] + system.A[other, other]);
                sums["A_imag"][at] -= system.A[other, n] - system.A[n, other];
            }

            int heads = _file["inv_dt"].Shape[0];
            for (int rank = 0; rank < _corrections.Length; rank++)
            {
                Vector<double> p = (system.A + system.A.Transpose()) * _corrections[rank] * -2;
                for (int n = 0; n < _half; n++)
                {
                    sums["P_re"][(((rank * heads) + _head) * _half) + n] += p[n];
                    sums["P_im"][(((rank * heads) + _head) * _half) + n] += p[n + _half];
                }
            }
        }

        private (double Real, double Imaginary) Lambda(int n) =>
            (-Math.Exp(_file["A_real"].Data[(_head * _half) + n]), -_file["A_imag"].Data[(_head * _half) + n]);

        /// <summary>A complex vector as (Re, Im).</summary>
        private Vector<double> Pair(string re, string im, int row) =>
            Vector<double>.Build.Dense(2 * _half, n => n < _half ? _file[re].Data[(row * _half) + n] : _file[im].Data[(row * _half) + n - _half]);

        /// <summary>A complex row as a row for (Re s, Im s), counting conjugates.</summary>
        private Vector<double> Row(Vector<double> pair) => Vector<double>.Build.Dense(2 * _half, n => n < _half ? 2 * pair[n] : -2 * pair[n]);
    }
}
