using MathNet.Numerics.LinearAlgebra;

namespace ModelDsl.Hippo;

/// <summary>A linear system with one input: x' = A x + B u, or per step x = A x + B u once it is discrete.</summary>
/// <param name="A">The transition, [N, N].</param>
/// <param name="B">The input map, [N].</param>
public sealed record LinearSystem(Matrix<double> A, Vector<double> B)
{
    /// <summary>N, the size of the state.</summary>
    public int Size => B.Count;
}
