using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// The recurrent mode where a group has more threads than the state has columns, one number each: teams of threads take a part of the state's rows
// each. What they read is added up once per token, at the token's only barrier. The sums lie where the chunk form has its Gram matrix.
public static partial class Memory
{
    /// <summary>How many teams there are threads and room for; 1 where a thread takes whole columns.</summary>
    private static int RecurTeams<L>(KernelShape s, MemoryTile m)
        where L : unmanaged, ILane<L>
    {
        if (L.Width > 1 || m.Reads == 0 || m.Reads > 2 || m.Writes > 2)
        {
            return 1;
        }

        // Sums of two tokens in turn: while some threads still read those of one, others write those of the next.
        int threads = s.Threads / m.ValueStride;
        int rooms = m.Chunk * m.PairStride / (2 * m.ValueStride);
        int teams = threads < rooms ? threads : rooms;

        // Never 0, by which a compiler would divide even where nothing is run.
        return teams > 1 ? teams : 1;
    }

    private static void RecurInTeams<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens, int teams)
        where L : unmanaged, ILane<L>
    {
        bool feedback = m.FeedbackKind != MemoryTile.NoFeedback;
        int column = Group.IdxX % m.ValueStride;
        int team = Group.IdxX / m.ValueStride;
        int rows = (m.Keys + teams - 1) / teams;
        int from = team * rows;
        int to = from + rows < m.Keys ? from + rows : m.Keys;
        if (team >= teams)
        {
            // Threads that are left over come to the barriers, and do nothing else.
            to = from;
        }

        L read0 = L.Broadcast(0f);
        L read1 = read0;
        for (int k = from; k < to && feedback; k++)
        {
            L element = L.Load(tile, m.State + (k * m.ValueStride) + column);
            read0 = L.MultiplyAdd(tile[m.Query + k], element, read0);
            read1 = m.Reads > 1 ? L.MultiplyAdd(tile[m.Query + m.KeyStride + k], element, read1) : read1;
        }

        for (int t = 0; t < tokens; t++)
        {
            int room = m.Gram + ((t & 1) * teams * m.Reads * m.ValueStride) + column;
            if (feedback)
            {
                StorePart(tile, m, room, team, teams, read0, read1);
                Barrier(s);
                read0 = SumOfParts<L>(tile, m, room, teams, 0);
                read1 = m.Reads > 1 ? SumOfParts<L>(tile, m, room, teams, 1) : read0;
                if (team == 0)
                {
                    StoreReads(tile, m, t, column, read0, read1);
                }
            }

            L write0 = WriteOf(tile, m, 0, t, column, read0, read1);
            L write1 = WriteOf(tile, m, 1, t, column, read0, read1);
            read0 = L.Broadcast(0f);
            read1 = read0;
            int asked = feedback && t + 1 < tokens ? t + 1 : t;
            int query = m.Query + (asked * m.Reads * m.KeyStride);
            int key = KeyRows(m) + (t * m.Writes * m.KeyStride);
            int decay = m.KeyDecayKind == MemoryTile.PerKey ? m.KeyDecay + (t * m.KeyStride) : m.KeyDecay + t;
            float tokenDecay = m.KeyDecayKind == MemoryTile.PerToken ? tile[decay] : 1f;
            L columnDecay = m.HasValueDecay != 0 ? L.Load(tile, m.ValueDecay + (t * m.ValueStride) + column) : read0;
            for (int k = from; k < to; k++)
            {
                int at = m.State + (k * m.ValueStride) + column;
                float factor = m.KeyDecayKind == MemoryTile.PerKey ? tile[decay + k] : tokenDecay;
                float key0 = m.Writes > 0 ? tile[key + k] : 0f;
                float key1 = m.Writes > 1 ? tile[key + m.KeyStride + k] : 0f;
                L before = L.Load(tile, at);
                L after = Update(m, before, factor, columnDecay, key0, write0, key1, write1);
                L.Store(tile, at, after);
                L seen = feedback ? after : before;
                read0 = L.MultiplyAdd(tile[query + k], seen, read0);
                read1 = m.Reads > 1 ? L.MultiplyAdd(tile[query + m.KeyStride + k], seen, read1) : read1;
            }

            if (!feedback)
            {
                StorePart(tile, m, room, team, teams, read0, read1);
                Barrier(s);
                if (team == 0)
                {
                    read0 = SumOfParts<L>(tile, m, room, teams, 0);
                    read1 = m.Reads > 1 ? SumOfParts<L>(tile, m, room, teams, 1) : read0;
                    StoreReads(tile, m, t, column, read0, read1);
                }
            }
        }
    }

    private static void StorePart<L>(ArrayView<float> tile, MemoryTile m, int room, int team, int teams, L read0, L read1)
        where L : unmanaged, ILane<L>
    {
        if (team < teams)
        {
            int at = room + (team * m.Reads * m.ValueStride);
            L.Store(tile, at, read0);
            if (m.Reads > 1)
            {
                L.Store(tile, at + m.ValueStride, read1);
            }
        }
    }

    private static L SumOfParts<L>(ArrayView<float> tile, MemoryTile m, int room, int teams, int read)
        where L : unmanaged, ILane<L>
    {
        L sum = L.Load(tile, room + (read * m.ValueStride));
        for (int team = 1; team < teams; team++)
        {
            sum = sum + L.Load(tile, room + (((team * m.Reads) + read) * m.ValueStride));
        }

        return sum;
    }
}
