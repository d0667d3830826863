using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>
/// Products of small matrices in a group's tile. A thread takes blocks of four rows by one or two vectors of columns and keeps them in registers while it runs
/// along the inner dimension. Of one number per thread, neighbouring threads take neighbouring columns: rows of the right factor come without bank
/// conflicts, elements of the left one as broadcasts. The left factor has a stride for both of its dimensions, so that transposed products need no copy.
/// Rows behind the last one are computed from copies of it, and not stored. No function here has a barrier.
/// </summary>
internal static class DeviceMatrix
{
    /// <summary>c = a b, or c += a b.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="rows">Rows of a and c.</param>
    /// <param name="columns">Columns of b and c, padded.</param>
    /// <param name="inner">Columns of a, rows of b.</param>
    /// <param name="a">Where a begins.</param>
    /// <param name="aRow">From one row of a to the next.</param>
    /// <param name="aInner">From one column of a to the next.</param>
    /// <param name="b">Where b begins.</param>
    /// <param name="bRow">From one row of b to the next.</param>
    /// <param name="c">Where c begins.</param>
    /// <param name="cRow">From one row of c to the next.</param>
    /// <param name="add">Whether the product is added to what is there.</param>
    public static void Multiply<L>(
        KernelShape s, ArrayView<float> tile, int rows, int columns, int inner, int a, int aRow, int aInner, int b, int bRow, int c, int cRow, bool add)
        where L : unmanaged, ILane<L>
        => MultiplyBand<L>(s, tile, rows, columns, 0, 0, 1, inner, 0, 1, a, aRow, aInner, b, bRow, c, cRow, add);

    /// <summary>
    /// The product with a left factor that is zero outside of a band: rows [r, r + 4) use columns from <paramref name="first"/> + (r / <paramref name="firstDivisor"/>) *
    /// <paramref name="firstStep"/> to <paramref name="last"/> + ((r + 3) / <paramref name="lastDivisor"/>) * <paramref name="lastStep"/>.
    /// </summary>
    public static void MultiplyBand<L>(
        KernelShape s,
        ArrayView<float> tile,
        int rows,
        int columns,
        int first,
        int firstStep,
        int firstDivisor,
        int last,
        int lastStep,
        int lastDivisor,
        int a,
        int aRow,
        int aInner,
        int b,
        int bRow,
        int c,
        int cRow,
        bool add)
        where L : unmanaged, ILane<L>
    {
        bool two = MatrixBlock<L>.HasTwo(columns);
        int blocks = MatrixBlock<L>.CountOf(columns);
        int second = blocks * L.Width;
        int count = (rows + 3) / 4 * blocks;
        for (int x = Group.IdxX; x < count; x += s.Threads)
        {
            int row = x / blocks * 4;
            int column = x % blocks * L.Width;
            int end = row + 3 < rows ? row + 3 : rows - 1;
            MatrixBlock<L> block = add
                ? MatrixBlock<L>.Load(tile, c + column, cRow, row, rows, second, two)
                : MatrixBlock<L>.Zero();
            block = MatrixBlock<L>.AddProduct(
                block, tile, a, aRow, aInner, row, rows, tile, b + column, bRow, second, two, first + (row / firstDivisor * firstStep), last + (end / lastDivisor * lastStep));
            MatrixBlock<L>.Store(block, tile, c + column, cRow, row, rows, second, two);
        }
    }

    /// <summary>
    /// c = the product of a [rows, inner] and b [inner, columns] where the column is below (row / <paramref name="rowsPerToken"/>) * <paramref name="columnsPerToken"/>, 0 elsewhere:
    /// pairs of a read and an earlier write.
    /// </summary>
    public static void MultiplyLower<L>(
        KernelShape s, ArrayView<float> tile, int rows, int columns, int rowsPerToken, int columnsPerToken, int inner, int a, int aRow, int b, int bRow, int c, int cRow)
        where L : unmanaged, ILane<L>
    {
        bool two = MatrixBlock<L>.HasTwo(columns);
        int blocks = MatrixBlock<L>.CountOf(columns);
        int second = blocks * L.Width;
        int count = columns > 0 ? (rows + 3) / 4 * blocks : 0;
        for (int task = Group.IdxX; task < count; task += s.Threads)
        {
            int row = task / blocks * 4;
            int column = task % blocks * L.Width;
            int end = row + 3 < rows ? row + 3 : rows - 1;
            int used = end / rowsPerToken * columnsPerToken;
            MatrixBlock<L> block = MatrixBlock<L>.Zero();
            if (column < used)
            {
                // The second vector may lie behind all earlier writes; then it is computed in vain, but only near the diagonal.
                block = MatrixBlock<L>.AddProduct(block, tile, a, aRow, 1, row, rows, tile, b + column, bRow, second, two, 0, inner);
            }

            MatrixBlock<L>.Store(block, tile, c + column, cRow, row, rows, second, two);

            // What this thread has just written, with zeros behind the earlier writes.
            int behind = two ? column + second : column;
            if (behind + L.Width > row / rowsPerToken * columnsPerToken)
            {
                for (int x = row; x <= end; x++)
                {
                    for (int at = column; at <= behind; at += second)
                    {
                        int place = c + (x * cRow) + at;
                        L.Store(tile, place, Below(L.Load(tile, place), at, x / rowsPerToken * columnsPerToken));
                    }
                }
            }
        }
    }

    /// <summary>The value, with 0 in the lanes for which <paramref name="index"/> + lane is not below <paramref name="size"/>, whatever they hold.</summary>
    public static L Below<L>(L value, int index, int size)
        where L : unmanaged, ILane<L>
        => Below(value, index, size, 0f);

    /// <summary>The same with another number in place of 0. Unlike <see cref="ILane{TLane}.Masked"/> it takes a size below the index.</summary>
    public static L Below<L>(L value, int index, int size, float other)
        where L : unmanaged, ILane<L>
    {
        if (index >= size)
        {
            return L.Broadcast(other);
        }

        return index + L.Width <= size ? value : L.Masked(value, index, size, other);
    }

    /// <summary>target[c, r] = source[r, c], with zeros for r up to whole vectors.</summary>
    public static void Transpose<L>(KernelShape s, ArrayView<float> tile, int source, int sourceRow, int rows, int columns, int target, int targetRow)
        where L : unmanaged, ILane<L>
    {
        if (L.Width == 1)
        {
            // Neighbouring threads read neighbours; what they write is an odd number of floats apart.
            for (int x = Group.IdxX; x < KernelShape.Pad(rows) * columns; x += s.Threads)
            {
                int r = x / columns;
                int c = x % columns;
                tile[target + (c * targetRow) + r] = r < rows ? tile[source + (r * sourceRow) + c] : 0f;
            }

            return;
        }

        int blocks = KernelShape.Pad(rows) / L.Width;
        for (int x = Group.IdxX; x < blocks * columns; x += s.Threads)
        {
            int r = x / columns * L.Width;
            int c = x % columns;
            L.Store(tile, target + (c * targetRow) + r, L.Gather(tile, source + (r * sourceRow) + c, sourceRow, r, rows));
        }
    }
}
