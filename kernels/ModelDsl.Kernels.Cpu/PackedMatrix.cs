namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// A matrix [depth, columns] that many rows are multiplied by, laid out in panels of 32 columns: a product streams each panel from its beginning to its end.
/// (Rows of a wide matrix are a whole number of pages apart: they share few sets of the first cache, and no prefetcher follows them.)
/// Every element of a product is one sum in the order of its terms, whatever the number of rows: bits do not depend on how rows are grouped.
/// For a row or two packing costs more than it saves, and the matrix may be left as it lies, row by row or column by column: each product reads it once from its beginning to its end.
/// </summary>
/// <param name="data">The panels, one after the other; of several matrices, all panels of one after those of the other.</param>
/// <param name="depth">Rows of the matrix: the terms of each sum.</param>
/// <param name="columns">Columns, a multiple of 16.</param>
/// <param name="rowStride">Elements from one row to the next of a matrix that is not in panels, 1 if it lies column by column; else 0.</param>
/// <param name="columnStride">Elements from one column to the next of such a matrix, 1 if it lies row by row.</param>
public readonly unsafe struct PackedMatrix(float* data, int depth, int columns, nint rowStride = 0, nint columnStride = 1)
{
    /// <summary>Elements from which on filling the panels is shared: some ten microseconds.</summary>
    private const int WorthSharing = 20_000;

    /// <summary>Who helps with products of panels, and with filling them.</summary>
    internal Team? Team { get; init; }

    /// <summary>Columns of a panel: two vectors.</summary>
    public const int PanelWidth = 32;

    /// <summary>Rows of the matrix.</summary>
    public int Depth => depth;

    /// <summary>Columns of the matrix.</summary>
    public int Columns => columns;

    private nint PanelLength => (nint)depth * PanelWidth;

    /// <summary>Floats that the panels of one matrix take.</summary>
    public static nint Length(int depth, int columns) => (nint)depth * Panels(columns) * PanelWidth;

    /// <summary>One of several matrices that lie one after the other.</summary>
    public PackedMatrix Part(int index) => new(data + (index * Length(depth, columns)), depth, columns) { Team = Team };

    /// <summary>result [rows, columns] = left [rows, depth] matrix.</summary>
    /// <param name="rows">Rows of the left factor and of the result.</param>
    /// <param name="left">Rows of <see cref="Depth"/> elements.</param>
    /// <param name="leftRow">Elements from one row of the left factor to the next.</param>
    /// <param name="result">Overwritten.</param>
    /// <param name="resultRow">Elements from one row of the result to the next.</param>
    /// <param name="turn">
    /// Which one of many products it is: every other one goes through the panels backwards, and so begins with what the one before has left in a cache that is smaller than the matrix.
    /// </param>
    public void Multiply(int rows, float* left, nint leftRow, float* result, nint resultRow, int turn = 0)
    {
        if (columnStride != 1)
        {
            MatrixProduct.MultiplyAcross(rows, columns, depth, left, leftRow, data, columnStride, result, resultRow);
        }
        else if (rowStride != 0)
        {
            MatrixProduct.MultiplyStream(rows, columns, depth, left, leftRow, data, rowStride, result, resultRow);
        }
        else if (IsShared(rows))
        {
            Team!.Run(new TeamProduct.OfPanels(false, rows, columns, depth, left, leftRow, data, PanelLength, result, resultRow, (turn & 1) != 0));
        }
        else
        {
            MatrixProduct.MultiplyPanels(rows, columns, depth, left, leftRow, data, PanelLength, result, resultRow, (turn & 1) != 0);
        }
    }

    /// <summary>result += left matrix.</summary>
    /// <inheritdoc cref="Multiply"/>
    public void Add(int rows, float* left, nint leftRow, float* result, nint resultRow, int turn = 0)
    {
        if (columnStride != 1)
        {
            MatrixProduct.AddAcross(rows, columns, depth, left, leftRow, data, columnStride, result, resultRow);
        }
        else if (rowStride != 0)
        {
            MatrixProduct.AddStream(rows, columns, depth, left, leftRow, data, rowStride, result, resultRow);
        }
        else if (IsShared(rows))
        {
            Team!.Run(new TeamProduct.OfPanels(true, rows, columns, depth, left, leftRow, data, PanelLength, result, resultRow, (turn & 1) != 0));
        }
        else
        {
            MatrixProduct.AddPanels(rows, columns, depth, left, leftRow, data, PanelLength, result, resultRow, (turn & 1) != 0);
        }
    }

    /// <summary>Fills a block of the matrix; the rest stays as it is.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="column">The first column, a multiple of 16.</param>
    /// <param name="columns">How many columns; those up to the next multiple of 16 may be set to zero.</param>
    /// <param name="source">The elements.</param>
    /// <param name="rowStride">Elements from one row of the source to the next.</param>
    /// <param name="columnStride">Elements from one column of the source to the next.</param>
    public void Set(int row, int rows, int column, int columns, float* source, nint rowStride, nint columnStride)
    {
        if (Team is not null && depth >= TeamProduct.WorthFetching && (long)rows * columns >= WorthSharing)
        {
            Team.Run(new Filling(data, depth, row, rows, column, columns, source, rowStride, columnStride));
        }
        else
        {
            SetColumns(row, rows, column, columns, source, rowStride, columnStride);
        }
    }

    private void SetColumns(int row, int rows, int column, int columns, float* source, nint rowStride, nint columnStride)
    {
        for (int done = 0; done < columns;)
        {
            int at = column + done, inPanel = at % PanelWidth, width = Math.Min(PanelWidth - inPanel, columns - done);
            float* target = data + (at / PanelWidth * PanelLength) + (row * PanelWidth) + inPanel;
            SetPanel(target, rows, width, source + (done * columnStride), rowStride, columnStride);
            done += width;
        }
    }

    private bool IsShared(int rows) => Team is not null && TeamProduct.IsWorthSharing(rows, columns, depth, uses: depth);

    private static void SetPanel(float* target, int rows, int width, float* source, nint rowStride, nint columnStride)
    {
        if (rowStride == 1)
        {
            MatrixProduct.Transpose(width, rows, source, columnStride, target, PanelWidth);
            return;
        }

        for (int row = 0; row < rows; row++, target += PanelWidth, source += rowStride)
        {
            if (columnStride == 1)
            {
                new ReadOnlySpan<float>(source, width).CopyTo(new Span<float>(target, width));
                continue;
            }

            for (int i = 0; i < width; i++)
            {
                target[i] = source[i * columnStride];
            }
        }
    }

    private static int Panels(int columns) => (columns + PanelWidth - 1) / PanelWidth;

    /// <summary>The arguments of <see cref="Set"/>, each part some of the columns.</summary>
    private readonly struct Filling(
        float* data, int depth, int row, int rows, int column, int columns, float* source, nint rowStride, nint columnStride) : ITeamWork
    {
        public void Run(int part, int parts)
        {
            int blocks = (columns + PanelWidth - 1) / PanelWidth, first = blocks * part / parts * PanelWidth, end = Math.Min(blocks * (part + 1) / parts * PanelWidth, columns);
            new PackedMatrix(data, depth, column + columns).SetColumns(row, rows, column + first, end - first, source + (first * columnStride), rowStride, columnStride);
        }
    }
}
