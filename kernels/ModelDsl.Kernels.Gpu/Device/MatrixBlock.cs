using ILGPU;

namespace ModelDsl.Kernels.Gpu;

/// <summary>Four rows by one or two vectors of a product, in registers.</summary>
internal struct MatrixBlock<L>
    where L : unmanaged, ILane<L>
{
    /// <summary>The first vector of each row.</summary>
    public L A0, A1, A2, A3;

    /// <summary>The second vector of each row.</summary>
    public L B0, B1, B2, B3;

    /// <summary>Whether rows of that many columns are taken two vectors at a time.</summary>
    public static bool HasTwo(int columns) => columns % (2 * L.Width) == 0;

    /// <summary>Blocks side by side in rows of that many columns; 1 also for none, so that nobody divides by 0.</summary>
    public static int CountOf(int columns)
    {
        int width = HasTwo(columns) ? 2 * L.Width : L.Width;
        return columns > width ? columns / width : 1;
    }

    public static MatrixBlock<L> Zero()
    {
        L zero = L.Broadcast(0f);
        return new() { A0 = zero, A1 = zero, A2 = zero, A3 = zero, B0 = zero, B1 = zero, B2 = zero, B3 = zero };
    }

    /// <summary>Rows [row, row + 4) at <paramref name="at"/>; <paramref name="second"/> is the way from the first to the second vector.</summary>
    public static MatrixBlock<L> Load(ArrayView<float> tile, int at, int stride, int row, int rows, int second, bool two)
    {
        int r0 = at + (row * stride);
        int r1 = at + (Clamp(row + 1, rows) * stride);
        int r2 = at + (Clamp(row + 2, rows) * stride);
        int r3 = at + (Clamp(row + 3, rows) * stride);
        MatrixBlock<L> block = Zero();
        block.A0 = L.Load(tile, r0);
        block.A1 = L.Load(tile, r1);
        block.A2 = L.Load(tile, r2);
        block.A3 = L.Load(tile, r3);
        if (two)
        {
            block.B0 = L.Load(tile, r0 + second);
            block.B1 = L.Load(tile, r1 + second);
            block.B2 = L.Load(tile, r2 + second);
            block.B3 = L.Load(tile, r3 + second);
        }

        return block;
    }

    public static void Store(MatrixBlock<L> block, ArrayView<float> tile, int at, int stride, int row, int rows, int second, bool two)
    {
        int r = at + (row * stride);
        L.Store(tile, r, block.A0);
        if (two)
        {
            L.Store(tile, r + second, block.B0);
        }

        if (row + 1 < rows)
        {
            L.Store(tile, r + stride, block.A1);
            if (two)
            {
                L.Store(tile, r + stride + second, block.B1);
            }
        }

        if (row + 2 < rows)
        {
            L.Store(tile, r + (2 * stride), block.A2);
            if (two)
            {
                L.Store(tile, r + (2 * stride) + second, block.B2);
            }
        }

        if (row + 3 < rows)
        {
            L.Store(tile, r + (3 * stride), block.A3);
            if (two)
            {
                L.Store(tile, r + (3 * stride) + second, block.B3);
            }
        }
    }

    /// <summary>block + a[row.., from..to] b[from..to].</summary>
    public static MatrixBlock<L> AddProduct(
        MatrixBlock<L> block,
        ArrayView<float> left,
        int a,
        int aRow,
        int aInner,
        int row,
        int rows,
        ArrayView<float> right,
        int b,
        int bRow,
        int second,
        bool two,
        int from,
        int to)
    {
        int a0 = a + (row * aRow);
        int a1 = a + (Clamp(row + 1, rows) * aRow);
        int a2 = a + (Clamp(row + 2, rows) * aRow);
        int a3 = a + (Clamp(row + 3, rows) * aRow);
        L x0 = block.A0, x1 = block.A1, x2 = block.A2, x3 = block.A3;
        L y0 = block.B0, y1 = block.B1, y2 = block.B2, y3 = block.B3;
        for (int k = from; k < to; k++)
        {
            float f0 = left[a0 + (k * aInner)];
            float f1 = left[a1 + (k * aInner)];
            float f2 = left[a2 + (k * aInner)];
            float f3 = left[a3 + (k * aInner)];
            L factor = L.Load(right, b + (k * bRow));
            x0 = L.MultiplyAdd(f0, factor, x0);
            x1 = L.MultiplyAdd(f1, factor, x1);
            x2 = L.MultiplyAdd(f2, factor, x2);
            x3 = L.MultiplyAdd(f3, factor, x3);
            if (two)
            {
                factor = L.Load(right, b + (k * bRow) + second);
                y0 = L.MultiplyAdd(f0, factor, y0);
                y1 = L.MultiplyAdd(f1, factor, y1);
                y2 = L.MultiplyAdd(f2, factor, y2);
                y3 = L.MultiplyAdd(f3, factor, y3);
            }
        }

        return new() { A0 = x0, A1 = x1, A2 = x2, A3 = x3, B0 = y0, B1 = y1, B2 = y2, B3 = y3 };
    }

    /// <summary>Each row times a factor of its own.</summary>
    public static MatrixBlock<L> ScaleRows(MatrixBlock<L> block, float f0, float f1, float f2, float f3) => new()
    {
        A0 = L.Broadcast(f0) * block.A0,
        A1 = L.Broadcast(f1) * block.A1,
        A2 = L.Broadcast(f2) * block.A2,
        A3 = L.Broadcast(f3) * block.A3,
        B0 = L.Broadcast(f0) * block.B0,
        B1 = L.Broadcast(f1) * block.B1,
        B2 = L.Broadcast(f2) * block.B2,
        B3 = L.Broadcast(f3) * block.B3,
    };

    /// <summary>Each vector of columns times factors of its own.</summary>
    public static MatrixBlock<L> ScaleColumns(MatrixBlock<L> block, L a, L b) => new()
    {
        A0 = a * block.A0,
        A1 = a * block.A1,
        A2 = a * block.A2,
        A3 = a * block.A3,
        B0 = b * block.B0,
        B1 = b * block.B1,
        B2 = b * block.B2,
        B3 = b * block.B3,
    };

    private static int Clamp(int row, int rows) => row < rows ? row : rows - 1;
}
