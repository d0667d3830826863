using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// The adjoint of a read is a write and the adjoint of a write is a read, in reversed time:
//
//     dw_j(s)   = sum over t > s of Gram_ij(t, s) drho_i(t) + (k_j(s) as it stands at the end)^T dS_end
//     drho_i(t) = what the caller gave + sum_j c_ji(t) o dw_j(t)
//     dq_i(t)   = S_(t-1) drho_i(t),   dk_j(s) = dS_s w_j(s),   both through the pairing M_ij(t, s) = drho_i(t) . w_j(s)
public static partial class Memory
{
    /// <summary>
    /// The gradients of everything that a chunk takes. The state is the one before the chunk, and is kept; the gradient of the state after it is overwritten by
    /// that of the state before it. Operands and the gradients of reads must be set; what is needed of the forward pass is computed again.
    /// </summary>
    /// <inheritdoc cref="Recur"/>
    public static void Adjoint<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int width = m.ValueStride;
        int columnStride = ColumnStride<L>(m);
        int reads = tokens * m.Reads;
        int writes = tokens * m.Writes;
        Barrier(s);
        PrepareKeys<L>(s, tile, m, tokens);
        if (m.FeedbackKind != MemoryTile.NoFeedback || m.HasValueDecay != 0)
        {
            DeviceMatrix.Multiply<L>(
                s, tile, reads, width, m.Keys, m.InitialQuery, m.KeyStride, 1, m.State, width, m.InitialRead, width, add: false);
            Barrier(s);
            Substitute<L>(s, tile, m, tokens);
        }

        Barrier(s);
        DeviceMatrix.Multiply<L>(
            s, tile, writes, width, m.Keys, m.EndKeyColumns, 1, columnStride, m.StateGradient, width, m.EndWriteGradient, width, add: false);
        Barrier(s);
        SubstituteBackward<L>(s, tile, m, tokens);
        Barrier(s);

        // What pairs of reads and writes, and the states at both ends, say of queries and keys, before any key decay.
        DeviceMatrix.Transpose<L>(s, tile, m.Write, width, writes, (m.Values + 3) & ~3, m.Transposed, columnStride);
        Barrier(s);
        if (m.HasValueDecay != 0)
        {
            // The gradients of queries are computed later: until then there is room in their place.
            DecayedGram<L>(
                s, tile, m, tokens, m.ReadGradient, width, m.Values, m.Transposed, m.ValueDecay, m.Pairing, m.QueryGradient, m.KeyStride, -1);
        }
        else
        {
            DeviceMatrix.MultiplyLower<L>(
                s, tile, reads, m.PairStride, AtLeastOne(m.Reads), m.Writes, m.Values, m.ReadGradient, width, m.Transposed, columnStride, m.Pairing, m.PairStride);
        }

        Barrier(s);
        for (int side = 0; side < 2; side++)
        {
            TimesTransposed<L>(
                s, tile, m, side == 0 ? reads : writes, side == 0 ? m.InitialReadGradient : m.EndWrite, side == 0 ? m.State : m.StateGradient,
                side == 0 ? m.QueryGradient : m.KeyGradient);
        }

        KeyGradients<L>(s, tile, m, tokens);
        if (m.HasValueDecay != 0)
        {
            ValueDecayGradients<L>(s, tile, m, tokens);
            Barrier(s);
        }

        Carry<L>(s, tile, m, m.StateGradient, reads, m.InitialQuery, 1, m.KeyStride, m.InitialReadGradient, tokens);
        Barrier(s);
    }

    /// <summary>result [rows, K] = rows of values times a transposed state. Ends with a barrier.</summary>
    private static void TimesTransposed<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int rows, int values, int state, int result)
        where L : unmanaged, ILane<L>
    {
        int stride = m.KeyStride + (L.Width == 1 ? 1 : 0);
        DeviceMatrix.Transpose<L>(s, tile, state, m.ValueStride, m.Keys, m.Values, m.Transposed, stride);
        Barrier(s);
        DeviceMatrix.Multiply<L>(s, tile, rows, m.KeyStride, m.Values, values, m.ValueStride, 1, m.Transposed, stride, result, m.KeyStride, add: false);
        Barrier(s);
    }

    /// <summary>Solves for the gradients of all writes and reads, last token first. A barrier must follow.</summary>
    private static void SubstituteBackward<L>(KernelShape s, ArrayView<float> tile, MemoryTile m, int tokens)
        where L : unmanaged, ILane<L>
    {
        int width = m.ValueStride;
        if (m.HasValueDecay != 0)
        {
            for (int column = Group.IdxX * L.Width; column < width; column += s.Threads * L.Width)
            {
                SubstituteColumnBackwardWithValueDecay<L>(tile, m, column, tokens);
            }

            return;
        }

        // Rows are writes. Without feedback all tokens are one block, in which a row uses the reads of all later tokens, from the one after its own on.
        bool feedback = m.FeedbackKind != MemoryTile.NoFeedback;
        int block = feedback ? FeedbackTokens<L>() : tokens;
        for (int first = (tokens - 1) / block * block; first >= 0; first -= block)
        {
            int last = first + block < tokens ? first + block : tokens;
            if (last < tokens || !feedback)
            {
                DeviceMatrix.MultiplyBand<L>(
                    s, tile, (last - first) * m.Writes, width, feedback ? last * m.Reads : m.Reads, feedback ? 0 : m.Reads, AtLeastOne(m.Writes), tokens * m.Reads, 0, 1,
                    m.Gram + (first * m.Writes), 1, m.PairStride, m.ReadGradient, width, m.WriteGradient + (first * m.Writes * width), width, add: true);
            }

            if (feedback)
            {
                Barrier(s);
                for (int column = Group.IdxX * L.Width; column < width; column += s.Threads * L.Width)
                {
                    for (int t = last - 1; t >= first; t--)
                    {
                        SubstituteTokenBackward<L>(tile, m, column, t, last);
                    }
                }

                Barrier(s);
            }
        }
    }

    /// <summary>One token of one block of columns; reads from <paramref name="last"/> on have been added to the writes.</summary>
    private static void SubstituteTokenBackward<L>(ArrayView<float> tile, MemoryTile m, int column, int t, int last)
        where L : unmanaged, ILane<L>
    {
        for (int j = 0; j < m.Writes; j++)
        {
            int write = (t * m.Writes) + j;
            int target = m.WriteGradient + (write * m.ValueStride) + column;
            L sum = L.Load(tile, target);
            for (int later = (t + 1) * m.Reads; later < last * m.Reads; later++)
            {
                sum = L.MultiplyAdd(
                    tile[m.Gram + (later * m.PairStride) + write], L.Load(tile, m.ReadGradient + (later * m.ValueStride) + column), sum);
            }

            L.Store(tile, target, sum);
            for (int i = 0; i < m.Reads; i++)
            {
                int read = m.ReadGradient + (((t * m.Reads) + i) * m.ValueStride) + column;
                L.Store(tile, read, AddFeedback(tile, m, (write * m.Reads) + i, column, sum, L.Load(tile, read)));
            }
        }
    }

    /// <summary>All tokens of one block of columns. Gradients of earlier writes are kept as they have come back to the token that the loop has reached.</summary>
    private static void SubstituteColumnBackwardWithValueDecay<L>(ArrayView<float> tile, MemoryTile m, int column, int tokens)
        where L : unmanaged, ILane<L>
    {
        int width = m.ValueStride;
        for (int row = 0; row < tokens * m.Writes; row++)
        {
            L.Store(tile, m.WriteGradient + (row * width) + column, L.Load(tile, m.EndWriteGradient + (row * width) + column));
        }

        for (int t = tokens - 1; t >= 0; t--)
        {
            if (m.FeedbackKind != MemoryTile.NoFeedback)
            {
                SubstituteTokenBackward<L>(tile, m, column, t, t + 1);
            }

            L decay = L.Load(tile, m.ValueDecay + (t * width) + column);
            for (int write = 0; write < t * m.Writes; write++)
            {
                int at = m.WriteGradient + (write * width) + column;
                L gradient = decay * L.Load(tile, at);
                for (int i = 0; i < m.Reads; i++)
                {
                    int read = (t * m.Reads) + i;
                    gradient = L.MultiplyAdd(tile[m.Gram + (read * m.PairStride) + write], L.Load(tile, m.ReadGradient + (read * width) + column), gradient);
                }

                L.Store(tile, at, gradient);
            }

            L prefix = L.Load(tile, m.ValuePrefix + (t * width) + column);
            for (int i = 0; i < m.Reads; i++)
            {
                int row = (((t * m.Reads) + i) * width) + column;
                L.Store(tile, m.InitialReadGradient + row, prefix * L.Load(tile, m.ReadGradient + row));
            }
        }
    }
}
