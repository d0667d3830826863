using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// What a chunk does to any incoming state: S_end = P S_0 + B, with B the outgoing state of a chunk that begins at zero. Without feedback P
// multiplies every element by a number of its own; with feedback it is a K x K matrix, or one for each column of the state. The gradient goes back
// as dS_0 = P^T dS_end + (dS_0 of an adjoint pass with dS_end = 0).
public static partial class Memory
{
    /// <summary>
    /// Floats of a transition. Without feedback [K, V padded]; with feedback [K, K padded], or, if a decay or a coefficient has one number per value, [K from, K to,
    /// V padded].
    /// </summary>
    /// <param name="m">The memory.</param>
    public static int TransitionLength(MemoryTile m) =>
        m.FeedbackKind == MemoryTile.NoFeedback ? m.Keys * m.ValueStride
        : HasTransitionPerValue(m) ? m.Keys * m.Keys * m.ValueStride
        : m.Keys * m.KeyStride;

    private static bool HasTransitionPerValue(MemoryTile m) => m.HasValueDecay != 0 || m.FeedbackKind == MemoryTile.PerValue;

    /// <summary>
    /// Writes what a chunk does to any incoming state: its transition, then its offset [K, V padded]. Operands must be set. The state is left undefined.
    /// </summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="tokens">Tokens of the chunk.</param>
    /// <param name="memory">Where they go.</param>
    /// <param name="at">The place of the transition's first float.</param>
    public static void Summarise<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens, ArrayView<float> memory, int at)
        where L : unmanaged, ILane<L>
    {
        int length = m.Keys * m.ValueStride;
        Barrier(s);
        PrepareKeys<L>(s, tile, m, tokens);
        Team.Clear<L>(s, tile, m.InitialRead, tokens * m.Reads * m.ValueStride);
        Team.Clear<L>(s, tile, m.State, length);

        // First what comes of nothing; then what becomes of unit vectors: of one in all columns at once, if every column has a matrix of its
        // own, or of as many as the state has columns.
        int step = HasTransitionPerValue(m) ? 1 : m.ValueStride;
        int end = m.FeedbackKind == MemoryTile.NoFeedback ? 0 : HasTransitionPerValue(m) ? m.Keys : m.KeyStride;
        for (int unit = -step; unit < end; unit += step)
        {
            if (unit >= 0)
            {
                Barrier(s);
                BeginUnits<L>(s, tile, m, tokens, unit);
            }

            Finish<L>(s, tile, m, tokens);
            if (unit < 0 || HasTransitionPerValue(m))
            {
                Team.Copy<L>(s, tile, m.State, memory, at + (unit < 0 ? TransitionLength(m) : unit * length), length);
                continue;
            }

            for (int x = Group.IdxX * L.Width; x < length; x += s.Threads * L.Width)
            {
                int column = unit + (x % m.ValueStride);
                if (column < m.KeyStride)
                {
                    L.Store(memory, at + (x / m.ValueStride * m.KeyStride) + column, L.Load(tile, m.State + x));
                }
            }
        }

        if (m.FeedbackKind == MemoryTile.NoFeedback)
        {
            // Without feedback every element has a multiplier of its own.
            int blocks = m.ValueStride / L.Width;
            for (int x = Group.IdxX; x < m.Keys * blocks; x += s.Threads)
            {
                int v = x % blocks * L.Width;
                L total = L.Broadcast(TotalKeyDecay(tile, m, x / blocks, tokens));
                total = m.HasValueDecay != 0 ? total * L.Load(tile, m.ValuePrefix + (tokens * m.ValueStride) + v) : total;
                L.Store(memory, at + (x * L.Width), total);
            }
        }

        Barrier(s);
    }

    /// <summary>State = transition(State) + offset, with a transition and offset as <see cref="Summarise"/> writes them.</summary>
    /// <param name="s">The kernel's shape.</param>
    /// <param name="tile">The group's tile.</param>
    /// <param name="m">The memory.</param>
    /// <param name="memory">Where the transition and the offset are.</param>
    /// <param name="at">The place of the transition's first float.</param>
    public static void Advance<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> memory, int at)
        where L : unmanaged, ILane<L>
        => Apply<L>(s, tile, m, m.State, memory, at, m.KeyStride, 1, m.Keys * m.ValueStride, m.ValueStride);

    /// <summary>StateGradient = transposed transition(StateGradient) + offset, the offset being what the chunk itself gives the gradient before it.</summary>
    /// <inheritdoc cref="Advance"/>
    public static void Retreat<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, ArrayView<float> memory, int at)
        where L : unmanaged, ILane<L>
        => Apply<L>(s, tile, m, m.StateGradient, memory, at, 1, m.KeyStride, m.ValueStride, m.Keys * m.ValueStride);

    /// <summary>Applies a transition whose matrices have the given strides from one row to the next and from one column to the next, alone or one per value.</summary>
    private static void Apply<L>(
        KernelShape s, ArrayView<float> tile, MemoryTile m, int state, ArrayView<float> memory, int at, int row, int inner, int innerPerValue, int rowPerValue)
        where L : unmanaged, ILane<L>
    {
        int length = m.Keys * m.ValueStride;
        int offset = at + TransitionLength(m);
        Barrier(s);
        if (m.FeedbackKind == MemoryTile.NoFeedback)
        {
            for (int x = Group.IdxX * L.Width; x < length; x += s.Threads * L.Width)
            {
                L.Store(tile, state + x, L.MultiplyAdd(L.Load(memory, at + x), L.Load(tile, state + x), L.Load(memory, offset + x)));
            }

            Barrier(s);
            return;
        }

        // Rows of the result need all rows of the state: it goes to where operands lie in other functions.
        if (HasTransitionPerValue(m))
        {
            for (int x = Group.IdxX * L.Width; x < length; x += s.Threads * L.Width)
            {
                int v = x % m.ValueStride;
                int first = at + (x / m.ValueStride * rowPerValue) + v;
                L sum = L.Load(memory, offset + x);
                for (int k = 0; k < m.Keys; k++)
                {
                    sum = L.MultiplyAdd(L.Load(memory, first + (k * innerPerValue)), L.Load(tile, state + (k * m.ValueStride) + v), sum);
                }

                L.Store(tile, m.Query + x, sum);
            }
        }
        else
        {
            bool two = MatrixBlock<L>.HasTwo(m.ValueStride);
            int blocks = MatrixBlock<L>.CountOf(m.ValueStride);
            int second = blocks * L.Width;
            for (int x = Group.IdxX; x < (m.Keys + 3) / 4 * blocks; x += s.Threads)
            {
                int first = x / blocks * 4;
                int column = x % blocks * L.Width;
                MatrixBlock<L> block = MatrixBlock<L>.Load(memory, offset + column, m.ValueStride, first, m.Keys, second, two);
                block = MatrixBlock<L>.AddProduct(
                    block, memory, at, row, inner, first, m.Keys, tile, state + column, m.ValueStride, second, two, 0, m.Keys);
                MatrixBlock<L>.Store(block, tile, m.Query + column, m.ValueStride, first, m.Keys, second, two);
            }
        }

        Barrier(s);
        Team.Copy<L>(s, tile, m.Query, tile, state, length);
        Barrier(s);
    }

    /// <summary>From what reads see of the incoming state to the outgoing one. Begins and ends with a barrier.</summary>
    private static void Finish<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        Barrier(s);
        if (m.FeedbackKind != MemoryTile.NoFeedback || m.HasValueDecay != 0)
        {
            // Otherwise only reads would come of it, and nobody asks for them.
            Substitute<L>(s, tile, m, tokens);
            Barrier(s);
        }

        Carry<L>(s, tile, m, m.State, tokens * m.Writes, m.EndKeyColumns, ColumnStride<L>(m), 1, m.EndWrite, tokens);
        Barrier(s);
    }

    /// <summary>
    /// A state of unit vectors, nothing written, and what reads see of it. If the columns have matrices of their own all columns are the one vector,
    /// otherwise they are the ones from <paramref name="first"/> on.
    /// </summary>
    private static void BeginUnits<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens, int first)
        where L : unmanaged, ILane<L>
    {
        int width = m.ValueStride;
        Team.Clear<L>(s, tile, m.Write, tokens * m.Writes * width);
        for (int x = Group.IdxX * L.Width; x < m.Keys * width; x += s.Threads * L.Width)
        {
            L unit = HasTransitionPerValue(m)
                ? L.Broadcast(x / width == first ? 1f : 0f)
                : L.PlaceLane(L.Broadcast(1f), first + (x % width), x / width);
            L.Store(tile, m.State + x, unit);
        }

        for (int x = Group.IdxX * L.Width; x < tokens * m.Reads * width; x += s.Threads * L.Width)
        {
            int query = m.InitialQuery + (x / width * m.KeyStride);
            int column = first + (x % width);
            L read = L.Broadcast(HasTransitionPerValue(m) ? tile[query + first] : 0f);
            if (!HasTransitionPerValue(m) && column < m.KeyStride)
            {
                read = L.Load(tile, query + column);
            }

            L.Store(tile, m.InitialRead + x, read);
        }
    }
}
