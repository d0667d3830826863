using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// The gradient of the decay at token d is <S_(d-1), dS_d>. Written out it is a sum over all writes s before d and all reads t
// after d (the incoming state is a write before all, the outgoing state's gradient a read after all) of what of the write has
// reached d, times what of the read reaches back to d. The backward half is a recurrence in d that also ends, at the write
// itself, in the gradient of the write's own factor. No differences of large sums, no divisions.
public static partial class Memory
{
    /// <summary>The gradients of queries, keys and key decay. Ends with a barrier.</summary>
    private static void KeyGradients<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        if (m.KeyDecayKind != MemoryTile.NoDecay)
        {
            for (int k = Group.IdxX; k < m.KeyStride; k += s.Threads)
            {
                tile[m.KeyBoundary + k] = k < m.Keys ? BoundaryProduct<L>(tile, m, k, tokens) : 0f;
            }
        }

        if (m.KeyDecayKind == MemoryTile.PerKey)
        {
            Barrier(s);
            for (int k = Group.IdxX * L.Width; k < m.KeyStride; k += s.Threads * L.Width)
            {
                L boundary = L.Load(tile, m.KeyBoundary + k);
                InitialPairs<L>(tile, m, m.KeyStride, m.Query + k, m.KeyDecay + k, m.KeyPrefix + k, m.QueryGradient + k, boundary, m.KeyDecayGradient + k, true, tokens);
                WritePairs<L>(
                    tile, m, m.KeyStride, m.Query + k, m.Key + k, m.Pairing, m.KeyDecay + k, m.QueryGradient + k, m.KeyGradient + k, m.KeyDecayGradient + k,
                    m.Trail + k, true, tokens);
            }

            Barrier(s);
            return;
        }

        if (m.KeyDecayKind == MemoryTile.PerToken)
        {
            TokenDecayGradients<L>(s, tile, m, tokens);
        }

        // dq += pairing * keys, dk += pairing^T * queries, over the triangle. One product in a loop is compiled once.
        for (int side = 0; side < 2; side++)
        {
            bool query = side == 0;
            DeviceMatrix.MultiplyBand<L>(
                s,
                tile,
                tokens * (query ? m.Reads : m.Writes),
                m.KeyStride,
                query ? 0 : m.Reads,
                query ? 0 : m.Reads,
                AtLeastOne(m.Writes),
                query ? 0 : tokens * m.Reads,
                query ? m.Writes : 0,
                AtLeastOne(m.Reads),
                m.Pairing,
                query ? m.PairStride : 1,
                query ? 1 : m.PairStride,
                query ? m.Key : m.Query,
                m.KeyStride,
                query ? m.QueryGradient : m.KeyGradient,
                m.KeyStride,
                add: true);
        }

        Barrier(s);
    }

    /// <summary>The gradient of one decay per token; then the decay of the pairing and of what the boundary states say, which is there for all when it returns.</summary>
    private static void TokenDecayGradients<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int reads = tokens * m.Reads;
        int writes = tokens * m.Writes;
        for (int row = Group.IdxX; row < writes; row += s.Threads)
        {
            tile[m.KeyProduct + row] = Dot<L>(tile, m.Key + (row * m.KeyStride), m.KeyGradient + (row * m.KeyStride), m.KeyStride, row);
        }

        for (int row = Group.IdxX; row < reads; row += s.Threads)
        {
            tile[m.QueryProduct + row] = Dot<L>(tile, m.Query + (row * m.KeyStride), m.QueryGradient + (row * m.KeyStride), m.KeyStride, row);
        }

        Barrier(s);
        for (int write = Group.IdxX * L.Width; write < writes; write += s.Threads * L.Width)
        {
            ReturnedWrites<L>(tile, m, write, tokens);
        }

        if (Group.IdxX == s.Threads - 1)
        {
            ReturnedInitial(tile, m, tokens);
        }

        for (int x = Group.IdxX * L.Width; x < reads * m.KeyStride; x += s.Threads * L.Width)
        {
            float prefix = tile[m.KeyPrefix + (x / (AtLeastOne(m.Reads) * m.KeyStride))];
            L.Store(tile, m.QueryGradient + x, L.Broadcast(prefix) * L.Load(tile, m.QueryGradient + x));
        }

        for (int x = Group.IdxX * L.Width; x < writes * m.KeyStride; x += s.Threads * L.Width)
        {
            float reach = tile[m.EndReach + (x / m.KeyStride)];
            L.Store(tile, m.KeyGradient + x, L.Broadcast(reach) * L.Load(tile, m.KeyGradient + x));
        }

        Barrier(s);

        // Threads own rows, and begin at different places of them, so as not to meet in a bank.
        for (int t = Group.IdxX; t < tokens; t += s.Threads)
        {
            int earlier = t * m.Writes;
            float sum = tile[m.KeyDecayGradient + t];
            for (int x = 0; x < earlier; x++)
            {
                sum += tile[m.Reach + (t * m.PairStride) + ((x + t) % earlier)];
            }

            tile[m.KeyDecayGradient + t] = sum;
        }
    }

    /// <summary>
    /// A block of writes: what comes back of each of them to every token, times what of the write has reached the token, in the place of the latter. Decays the
    /// pairing, which is not needed without decay any more.
    /// </summary>
    private static void ReturnedWrites<L>(ArrayView<float> tile, MemoryTile m, int write, int tokens)
        where L : unmanaged, ILane<L>
    {
        L returned = L.Load(tile, m.KeyProduct + write);
        int first = write / AtLeastOne(m.Writes);
        for (int t = tokens - 1; t >= first; t--)
        {
            int at = m.Reach + (t * m.PairStride) + write;
            L reach = L.Load(tile, at);
            L.Store(tile, at, reach * returned);
            returned = returned * L.Broadcast(tile[m.KeyDecay + t]);
            for (int i = 0; i < m.Reads; i++)
            {
                int row = (((t * m.Reads) + i) * m.PairStride) + write;
                L pair = L.Load(tile, m.Pairing + row);
                returned = L.MultiplyAdd(pair, L.Load(tile, m.RawGram + row), returned);
                L.Store(tile, m.Pairing + row, pair * reach);
            }
        }
    }

    /// <summary>The same for the incoming state, by one thread.</summary>
    private static void ReturnedInitial(ArrayView<float> tile, MemoryTile m, int tokens)
    {
        float returned = 0f;
        for (int k = 0; k < m.Keys; k++)
        {
            returned += tile[m.KeyBoundary + k];
        }

        for (int t = tokens - 1; t >= 0; t--)
        {
            tile[m.KeyDecayGradient + t] = tile[m.KeyPrefix + t] * returned;
            returned *= tile[m.KeyDecay + t];
            for (int i = 0; i < m.Reads; i++)
            {
                returned += tile[m.QueryProduct + (t * m.Reads) + i];
            }
        }
    }

    /// <summary>The gradient of the value decay: the roles of keys and values exchanged. A barrier must follow.</summary>
    private static void ValueDecayGradients<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int width = m.ValueStride;
        for (int v = Group.IdxX * L.Width; v < width; v += s.Threads * L.Width)
        {
            L boundary = L.Broadcast(0f);
            for (int k = 0; k < m.Keys; k++)
            {
                L product = L.Load(tile, m.State + (k * width) + v) * L.Load(tile, m.StateGradient + (k * width) + v);
                boundary = L.MultiplyAdd(TotalKeyDecay(tile, m, k, tokens), product, boundary);
            }

            InitialPairs<L>(tile, m, width, m.ReadGradient + v, m.ValueDecay + v, m.ValuePrefix + v, m.InitialRead + v, boundary, m.ValueDecayGradient + v, false, tokens);
            WritePairs<L>(
                tile, m, width, m.ReadGradient + v, m.Write + v, m.Gram, m.ValueDecay + v, m.InitialRead + v, m.EndWriteGradient + v, m.ValueDecayGradient + v,
                m.Trail + v, false, tokens);
        }
    }

    /// <summary>A row of the incoming state times what the outgoing gradient says of it, but for the key decay.</summary>
    private static float BoundaryProduct<L>(ArrayView<float> tile, MemoryTile m, int key, int tokens)
        where L : unmanaged, ILane<L>
    {
        int row = key * m.ValueStride;
        if (m.HasValueDecay == 0)
        {
            return Dot<L>(tile, m.State + row, m.StateGradient + row, m.ValueStride, key);
        }

        L sum = L.Broadcast(0f);
        for (int x = 0; x < m.ValueStride; x += L.Width)
        {
            int column = L.Width == 1 ? (x + key) % m.ValueStride : x;
            L product = L.Load(tile, m.State + row + column) * L.Load(tile, m.StateGradient + row + column);
            sum = L.MultiplyAdd(product, L.Load(tile, m.ValuePrefix + (tokens * m.ValueStride) + column), sum);
        }

        return L.Sum(sum);
    }

    /// <summary>The pairs of the incoming state with every read and with the outgoing gradient, for one block of lanes.</summary>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="width">The stride of rows on this side (keys or values).</param>
    /// <param name="reads">The reads' factors on this side [reads, width].</param>
    /// <param name="decay">[C, width].</param>
    /// <param name="prefix">[C+1, width].</param>
    /// <param name="initialReads">What the incoming state gives a read on this side, without this side's decay; becomes the gradient of the read's factor if wanted.</param>
    /// <param name="boundary">The product of the two boundaries.</param>
    /// <param name="decayGradient">[C, width], written.</param>
    /// <param name="wantFactors">Whether the gradients of the factors are wanted, beside that of the decay.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    private static void InitialPairs<L>(
        ArrayView<float> tile,
        MemoryTile m,
        int width,
        int reads,
        int decay,
        int prefix,
        int initialReads,
        L boundary,
        int decayGradient,
        bool wantFactors,
        int tokens)
        where L : unmanaged, ILane<L>
    {
        L returned = boundary;
        for (int t = tokens - 1; t >= 0; t--)
        {
            L before = L.Load(tile, prefix + (t * width));
            L.Store(tile, decayGradient + (t * width), before * returned);
            returned = returned * L.Load(tile, decay + (t * width));
            for (int i = 0; i < m.Reads; i++)
            {
                int row = ((t * m.Reads) + i) * width;
                L initial = L.Load(tile, initialReads + row);
                returned = L.MultiplyAdd(L.Load(tile, reads + row), initial, returned);
                if (wantFactors)
                {
                    L.Store(tile, initialReads + row, initial * before);
                }
            }
        }
    }

    /// <summary>The pairs of every write with every later read and with the outgoing gradient, for one block of lanes.</summary>
    private static void WritePairs<L>(
        ArrayView<float> tile,
        MemoryTile m,
        int width,
        int reads,
        int writes,
        int pairs,
        int decay,
        int readGradients,
        int writeGradients,
        int decayGradient,
        int trail,
        bool wantFactors,
        int tokens)
        where L : unmanaged, ILane<L>
    {
        for (int write = 0; write < tokens * m.Writes; write++)
        {
            int token = write / AtLeastOne(m.Writes);
            L reached = L.Load(tile, writes + (write * width));
            for (int t = token + 1; t < tokens; t++)
            {
                L.Store(tile, trail + (t * width), reached);
                for (int i = 0; i < m.Reads && wantFactors; i++)
                {
                    int row = (t * m.Reads) + i;
                    L gradient = L.Load(tile, readGradients + (row * width));
                    L.Store(tile, readGradients + (row * width), L.MultiplyAdd(tile[pairs + (row * m.PairStride) + write], reached, gradient));
                }

                reached = reached * L.Load(tile, decay + (t * width));
            }

            L returned = L.Load(tile, writeGradients + (write * width));
            for (int t = tokens - 1; t > token; t--)
            {
                L gradient = L.Load(tile, decayGradient + (t * width));
                L.Store(tile, decayGradient + (t * width), L.MultiplyAdd(L.Load(tile, trail + (t * width)), returned, gradient));
                returned = returned * L.Load(tile, decay + (t * width));
                for (int i = 0; i < m.Reads; i++)
                {
                    int row = (t * m.Reads) + i;
                    returned = L.MultiplyAdd(tile[pairs + (row * m.PairStride) + write], L.Load(tile, reads + (row * width)), returned);
                }
            }

            if (wantFactors)
            {
                L.Store(tile, writeGradients + (write * width), returned);
            }
        }
    }
}
