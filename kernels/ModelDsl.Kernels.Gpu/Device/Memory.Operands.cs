using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// How operands come from the slots of a frame into the tile, and results back. No function here has a barrier: they touch places of their own.
public static partial class Memory
{
    /// <summary>Takes a read's keys, q_i.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="i">Which read.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="at">Where in the frame the first token's row begins.</param>
    /// <param name="row">Floats from one token's row to the next.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="inner">Of several key axes, which are one to the memory, the size of the innermost: rows of the frame pad it. 0 if the memory's rows are the frame's.</param>
    /// <param name="first">Where several states are one memory: the first key of the part.</param>
    /// <param name="count">Keys of the part; 0 for all.</param>
    public static void SetQuery<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int i, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
        => TakeKeys<L>(s, frame, at, row, tile, m.Query + (i * m.KeyStride), m.Reads * m.KeyStride, m.KeyStride, tokens, m.Keys, inner, first, count == 0 ? m.Keys : count);

    /// <summary>Takes a write's keys, k_j.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="j">Which write.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="at">Where in the frame the first token's row begins.</param>
    /// <param name="row">Floats from one token's row to the next.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="inner">Of several key axes, which are one to the memory, the size of the innermost: rows of the frame pad it. 0 if the memory's rows are the frame's.</param>
    /// <param name="first">Where several states are one memory: the first key of the part.</param>
    /// <param name="count">Keys of the part; 0 for all.</param>
    public static void SetKey<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
    {
        if (HasKeyRows(s, m))
        {
            TakeKeys<L>(s, frame, at, row, tile, KeyRows(m) + (j * m.KeyStride), m.Writes * m.KeyStride, m.KeyStride, tokens, m.Keys, inner, first, count == 0 ? m.Keys : count);
        }

        if (HasKeyColumns(s, m))
        {
            // Neighbouring threads read neighbouring keys; what they write is an odd number of floats apart.
            int keys = (m.Keys + 3) & ~3;
            int stride = ColumnStride<L>(m);
            count = count == 0 ? m.Keys : count;
            int part = first + count == m.Keys ? keys - first : count;
            for (int t = Team.Row(s); t < tokens; t += Team.Rows(s))
            {
                for (int k = Team.Column(s); k < keys; k += s.Columns)
                {
                    if (inner == 0)
                    {
                        tile[m.KeyColumns + (k * stride) + (t * m.Writes) + j] = frame[at + (t * row) + k];
                    }
                    else if (k < part)
                    {
                        tile[m.KeyColumns + ((first + k) * stride) + (t * m.Writes) + j] = k < count && at >= 0 ? frame[at + (t * row) + Spread(k, inner)] : 0f;
                    }
                }
            }
        }
    }

    /// <summary>Takes a write's values, v_j.</summary>
    /// <inheritdoc cref="SetKey"/>
    public static void SetValue<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, frame, at, row, tile, m.Write + (j * m.ValueStride), m.Writes * m.ValueStride, m.ValueStride, tokens);

    /// <summary>A write whose values are zero but for what reads feed back.</summary>
    /// <inheritdoc cref="SetKey"/>
    public static void ClearValue<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, int tokens)
        where L : unmanaged, ILane<L>
        => Clear<L>(s, tile, m.Write + (j * m.ValueStride), m.Writes * m.ValueStride, m.ValueStride, tokens);

    /// <summary>Takes what a read adds to a write, c_ji.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="j">Which write.</param>
    /// <param name="i">Which read.</param>
    /// <param name="frame">The group's frame.</param>
    /// <param name="at">Where in the frame the first token's row begins.</param>
    /// <param name="row">Floats from one token's row to the next.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="perValue">1 if a row has one number per value, 0 if it has one.</param>
    public static void SetCoefficient<L>(
        KernelShape s, ArrayView<float> tile, MemoryTile m, int j, int i, ArrayView<float> frame, int at, int row, int tokens, int perValue)
        where L : unmanaged, ILane<L>
    {
        int index = (j * m.Reads) + i;
        if (m.FeedbackKind == MemoryTile.PerToken)
        {
            for (int t = Group.IdxX; t < tokens; t += s.Threads)
            {
                tile[m.Coefficient + (t * m.Reads * m.Writes) + index] = frame[at + (t * row)];
            }
        }
        else if (perValue != 0)
        {
            Take<L>(s, frame, at, row, tile, m.Coefficient + (index * m.ValueStride), m.Reads * m.Writes * m.ValueStride, m.ValueStride, tokens);
        }
        else
        {
            for (int x = Group.IdxX * L.Width; x < tokens * m.ValueStride; x += s.Threads * L.Width)
            {
                int t = x / m.ValueStride;
                int v = x % m.ValueStride;
                L.Store(tile, m.Coefficient + (((t * m.Reads * m.Writes) + index) * m.ValueStride) + v, L.Broadcast(frame[at + (t * row)]));
            }
        }
    }

    /// <summary>A read that adds nothing to a write.</summary>
    /// <inheritdoc cref="SetCoefficient"/>
    public static void ClearCoefficient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, int i, int tokens)
        where L : unmanaged, ILane<L>
    {
        int index = (j * m.Reads) + i;
        if (m.FeedbackKind == MemoryTile.PerToken)
        {
            for (int t = Group.IdxX; t < tokens; t += s.Threads)
            {
                tile[m.Coefficient + (t * m.Reads * m.Writes) + index] = 0f;
            }
        }
        else if (m.FeedbackKind == MemoryTile.PerValue)
        {
            Clear<L>(s, tile, m.Coefficient + (index * m.ValueStride), m.Reads * m.Writes * m.ValueStride, m.ValueStride, tokens);
        }
    }

    /// <summary>Takes the decay of the state's rows, with rows of 1 or of K as the memory says.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void SetKeyDecay<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
    {
        if (m.KeyDecayKind == MemoryTile.PerKey)
        {
            TakeKeys<L>(s, frame, at, row, tile, m.KeyDecay, m.KeyStride, m.KeyStride, tokens, m.Keys, inner, first, count == 0 ? m.Keys : count);
            return;
        }

        for (int t = Group.IdxX; t < tokens; t += s.Threads)
        {
            tile[m.KeyDecay + t] = frame[at + (t * row)];
        }
    }

    /// <summary>Takes the decay of the state's columns.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void SetValueDecay<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, frame, at, row, tile, m.ValueDecay, m.ValueStride, m.ValueStride, tokens);

    /// <summary>Takes the gradient of a read.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void SetReadGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int i, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, frame, at, row, tile, m.ReadGradient + (i * m.ValueStride), m.Reads * m.ValueStride, m.ValueStride, tokens);

    /// <summary>A read whose gradient is zero but for what comes through writes.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void ClearReadGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int i, int tokens)
        where L : unmanaged, ILane<L>
        => Clear<L>(s, tile, m.ReadGradient + (i * m.ValueStride), m.Reads * m.ValueStride, m.ValueStride, tokens);

    /// <summary>Gives a read, rho_i.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void GetRead<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int i, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, tile, m.Read + (i * m.ValueStride), m.Reads * m.ValueStride, frame, at, row, m.ValueStride, tokens);

    /// <summary>Gives the gradient of a read's keys.</summary>
    /// <inheritdoc cref="SetQuery"/>
    public static void GetQueryGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int i, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
        => GiveKeys<L>(s, tile, m.QueryGradient + (i * m.KeyStride), m.Reads * m.KeyStride, frame, at, row, m.KeyStride, tokens, inner, first, count == 0 ? m.Keys : count);

    /// <summary>Gives the gradient of a write's keys.</summary>
    /// <inheritdoc cref="SetKey"/>
    public static void GetKeyGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
        => GiveKeys<L>(s, tile, m.KeyGradient + (j * m.KeyStride), m.Writes * m.KeyStride, frame, at, row, m.KeyStride, tokens, inner, first, count == 0 ? m.Keys : count);

    /// <summary>Gives the gradient of a write's values.</summary>
    /// <inheritdoc cref="SetKey"/>
    public static void GetValueGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int j, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, tile, m.WriteGradient + (j * m.ValueStride), m.Writes * m.ValueStride, frame, at, row, m.ValueStride, tokens);

    /// <summary>Gives the gradient of what a read adds to a write: dw_j o rho_i, summed over V for a coefficient per token.</summary>
    /// <inheritdoc cref="SetCoefficient"/>
    public static void GetCoefficientGradient<L>(
        KernelShape s, ArrayView<float> tile, MemoryTile m, int j, int i, ArrayView<float> frame, int at, int row, int tokens, int perValue)
        where L : unmanaged, ILane<L>
    {
        if (perValue == 0)
        {
            for (int t = Group.IdxX; t < tokens; t += s.Threads)
            {
                frame[at + (t * row)] = Dot<L>(
                    tile, m.WriteGradient + (((t * m.Writes) + j) * m.ValueStride), m.Read + (((t * m.Reads) + i) * m.ValueStride), m.ValueStride, t);
            }

            return;
        }

        for (int x = Group.IdxX * L.Width; x < tokens * m.ValueStride; x += s.Threads * L.Width)
        {
            int t = x / m.ValueStride;
            int v = x % m.ValueStride;
            L write = L.Load(tile, m.WriteGradient + (((t * m.Writes) + j) * m.ValueStride) + v);
            L.Store(frame, at + (t * row) + v, write * L.Load(tile, m.Read + (((t * m.Reads) + i) * m.ValueStride) + v));
        }
    }

    /// <summary>Gives the gradient of the decay of the state's rows.</summary>
    /// <inheritdoc cref="SetKeyDecay"/>
    public static void GetKeyDecayGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> frame, int at, int row, int tokens, int inner = 0, int first = 0, int count = 0)
        where L : unmanaged, ILane<L>
    {
        if (m.KeyDecayKind == MemoryTile.PerKey)
        {
            GiveKeys<L>(s, tile, m.KeyDecayGradient, m.KeyStride, frame, at, row, m.KeyStride, tokens, inner, first, count == 0 ? m.Keys : count);
            return;
        }

        for (int t = Group.IdxX; t < tokens; t += s.Threads)
        {
            frame[at + (t * row)] = tile[m.KeyDecayGradient + t];
        }
    }

    /// <summary>Gives the gradient of the decay of the state's columns.</summary>
    /// <inheritdoc cref="SetValueDecay"/>
    public static void GetValueDecayGradient<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> frame, int at, int row, int tokens)
        where L : unmanaged, ILane<L>
        => Take<L>(s, tile, m.ValueDecayGradient, m.ValueStride, frame, at, row, m.ValueStride, tokens);

    /// <summary>Where a key over several axes is in a row that pads the innermost.</summary>
    private static int Spread(int key, int inner) => (key / inner * KernelShape.Pad(inner)) + (key % inner);

    /// <summary>Copies rows of keys from the frame, zeros behind the last; a part that begins before it (at -1) is zero.</summary>
    private static void TakeKeys<L>(
        KernelShape s, ArrayView<float> frame, int from, int fromRow, ArrayView<float> tile, int to, int toRow, int width, int rows, int keys, int inner, int first, int count)
        where L : unmanaged, ILane<L>
    {
        if (inner == 0)
        {
            Take<L>(s, frame, from, fromRow, tile, to, toRow, width, rows);
            return;
        }

        int part = first + count == keys ? width - first : count;
        for (int x = Group.IdxX; x < rows * part; x += s.Threads)
        {
            int row = x / part;
            int key = x % part;
            tile[to + (row * toRow) + first + key] = key < count && from >= 0 ? frame[from + (row * fromRow) + Spread(key, inner)] : 0f;
        }
    }

    /// <summary>Copies rows of keys to the frame.</summary>
    private static void GiveKeys<L>(
        KernelShape s, ArrayView<float> tile, int from, int fromRow, ArrayView<float> frame, int to, int toRow, int width, int rows, int inner, int first, int count)
        where L : unmanaged, ILane<L>
    {
        if (inner == 0)
        {
            Take<L>(s, tile, from, fromRow, frame, to, toRow, width, rows);
            return;
        }

        for (int x = Group.IdxX; x < rows * count; x += s.Threads)
        {
            int row = x / count;
            int key = x % count;
            frame[to + (row * toRow) + Spread(key, inner)] = tile[from + (row * fromRow) + first + key];
        }
    }

    /// <summary>Copies rows.</summary>
    private static void Take<L>(KernelShape s, ArrayView<float> source, int from, int fromRow, ArrayView<float> target, int to, int toRow, int width, int rows)
        where L : unmanaged, ILane<L>
    {
        // A memory without value axes has one column: a frame keeps one number for each token, a tile a padded row.
        if (toRow == 1)
        {
            for (int row = Group.IdxX; row < rows; row += s.Threads)
            {
                target[to + row] = source[from + (row * fromRow)];
            }

            return;
        }

        if (fromRow == 1)
        {
            for (int x = Group.IdxX; x < rows * width; x += s.Threads)
            {
                target[to + (x / width * toRow) + (x % width)] = x % width == 0 ? source[from + (x / width)] : 0f;
            }

            return;
        }

        for (int x = Group.IdxX * L.Width; x < rows * width; x += s.Threads * L.Width)
        {
            int row = x / width;
            int column = x % width;
            L.Store(target, to + (row * toRow) + column, L.Load(source, from + (row * fromRow) + column));
        }
    }

    private static void Clear<L>(KernelShape s, ArrayView<float> target, int to, int toRow, int width, int rows)
        where L : unmanaged, ILane<L>
    {
        for (int x = Group.IdxX * L.Width; x < rows * width; x += s.Threads * L.Width)
        {
            L.Store(target, to + (x / width * toRow) + (x % width), L.Broadcast(0f));
        }
    }
}
