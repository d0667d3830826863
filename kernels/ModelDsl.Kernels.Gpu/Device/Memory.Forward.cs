using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// A chunk as matrix products: what reads see of the incoming state, what they see of earlier writes through the Gram matrix of queries and keys, and the
// outgoing state. Where writes depend on reads, blocks of tokens are solved one after the other.
public static partial class Memory
{
    /// <summary>Runs a chunk as <see cref="KernelShape.Mode"/> says: all reads, and the state after it. A barrier must follow before reads are taken.</summary>
    /// <inheritdoc cref="Recur"/>
    public static void Run<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        if (s.Mode == Mode.Recurrent)
        {
            Recur<L>(s, tile, m, tokens);
        }
        else
        {
            Forward<L>(s, tile, m, tokens);
        }
    }

    /// <summary>Runs a chunk as matrix products: all reads, and the state after it. Not in recurrent mode, in which keys do not lie as columns, unless in a tile for the adjoint.</summary>
    /// <inheritdoc cref="Recur"/>
    public static void Forward<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        Barrier(s);
        PrepareKeys<L>(s, tile, m, tokens);
        DeviceMatrix.Multiply<L>(
            s, tile, tokens * m.Reads, m.ValueStride, m.Keys, m.InitialQuery, m.KeyStride, 1, m.State, m.ValueStride, m.InitialRead, m.ValueStride, add: false);
        Barrier(s);
        Substitute<L>(s, tile, m, tokens);
        if (m.FeedbackKind != MemoryTile.NoFeedback || m.HasValueDecay != 0)
        {
            // Without either, the substitution only writes reads, and nobody needs them here.
            Barrier(s);
        }

        Carry<L>(s, tile, m, m.State, tokens * m.Writes, m.EndKeyColumns, ColumnStride<L>(m), 1, m.EndWrite, tokens);
        Barrier(s);
    }

    /// <summary>
    /// Solves for all reads and writes: forward substitution where writes depend on reads. Reads hold what they see of the incoming state.
    /// Where only reads are written no barrier is needed before the outgoing state; otherwise one must follow.
    /// </summary>
    private static void Substitute<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        if (m.HasValueDecay != 0)
        {
            for (int column = Group.IdxX * L.Width; column < m.ValueStride; column += s.Threads * L.Width)
            {
                SubstituteColumnWithValueDecay<L>(tile, m, column, tokens);
            }

            return;
        }

        // Without feedback all tokens are one block, in which a row uses the writes of all earlier tokens; with it, those before the block.
        bool feedback = m.FeedbackKind != MemoryTile.NoFeedback;
        int block = feedback ? FeedbackTokens<L>() : tokens;
        for (int first = 0; first < tokens; first += block)
        {
            int last = first + block < tokens ? first + block : tokens;
            if (first > 0 || !feedback)
            {
                int row = first * m.Reads;
                DeviceMatrix.MultiplyBand<L>(
                    s, tile, (last - first) * m.Reads, m.ValueStride, 0, 0, 1, first * m.Writes, feedback ? 0 : m.Writes, AtLeastOne(m.Reads),
                    m.Gram + (row * m.PairStride), m.PairStride, 1, m.Write, m.ValueStride, m.Read + (row * m.ValueStride), m.ValueStride, add: true);
            }

            if (feedback)
            {
                Barrier(s);
                for (int column = Group.IdxX * L.Width; column < m.ValueStride; column += s.Threads * L.Width)
                {
                    SubstituteColumn<L>(tile, m, column, first, last);
                }

                Barrier(s);
            }
        }
    }

    /// <summary>
    /// Tokens that are solved one after the other where writes depend on reads; what is older comes in as a product. A barrier
    /// costs a group of many threads more than the longer loops.
    /// </summary>
    private static int FeedbackTokens<L>()
        where L : unmanaged, ILane<L>
        => L.Width == 1 ? 16 : 4;

    /// <summary>A divisor, also where there are no reads or writes and nothing is divided.</summary>
    private static int AtLeastOne(int count) => count > 1 ? count : 1;

    /// <summary>Tokens [first, last) of one block of columns; writes before them have been added to the reads.</summary>
    private static void SubstituteColumn<L>(ArrayView<float> tile, MemoryTile m, int column, int first, int last)
        where L : unmanaged, ILane<L>
    {
        for (int t = first; t < last; t++)
        {
            for (int i = 0; i < m.Reads; i++)
            {
                int read = (t * m.Reads) + i;
                L sum = L.Load(tile, m.Read + (read * m.ValueStride) + column);
                for (int write = first * m.Writes; write < t * m.Writes; write++)
                {
                    sum = L.MultiplyAdd(tile[m.Gram + (read * m.PairStride) + write], L.Load(tile, m.Write + (write * m.ValueStride) + column), sum);
                }

                L.Store(tile, m.Read + (read * m.ValueStride) + column, sum);
                AddFeedback(tile, m, t, i, column, sum);
            }
        }
    }

    /// <summary>The same with a decay of the columns, for all tokens: earlier writes are kept as they stand at the token that the loop has reached.</summary>
    private static void SubstituteColumnWithValueDecay<L>(ArrayView<float> tile, MemoryTile m, int column, int tokens)
        where L : unmanaged, ILane<L>
    {
        L prefix = L.Broadcast(1f);
        L.Store(tile, m.ValuePrefix + column, prefix);
        for (int t = 0; t < tokens; t++)
        {
            for (int i = 0; i < m.Reads; i++)
            {
                int read = (t * m.Reads) + i;
                L sum = prefix * L.Load(tile, m.InitialRead + (read * m.ValueStride) + column);
                for (int write = 0; write < t * m.Writes; write++)
                {
                    sum = L.MultiplyAdd(tile[m.Gram + (read * m.PairStride) + write], L.Load(tile, m.EndWrite + (write * m.ValueStride) + column), sum);
                }

                L.Store(tile, m.Read + (read * m.ValueStride) + column, sum);
                if (m.FeedbackKind != MemoryTile.NoFeedback)
                {
                    AddFeedback(tile, m, t, i, column, sum);
                }
            }

            L decay = L.Load(tile, m.ValueDecay + (t * m.ValueStride) + column);
            for (int write = 0; write < t * m.Writes; write++)
            {
                int at = m.EndWrite + (write * m.ValueStride) + column;
                L.Store(tile, at, decay * L.Load(tile, at));
            }

            for (int j = 0; j < m.Writes && m.EndWrite != m.Write; j++)
            {
                int row = ((t * m.Writes) + j) * m.ValueStride;
                L.Store(tile, m.EndWrite + row + column, L.Load(tile, m.Write + row + column));
            }

            prefix = prefix * decay;
            L.Store(tile, m.ValuePrefix + ((t + 1) * m.ValueStride) + column, prefix);
        }
    }

    /// <summary>w_j(t) += c_ji(t) o rho_i(t) for all j.</summary>
    private static void AddFeedback<L>(ArrayView<float> tile, MemoryTile m, int t, int i, int column, L read)
        where L : unmanaged, ILane<L>
    {
        for (int j = 0; j < m.Writes; j++)
        {
            int write = (t * m.Writes) + j;
            int at = m.Write + (write * m.ValueStride) + column;
            L.Store(tile, at, AddFeedback(tile, m, (write * m.Reads) + i, column, read, L.Load(tile, at)));
        }
    }

    /// <summary>
    /// A state over a chunk: its total decay, plus the product of a factor on the side of keys [K, rows] and one on the side of values [rows, V].
    /// A barrier must follow.
    /// </summary>
    private static void Carry<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int state, int rows, int keys, int keyRow, int keyInner, int values, int tokens)
        where L : unmanaged, ILane<L>
    {
        int columns = m.ValueStride;
        bool two = MatrixBlock<L>.HasTwo(columns);
        int blocks = MatrixBlock<L>.CountOf(columns);
        int second = blocks * L.Width;
        int count = (m.Keys + 3) / 4 * blocks;
        for (int x = Group.IdxX; x < count; x += s.Threads)
        {
            int row = x / blocks * 4;
            int column = x % blocks * L.Width;
            MatrixBlock<L> block = MatrixBlock<L>.Load(tile, state + column, columns, row, m.Keys, second, two);
            if (m.KeyDecayKind != MemoryTile.NoDecay)
            {
                block = MatrixBlock<L>.ScaleRows(
                    block, TotalKeyDecay(tile, m, row, tokens), TotalKeyDecay(tile, m, row + 1, tokens), TotalKeyDecay(tile, m, row + 2, tokens),
                    TotalKeyDecay(tile, m, row + 3, tokens));
            }

            if (m.HasValueDecay != 0)
            {
                int total = m.ValuePrefix + (tokens * columns) + column;
                block = MatrixBlock<L>.ScaleColumns(block, L.Load(tile, total), L.Load(tile, total + (two ? second : 0)));
            }

            block = MatrixBlock<L>.AddProduct(block, tile, keys, keyRow, keyInner, row, m.Keys, tile, values + column, columns, second, two, 0, rows);
            MatrixBlock<L>.Store(block, tile, state + column, columns, row, m.Keys, second, two);
        }
    }

    /// <summary>What the chunk multiplies a row of the state by; rows of padding have a place, too.</summary>
    private static float TotalKeyDecay(ArrayView<float> tile, MemoryTile m, int key, int tokens) =>
        m.KeyDecayKind == MemoryTile.NoDecay ? 1f
        : m.KeyDecayKind == MemoryTile.PerToken ? tile[m.KeyPrefix + tokens]
        : tile[m.KeyPrefix + (tokens * m.KeyStride) + key];
}
