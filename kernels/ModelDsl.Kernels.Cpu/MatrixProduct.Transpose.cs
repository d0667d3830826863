using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class MatrixProduct
{
    /// <summary>
    /// target [columns, rows] = source^T. Rows of the target are padded with zeros to a multiple of 16; nothing past the
    /// source's columns is read into them.
    /// </summary>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source that count.</param>
    /// <param name="source">[rows, columns].</param>
    /// <param name="sourceStride">Elements from one row of the source to the next.</param>
    /// <param name="target">[columns, rows padded], overwritten.</param>
    /// <param name="targetStride">Elements from one row of the target to the next, at least the padded rows.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void Transpose(int rows, int columns, float* source, nint sourceStride, float* target, nint targetStride)
    {
        for (var column = 0; column < columns; column++)
        {
            var to = target + (column * targetStride);
            for (var row = 0; row < rows; row++)
            {
                to[row] = source[(row * sourceStride) + column];
            }

            for (var row = rows; row < Simd.Pad(rows); row++)
            {
                to[row] = 0f;
            }
        }
    }
}
