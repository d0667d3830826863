using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// Everything that the decay of the state's rows does. Products of decays are only ever formed as products, from the write forward: no
// logarithms, no quotients, so that zeros cut exactly and signs are free.
public static partial class Memory
{
    /// <summary>
    /// The decayed Gram matrix, queries as they meet the incoming state and keys as they stand in the outgoing one. The queries are there for all when it
    /// returns, but for the rest a barrier must follow.
    /// </summary>
    private static void PrepareKeys<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int columnStride = ColumnStride<L>(m);
        if (m.KeyDecayKind == MemoryTile.PerKey)
        {
            // Reads are computed later: until then there is room in their place.
            DecayedGram<L>(
                s, tile, m, tokens, m.Query, m.KeyStride, m.Keys, m.KeyColumns, m.KeyDecay, m.Gram, m.Read, m.ValueStride, m.EndKeyColumns);
            for (int k = Group.IdxX * L.Width; k < m.KeyStride; k += s.Threads * L.Width)
            {
                KeyPrefixes<L>(tile, m, k, tokens);
            }

            Barrier(s);
            ScaleQueries<L>(s, tile, m, tokens);
            Barrier(s);
            return;
        }

        DeviceMatrix.MultiplyLower<L>(
            s, tile, tokens * m.Reads, m.PairStride, AtLeastOne(m.Reads), m.Writes, m.Keys, m.Query, m.KeyStride, m.KeyColumns, columnStride, m.RawGram, m.PairStride);
        if (m.KeyDecayKind == MemoryTile.NoDecay)
        {
            return;
        }

        if (Group.IdxX == s.Threads - 1)
        {
            float prefix = 1f;
            tile[m.KeyPrefix] = prefix;
            for (int t = 0; t < tokens; t++)
            {
                prefix *= tile[m.KeyDecay + t];
                tile[m.KeyPrefix + t + 1] = prefix;
            }
        }

        Barrier(s);
        for (int write = Group.IdxX * L.Width; write < tokens * m.Writes; write += s.Threads * L.Width)
        {
            ApplyReach<L>(tile, m, write, tokens);
        }

        ScaleQueries<L>(s, tile, m, tokens);
        Barrier(s);
        int blocks = AtLeastOne(m.PairStride / L.Width);
        for (int x = Group.IdxX; x < m.Keys * blocks && m.PairStride > 0; x += s.Threads)
        {
            int at = (x / blocks * columnStride) + (x % blocks * L.Width);
            L reach = L.Load(tile, m.EndReach + (x % blocks * L.Width));
            L.Store(tile, m.EndKeyColumns + at, reach * L.Load(tile, m.KeyColumns + at));
        }
    }

    /// <summary>Products of all earlier decays of a block of keys.</summary>
    private static void KeyPrefixes<L>(ArrayView<float> tile, MemoryTile m, int key, int tokens)
        where L : unmanaged, ILane<L>
    {
        L prefix = L.Broadcast(1f);
        L.Store(tile, m.KeyPrefix + key, prefix);
        for (int t = 0; t < tokens; t++)
        {
            prefix = prefix * L.Load(tile, m.KeyDecay + (t * m.KeyStride) + key);
            L.Store(tile, m.KeyPrefix + ((t + 1) * m.KeyStride) + key, prefix);
        }
    }

    /// <summary>Queries as they meet the incoming state.</summary>
    private static void ScaleQueries<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int reads = AtLeastOne(m.Reads);
        for (int x = Group.IdxX * L.Width; x < tokens * m.Reads * m.KeyStride; x += s.Threads * L.Width)
        {
            int t = x / (reads * m.KeyStride);
            L prefix = m.KeyDecayKind == MemoryTile.PerToken
                ? L.Broadcast(tile[m.KeyPrefix + t])
                : L.Load(tile, m.KeyPrefix + (t * m.KeyStride) + (x % m.KeyStride));
            L.Store(tile, m.InitialQuery + x, prefix * L.Load(tile, m.Query + x));
        }
    }

    /// <summary>One decay per token: a block of columns of the Gram matrix, times the products of the decays between write and read.</summary>
    private static void ApplyReach<L>(ArrayView<float> tile, MemoryTile m, int write, int tokens)
        where L : unmanaged, ILane<L>
    {
        // Lanes of writes that are still to come are 1: nothing has decayed them yet. The Gram matrix is 0 there.
        L reach = L.Broadcast(1f);
        int first = write / AtLeastOne(m.Writes);
        for (int row = 0; row < first * m.Reads && m.RawGram != m.Gram; row++)
        {
            L.Store(tile, m.Gram + (row * m.PairStride) + write, L.Broadcast(0f));
        }

        for (int t = first; t < tokens; t++)
        {
            if (m.HasAdjoint != 0)
            {
                L.Store(tile, m.Reach + (t * m.PairStride) + write, DeviceMatrix.Below(reach, write, t * m.Writes));
            }

            for (int i = 0; i < m.Reads; i++)
            {
                int row = ((t * m.Reads) + i) * m.PairStride;
                L.Store(tile, m.Gram + row + write, reach * L.Load(tile, m.RawGram + row + write));
            }

            reach = DeviceMatrix.Below(reach * L.Broadcast(tile[m.KeyDecay + t]), write, t * m.Writes, 1f);
        }

        L.Store(tile, m.EndReach + write, reach);
    }

    /// <summary>
    /// gram (t,i; s,j) = sum over lanes of reads (t,i) o writes (s,j) o the decays of the tokens between, for s earlier than t, 0 otherwise. A thread owns a
    /// block of writes and runs it, four lanes of the side that is decayed at a time, over later tokens: neighbouring threads touch neighbouring
    /// writes. Where there are more threads than that, teams of them share out the lanes, and their sums are added in the end. A barrier must follow.
    /// </summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="reads">The reads' factors [reads, width].</param>
    /// <param name="width">The stride of a read's factor and of a token's decay.</param>
    /// <param name="length">Keys or values; padding up to four more must be 0 in reads.</param>
    /// <param name="columns">The writes' factors, transposed [length, writes].</param>
    /// <param name="decay">[C, width].</param>
    /// <param name="gram">[reads, writes], written.</param>
    /// <param name="room">Where the sums of teams may lie: rows as many as reads.</param>
    /// <param name="roomRow">Floats in a row of the room.</param>
    /// <param name="end">The writes' factors as they stand in the end, transposed; -1 if they are not wanted.</param>
    private static void DecayedGram<L>(
        KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens, int reads, int width, int length, int columns, int decay, int gram, int room, int roomRow, int end)
        where L : unmanaged, ILane<L>
    {
        int blocks = AtLeastOne(m.PairStride / L.Width);
        int pairs = m.Chunk * m.Reads * m.PairStride;
        int teams = GramTeams<L>(s, m, roomRow);
        for (int task = Group.IdxX; task < teams * blocks; task += s.Threads)
        {
            int team = task / blocks;
            int write = task % blocks * L.Width;
            if (write < tokens * m.Writes)
            {
                GramOfWrites<L>(tile, m, tokens, reads, width, length, columns, decay, team == 0 ? gram : room + ((team - 1) * pairs), end, write, team * 4, teams * 4);
            }
        }

        if (teams == 1)
        {
            return;
        }

        Barrier(s);
        for (int x = Group.IdxX * L.Width; x < tokens * m.Reads * m.PairStride; x += s.Threads * L.Width)
        {
            L sum = L.Load(tile, gram + x);
            for (int team = 0; team < teams - 1; team++)
            {
                sum = sum + L.Load(tile, room + (team * pairs) + x);
            }

            L.Store(tile, gram + x, sum);
        }
    }

    /// <summary>As many as there are threads for, and room for.</summary>
    private static int GramTeams<L>(KernelShape s, MemoryTile m, int roomRow)
        where L : unmanaged, ILane<L>
    {
        int blocks = AtLeastOne(m.PairStride / L.Width);
        int threads = s.Threads / blocks;
        int rooms = 1 + (roomRow / AtLeastOne(m.PairStride));
        int teams = threads < rooms ? threads : rooms;
        return teams > 1 ? teams : 1;
    }

    /// <summary>One block of writes, over every so many fours of lanes.</summary>
    private static void GramOfWrites<L>(
        ArrayView<float> tile,
        MemoryTile m,
        int tokens,
        int reads,
        int width,
        int length,
        int columns,
        int decay,
        int gram,
        int end,
        int write,
        int firstLane,
        int laneStep)
        where L : unmanaged, ILane<L>
    {
        int stride = ColumnStride<L>(m);
        for (int row = 0; row < tokens * m.Reads; row++)
        {
            L.Store(tile, gram + (row * m.PairStride) + write, L.Broadcast(0f));
        }

        int first = write / AtLeastOne(m.Writes);
        int lastOwn = (write + L.Width - 1) / AtLeastOne(m.Writes);
        for (int k = firstLane; k < length; k += laneStep)
        {
            // A lane is 0 until the token of its write has been.
            int column = columns + (k * stride) + write;
            L x0 = L.Broadcast(0f);
            L x1 = x0;
            L x2 = x0;
            L x3 = x0;
            for (int t = first; t < tokens; t++)
            {
                for (int i = 0; i < m.Reads; i++)
                {
                    int row = (t * m.Reads) + i;
                    int read = reads + (row * width) + k;
                    int pair = gram + (row * m.PairStride) + write;
                    L sum = L.MultiplyAdd(tile[read], x0, L.Load(tile, pair));
                    sum = L.MultiplyAdd(tile[read + 1], x1, sum);
                    sum = L.MultiplyAdd(tile[read + 2], x2, sum);
                    L.Store(tile, pair, L.MultiplyAdd(tile[read + 3], x3, sum));
                }

                int factors = decay + (t * width) + k;
                x0 = x0 * L.Broadcast(tile[factors]);
                x1 = x1 * L.Broadcast(tile[factors + 1]);
                x2 = x2 * L.Broadcast(tile[factors + 2]);
                x3 = x3 * L.Broadcast(tile[factors + 3]);
                for (int j = t * m.Writes; j < (t + 1) * m.Writes && t <= lastOwn; j++)
                {
                    x0 = x0 + L.PlaceLane(L.Load(tile, column), write, j);
                    x1 = x1 + L.PlaceLane(L.Load(tile, column + stride), write, j);
                    x2 = x2 + L.PlaceLane(L.Load(tile, column + (2 * stride)), write, j);
                    x3 = x3 + L.PlaceLane(L.Load(tile, column + (3 * stride)), write, j);
                }
            }

            if (end >= 0)
            {
                column = end + (k * stride) + write;
                L.Store(tile, column, x0);
                L.Store(tile, column + stride, x1);
                L.Store(tile, column + (2 * stride), x2);
                L.Store(tile, column + (3 * stride), x3);
            }
        }
    }
}
