using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// The recurrent mode: a thread owns blocks of value columns, which do not depend on each other, and runs them through all tokens without a
// barrier. With up to two reads and two writes a token takes one pass over the state: without feedback its reads come before its
// update, with feedback the reads of the next token follow it. Where a thread has vectors it takes two columns of them at once.
public static partial class Memory
{
    /// <summary>Runs a chunk token by token: all reads, and the state after it. In recurrent mode only, in which keys lie as rows, or in a tile for the adjoint.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    public static void Recur<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        Barrier(s);
        int teams = RecurTeams<L>(s, m);
        if (teams > 1)
        {
            RecurInTeams<L>(s, tile, m, tokens, teams);
        }
        else if (m.Reads > 2 || m.Writes > 2)
        {
            for (int column = Group.IdxX * L.Width; column < m.ValueStride; column += s.Threads * L.Width)
            {
                RecurColumnInPasses<L>(tile, m, column, tokens);
            }
        }
        else
        {
            bool wide = L.Width > 1 && m.ValueStride % (2 * L.Width) == 0;
            int width = wide ? 2 * L.Width : L.Width;
            for (int column = Group.IdxX * width; column < m.ValueStride; column += s.Threads * width)
            {
                RecurColumn<L>(tile, m, column, tokens, wide);
            }
        }

        Barrier(s);
    }

    /// <summary>Up to two reads and two writes; a second block of columns beside the first one if <paramref name="wide"/>.</summary>
    private static void RecurColumn<L>(ArrayView<float> tile, MemoryTile m, int column, int tokens, bool wide)
        where L : unmanaged, ILane<L>
    {
        bool feedback = m.FeedbackKind != MemoryTile.NoFeedback;
        int other = column + L.Width;
        L read0 = L.Broadcast(0f);
        L read1 = read0;
        L wideRead0 = read0;
        L wideRead1 = read0;
        if (feedback)
        {
            for (int k = 0; k < m.Keys; k++)
            {
                L element = L.Load(tile, m.State + (k * m.ValueStride) + column);
                read0 = L.MultiplyAdd(tile[m.Query + k], element, read0);
                read1 = m.Reads > 1 ? L.MultiplyAdd(tile[m.Query + m.KeyStride + k], element, read1) : read1;
                if (wide)
                {
                    element = L.Load(tile, m.State + (k * m.ValueStride) + other);
                    wideRead0 = L.MultiplyAdd(tile[m.Query + k], element, wideRead0);
                    wideRead1 = m.Reads > 1 ? L.MultiplyAdd(tile[m.Query + m.KeyStride + k], element, wideRead1) : wideRead1;
                }
            }
        }

        for (int t = 0; t < tokens; t++)
        {
            if (feedback)
            {
                StoreReads(tile, m, t, column, read0, read1);
                if (wide)
                {
                    StoreReads(tile, m, t, other, wideRead0, wideRead1);
                }
            }

            L write0 = WriteOf(tile, m, 0, t, column, read0, read1);
            L write1 = WriteOf(tile, m, 1, t, column, read0, read1);
            L wideWrite0 = wide ? WriteOf(tile, m, 0, t, other, wideRead0, wideRead1) : write0;
            L wideWrite1 = wide ? WriteOf(tile, m, 1, t, other, wideRead0, wideRead1) : write1;
            read0 = L.Broadcast(0f);
            read1 = read0;
            wideRead0 = read0;
            wideRead1 = read0;

            // After the last token the reads of a next one are asked for once more, and not used.
            int asked = feedback && t + 1 < tokens ? t + 1 : t;
            int query = m.Query + (asked * m.Reads * m.KeyStride);
            int key = KeyRows(m) + (t * m.Writes * m.KeyStride);
            int decay = m.KeyDecayKind == MemoryTile.PerKey ? m.KeyDecay + (t * m.KeyStride) : m.KeyDecay + t;
            float tokenDecay = m.KeyDecayKind == MemoryTile.PerToken ? tile[decay] : 1f;
            L columnDecay = m.HasValueDecay != 0 ? L.Load(tile, m.ValueDecay + (t * m.ValueStride) + column) : read0;
            L wideDecay = m.HasValueDecay != 0 && wide ? L.Load(tile, m.ValueDecay + (t * m.ValueStride) + other) : read0;
            for (int k = 0; k < m.Keys; k++)
            {
                int at = m.State + (k * m.ValueStride);
                float query0 = m.Reads > 0 ? tile[query + k] : 0f;
                float query1 = m.Reads > 1 ? tile[query + m.KeyStride + k] : 0f;
                float key0 = m.Writes > 0 ? tile[key + k] : 0f;
                float key1 = m.Writes > 1 ? tile[key + m.KeyStride + k] : 0f;
                float factor = m.KeyDecayKind == MemoryTile.PerKey ? tile[decay + k] : tokenDecay;
                L element = L.Load(tile, at + column);
                L wideElement = wide ? L.Load(tile, at + other) : element;
                if (!feedback)
                {
                    read0 = L.MultiplyAdd(query0, element, read0);
                    read1 = m.Reads > 1 ? L.MultiplyAdd(query1, element, read1) : read1;
                    wideRead0 = wide ? L.MultiplyAdd(query0, wideElement, wideRead0) : wideRead0;
                    wideRead1 = wide && m.Reads > 1 ? L.MultiplyAdd(query1, wideElement, wideRead1) : wideRead1;
                }

                element = Update(m, element, factor, columnDecay, key0, write0, key1, write1);
                L.Store(tile, at + column, element);
                if (wide)
                {
                    wideElement = Update(m, wideElement, factor, wideDecay, key0, wideWrite0, key1, wideWrite1);
                    L.Store(tile, at + other, wideElement);
                }

                if (feedback)
                {
                    read0 = L.MultiplyAdd(query0, element, read0);
                    read1 = m.Reads > 1 ? L.MultiplyAdd(query1, element, read1) : read1;
                    wideRead0 = wide ? L.MultiplyAdd(query0, wideElement, wideRead0) : wideRead0;
                    wideRead1 = wide && m.Reads > 1 ? L.MultiplyAdd(query1, wideElement, wideRead1) : wideRead1;
                }
            }

            if (!feedback)
            {
                StoreReads(tile, m, t, column, read0, read1);
                if (wide)
                {
                    StoreReads(tile, m, t, other, wideRead0, wideRead1);
                }
            }
        }
    }

    /// <summary>One element of the state through one token.</summary>
    private static L Update<L>(MemoryTile m, L element, float factor, L columnDecay, float key0, L write0, float key1, L write1)
        where L : unmanaged, ILane<L>
    {
        element = m.KeyDecayKind != MemoryTile.NoDecay ? L.Broadcast(factor) * element : element;
        element = m.HasValueDecay != 0 ? element * columnDecay : element;
        element = m.Writes > 0 ? L.MultiplyAdd(key0, write0, element) : element;
        return m.Writes > 1 ? L.MultiplyAdd(key1, write1, element) : element;
    }

    private static void StoreReads<L>(ArrayView<float> tile, MemoryTile m, int t, int column, L read0, L read1)
        where L : unmanaged, ILane<L>
    {
        int at = m.Read + (t * m.Reads * m.ValueStride) + column;
        if (m.Reads > 0)
        {
            L.Store(tile, at, read0);
        }

        if (m.Reads > 1)
        {
            L.Store(tile, at + m.ValueStride, read1);
        }
    }

    /// <summary>w_j = v_j + sum_i c_ji o rho_i of up to two reads.</summary>
    private static L WriteOf<L>(ArrayView<float> tile, MemoryTile m, int j, int t, int column, L read0, L read1)
        where L : unmanaged, ILane<L>
    {
        if (j >= m.Writes)
        {
            return read0;
        }

        int row = (t * m.Writes) + j;
        L write = L.Load(tile, m.Write + (row * m.ValueStride) + column);
        write = m.FeedbackKind != MemoryTile.NoFeedback && m.Reads > 0 ? AddFeedback(tile, m, row * m.Reads, column, read0, write) : write;
        return m.FeedbackKind != MemoryTile.NoFeedback && m.Reads > 1 ? AddFeedback(tile, m, (row * m.Reads) + 1, column, read1, write) : write;
    }

    /// <summary>target + c o source, for the coefficient at (t * Writes + j) * Reads + i.</summary>
    private static L AddFeedback<L>(ArrayView<float> tile, MemoryTile m, int index, int column, L source, L target)
        where L : unmanaged, ILane<L>
        => m.FeedbackKind == MemoryTile.PerToken
            ? L.MultiplyAdd(tile[m.Coefficient + index], source, target)
            : L.MultiplyAdd(L.Load(tile, m.Coefficient + (index * m.ValueStride) + column), source, target);

    /// <summary>Any number of reads and writes: a pass over the state for each read, one for the update.</summary>
    private static void RecurColumnInPasses<L>(ArrayView<float> tile, MemoryTile m, int column, int tokens)
        where L : unmanaged, ILane<L>
    {
        for (int t = 0; t < tokens; t++)
        {
            for (int i = 0; i < m.Reads; i++)
            {
                int row = (t * m.Reads) + i;
                L read = L.Broadcast(0f);
                for (int k = 0; k < m.Keys; k++)
                {
                    read = L.MultiplyAdd(tile[m.Query + (row * m.KeyStride) + k], L.Load(tile, m.State + (k * m.ValueStride) + column), read);
                }

                L.Store(tile, m.Read + (row * m.ValueStride) + column, read);
                for (int j = 0; j < m.Writes && m.FeedbackKind != MemoryTile.NoFeedback; j++)
                {
                    int write = (t * m.Writes) + j;
                    int at = m.Write + (write * m.ValueStride) + column;
                    L.Store(tile, at, AddFeedback(tile, m, (write * m.Reads) + i, column, read, L.Load(tile, at)));
                }
            }

            for (int k = 0; k < m.Keys; k++)
            {
                int at = m.State + (k * m.ValueStride) + column;
                L element = L.Load(tile, at);
                if (m.KeyDecayKind != MemoryTile.NoDecay)
                {
                    element = L.Broadcast(tile[m.KeyDecayKind == MemoryTile.PerKey ? m.KeyDecay + (t * m.KeyStride) + k : m.KeyDecay + t]) * element;
                }

                if (m.HasValueDecay != 0)
                {
                    element = element * L.Load(tile, m.ValueDecay + (t * m.ValueStride) + column);
                }

                for (int j = 0; j < m.Writes; j++)
                {
                    int write = (t * m.Writes) + j;
                    element = L.MultiplyAdd(
                        tile[KeyRows(m) + (write * m.KeyStride) + k], L.Load(tile, m.Write + (write * m.ValueStride) + column), element);
                }

                L.Store(tile, at, element);
            }
        }
    }
}
