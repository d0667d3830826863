namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Matrix products that a team makes, each member some of the columns. Every element is one sum in the order of its terms, whoever makes it: bits do not depend on the
/// threads. A member gets the same columns of the same matrix at every token, and finds them in its own caches.
/// </summary>
internal static unsafe class TeamProduct
{
    /// <summary>Multiply-adds from which on a product is shared: handing a part over takes about a microsecond.</summary>
    private const long WorthSharing = 100_000;

    /// <summary>
    /// How often an element that has to come from another thread's cache, or to go there, is used, at least: a part of a product is slower than the whole if it is fetched
    /// for 64 multiply-adds, and as fast for 128 (measured).
    /// </summary>
    public const int WorthFetching = 192;

    /// <summary>The columns of one part are a whole number of these, where there are enough for all: the widest tile, and the panels that a row is multiplied by in one go.</summary>
    private const int WideBlock = 128;

    /// <summary>Whether members should share a product.</summary>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="depth">The terms of its sums.</param>
    /// <param name="uses">The multiply-adds for an element of what one thread hands to another: the results, or the factor that parts have columns of.</param>
    public static bool IsWorthSharing(long rows, long columns, long depth, long uses) => uses >= WorthFetching && rows * columns * depth >= WorthSharing;

    private static (int First, int Columns) ColumnsOf(int columns, int part, int parts)
    {
        int block = columns >= parts * WideBlock ? WideBlock : PackedMatrix.PanelWidth, blocks = (columns + block - 1) / block;
        int first = Math.Min(part * blocks / parts * block, columns), end = Math.Min((part + 1) * blocks / parts * block, columns);
        return (first, end - first);
    }

    /// <summary>A product with a matrix in panels, with the arguments of <see cref="MatrixProduct.MultiplyPanels"/>.</summary>
    public readonly struct OfPanels(
        bool add, int rows, int columns, int depth, float* left, nint leftRow, float* right, nint panelStride, float* result, nint resultStride, bool fromEnd) : ITeamWork
    {
        public void Run(int part, int parts)
        {
            (int first, int width) = ColumnsOf(columns, part, parts);
            float* panels = right + (first / PackedMatrix.PanelWidth * panelStride);
            if (add)
            {
                MatrixProduct.AddPanels(rows, width, depth, left, leftRow, panels, panelStride, result + first, resultStride, fromEnd);
            }
            else
            {
                MatrixProduct.MultiplyPanels(rows, width, depth, left, leftRow, panels, panelStride, result + first, resultStride, fromEnd);
            }
        }
    }

    /// <summary>What is added to a result, with the arguments of <see cref="MatrixProduct.Add"/>.</summary>
    public readonly struct Added(
        int rows, int columns, int depth, float* left, nint leftRow, nint leftTerm, float* right, nint rightStride, float* result, nint resultStride) : ITeamWork
    {
        public void Run(int part, int parts)
        {
            (int first, int width) = ColumnsOf(columns, part, parts);
            MatrixProduct.Add(rows, width, depth, left, leftRow, leftTerm, right + first, rightStride, result + first, resultStride);
        }
    }
}
