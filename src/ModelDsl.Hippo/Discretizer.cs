using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Hippo;

/// <summary>How a system in continuous time becomes one of steps.</summary>
public enum Discretization
{
    /// <summary>Euler's rule at the step's begin: I + dt A.</summary>
    Forward,

    /// <summary>Euler's rule at the step's end: (I - dt A)^-1.</summary>
    Backward,

    /// <summary>The trapezoidal rule: (I - dt/2 A)^-1 (I + dt/2 A).</summary>
    Bilinear,

    /// <summary>Exact for an input that is constant within a step: e^(dt A).</summary>
    Zoh,
}

/// <summary>The gradient of a loss with respect to what a discretised system was made of.</summary>
/// <param name="A">With respect to A.</param>
/// <param name="B">With respect to B.</param>
/// <param name="Step">With respect to the step size.</param>
public sealed record SystemGradient(Matrix<double> A, Vector<double> B, double Step);

/// <summary>Turns systems in continuous time into systems of steps.</summary>
public static class Discretizer
{
    /// <summary>The system of steps.</summary>
    /// <param name="system">A system in continuous time.</param>
    /// <param name="step">dt, the length of a step.</param>
    /// <param name="rule">The rule.</param>
    public static LinearSystem Discretize(this LinearSystem system, double step, Discretization rule)
    {
        ArgumentNullException.ThrowIfNull(system);
        (Matrix<double> a, Vector<double> b) = system;
        Matrix<double> one = Matrix<double>.Build.DenseIdentity(system.Size);
        switch (rule)
        {
            case Discretization.Forward:
                return new LinearSystem(one + (a * step), b * step);
            case Discretization.Backward:
                Matrix<double> backward = one - (a * step);
                return new LinearSystem(backward.Inverse(), backward.Solve(b * step));
            case Discretization.Bilinear:
                Matrix<double> half = one - (a * (step / 2));
                return new LinearSystem(half.Solve(one + (a * (step / 2))), half.Solve(b * step));
            case Discretization.Zoh:
                // The top rows of the exponential of dt [[A, B], [0, 0]].
                Matrix<double> block = Matrix<double>.Build.Dense(system.Size + 1, system.Size + 1);
                block.SetSubMatrix(0, 0, a * step);
                block.SetColumn(system.Size, 0, system.Size, b * step);
                Matrix<double> exponential = MatrixExponential.Of(block);
                return new LinearSystem(exponential.SubMatrix(0, system.Size, 0, system.Size), exponential.Column(system.Size, 0, system.Size));
            default:
                throw new ArgumentOutOfRangeException(nameof(rule));
        }
    }

    /// <summary>
    /// The step of <see cref="Measures.LegS"/> from position j - 1 to j, counted from 1: its system shrinks with time, as A / j and B / j. The exact rule
    /// integrates from j to j + 1, as the authors' code does.
    /// </summary>
    /// <param name="legS">The system of <see cref="Measures.LegS"/>.</param>
    /// <param name="position">j, at least 1.</param>
    /// <param name="rule">The rule.</param>
    public static LinearSystem ScaledStep(LinearSystem legS, int position, Discretization rule)
    {
        ArgumentNullException.ThrowIfNull(legS);
        ArgumentOutOfRangeException.ThrowIfLessThan(position, 1);

        // In logarithmic time the system does not change: a step is ln(j + 1) - ln(j) long.
        return rule == Discretization.Zoh
            ? legS.Discretize(Math.Log(position + 1) - Math.Log(position), rule)
            : legS.Discretize(1.0 / position, rule);
    }

    /// <summary>The gradient through <see cref="Discretization.Bilinear"/>.</summary>
    /// <param name="system">The system in continuous time.</param>
    /// <param name="step">dt.</param>
    /// <param name="gradientA">With respect to the transition of a step.</param>
    /// <param name="gradientB">With respect to the input map of a step.</param>
    public static SystemGradient BilinearAdjoint(LinearSystem system, double step, Matrix<double> gradientA, Vector<double> gradientB)
    {
        // With M = (I - dt/2 A)^-1: dAbar = M (dt/2 dA + ddt/2 A) (I + Abar), dBbar = M (dt dB + ddt B + (dt/2 dA + ddt/2 A) Bbar).
        (Matrix<double> stepA, Vector<double> stepB) = system.Discretize(step, Discretization.Bilinear);
        Matrix<double> one = Matrix<double>.Build.DenseIdentity(system.Size);
        Matrix<double> transposed = (one - (system.A * (step / 2))).Transpose();
        Matrix<double> fromA = transposed.Solve(gradientA);
        Vector<double> fromB = transposed.Solve(gradientB);
        Matrix<double> inner = (fromA * (one + stepA).Transpose()) + fromB.OuterProduct(stepB);
        return new SystemGradient(
            inner * (step / 2),
            fromB * step,
            (inner.PointwiseMultiply(system.A).RowSums().Sum() / 2) + fromB.DotProduct(system.B));
    }
}
