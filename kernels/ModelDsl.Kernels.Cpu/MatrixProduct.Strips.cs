using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <content>Products whose right factor is wide: its rows are so far apart that a strip of them has little room in the first cache.</content>
public static unsafe partial class MatrixProduct
{
    /// <summary>From this many rows on, what copying a strip costs is won back.</summary>
    private const int ManyRows = 32;

    /// <summary>Rows of the right factor this far apart fall upon each other in the first cache.</summary>
    private const int WideRow = 256;

    /// <summary>Terms of a strip: it fills two thirds of the first cache.</summary>
    private const int StripDepth = 128;

    /// <summary>The right factor is taken in strips of 64 columns, each copied to where its rows lie together.</summary>
    [SkipLocalsInit]
    [MethodImpl(SimdKernel.Options)]
    private static void AddInStrips(
        int rows, int columns, int depth, float* left, nint leftRow, nint leftTerm, float* right, nint rightStride, float* result, nint resultStride)
    {
        float* space = stackalloc float[(StripDepth * Tile4.Width) + Simd.Lanes];
        var strip = (float*)(((nint)space + AlignedBuffer.Alignment - 1) / AlignedBuffer.Alignment * AlignedBuffer.Alignment);
        for (int first = 0; first < depth; first += StripDepth)
        {
            int terms = Math.Min(StripDepth, depth - first);
            for (int column = 0; column < columns; column += Tile4.Width)
            {
                int width = Math.Min(Tile4.Width, columns - column);
                float* source = right + (first * rightStride) + column;
                for (int term = 0; term < terms; term++)
                {
                    for (int i = 0; i < width; i += Simd.Lanes)
                    {
                        Simd.Store(strip + (term * width) + i, Simd.Load(source + (term * rightStride) + i));
                    }
                }

                Run<Accumulate>(rows, width, terms, left + (first * leftTerm), leftRow, leftTerm, strip, width, result + column, resultStride, null, 0);
            }
        }
    }
}
