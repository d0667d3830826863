namespace ModelDsl.Compiler.Tests;

/// <summary>state -> matrix state + offset, in double precision.</summary>
/// <param name="Matrix">[to, from]</param>
/// <param name="Offset">[to]</param>
internal sealed record AffineMap(double[,] Matrix, double[] Offset)
{
    private int Size => Offset.Length;

    public bool IsIdentity => Distance(new AffineMap(Identity(Size), new double[Size])) == 0;

    /// <summary>This map, and another one after it.</summary>
    public AffineMap Then(AffineMap next)
    {
        var matrix = new double[Size, Size];
        double[] offset = [.. next.Offset];
        for (int to = 0; to < Size; to++)
        {
            for (int via = 0; via < Size; via++)
            {
                offset[to] += next.Matrix[to, via] * Offset[via];
                for (int from = 0; from < Size; from++)
                {
                    matrix[to, from] += next.Matrix[to, via] * Matrix[via, from];
                }
            }
        }

        return new(matrix, offset);
    }

    /// <summary>The largest difference, relative to the largest number of the other map's matrix (at least 1, as of the identity) or offset.</summary>
    public double Distance(AffineMap other)
    {
        double matrix = 0, largest = 1, offset = 0, largestOffset = 1;
        for (int to = 0; to < Size; to++)
        {
            offset = Worse(offset, Offset[to] - other.Offset[to]);
            largestOffset = Math.Max(largestOffset, Math.Abs(other.Offset[to]));
            for (int from = 0; from < Size; from++)
            {
                matrix = Worse(matrix, Matrix[to, from] - other.Matrix[to, from]);
                largest = Math.Max(largest, Math.Abs(other.Matrix[to, from]));
            }
        }

        return Math.Max(matrix / largest, offset / largestOffset);
    }

    private static double Worse(double worst, double difference) => double.IsFinite(difference) ? Math.Max(worst, Math.Abs(difference)) : double.PositiveInfinity;

    private static double[,] Identity(int size)
    {
        var matrix = new double[size, size];
        for (int i = 0; i < size; i++)
        {
            matrix[i, i] = 1;
        }

        return matrix;
    }
}
