using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The recurrent mode of matrix memories: token by token, the state in the first cache, a tile of value columns at a time (columns do not
/// depend on each other). Without feedback a token takes one pass over the state; with feedback one pass makes the update of a
/// token and the reads of the next.
/// </summary>
public static unsafe class MemoryRecurrence
{
    /// <summary>The most reads and the most writes per token that it runs; <see cref="MemoryChunk"/> runs any.</summary>
    public const int MaximumReadsOrWrites = 2;

    private interface ICount
    {
        static abstract int Value { get; }
    }

    /// <summary>Runs a chunk: all reads, and the state after it.</summary>
    /// <param name="operands">The chunk, with at most two reads and two writes a token, and at least one read.</param>
    /// <param name="state">S [K, V padded]: the incoming state, overwritten by the outgoing one.</param>
    /// <param name="reads">rho_i: rows of V, written.</param>
    public static void Forward(in MemoryOperands operands, float* state, in MemoryRowSet reads)
    {
        switch (operands.Reads, operands.Writes)
        {
            case (1, <= 1): Forward<One, One>(operands, state, reads); break;
            case (1, 2): Forward<One, Two>(operands, state, reads); break;
            case (2, <= 1): Forward<Two, One>(operands, state, reads); break;
            case (2, 2): Forward<Two, Two>(operands, state, reads); break;
            default:
                throw new ArgumentException(
                    $"A token has {operands.Reads} reads and {operands.Writes} writes; one or two reads and up to two writes were expected.", nameof(operands));
        }
    }

    private static void Forward<TReads, TWrites>(in MemoryOperands operands, float* state, in MemoryRowSet reads)
        where TReads : struct, ICount
        where TWrites : struct, ICount
    {
        int column = 0;
        for (; column + Tile4.Width <= operands.Values; column += Tile4.Width)
        {
            Columns<Tile4, TReads, TWrites>(operands, state, reads, column, Tile4.Width);
        }

        for (; column < operands.Values; column += Tile1.Width)
        {
            Columns<Tile1, TReads, TWrites>(operands, state, reads, column, Math.Min(Tile1.Width, operands.Values - column));
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Columns<TTile, TReads, TWrites>(in MemoryOperands o, float* state, in MemoryRowSet reads, int column, int width)
        where TTile : struct, ITile<TTile>
        where TReads : struct, ICount
        where TWrites : struct, ICount
    {
        float one = 1;
        int keys = o.Keys, row = o.PaddedValues, tokens = o.Tokens;
        bool feedback = o.HasFeedback, two = TReads.Value == 2, pair = TWrites.Value == 2;
        float* s = state + column;
        TTile read0 = TTile.Broadcast(0), read1 = TTile.Broadcast(0);
        if (feedback)
        {
            float* q0 = o.Query[0].Row(0);
            float* q1 = two ? o.Query[1].Row(0) : q0;
            for (int k = 0; k < keys; k++)
            {
                TTile element = TTile.Load(s + (k * row));
                read0 = TTile.MultiplyAdd(TTile.Broadcast(q0[k]), element, read0);
                if (two)
                {
                    read1 = TTile.MultiplyAdd(TTile.Broadcast(q1[k]), element, read1);
                }
            }
        }

        for (int t = 0; t < tokens; t++)
        {
            if (feedback)
            {
                Give(reads[0], t, column, width, read0);
                if (two)
                {
                    Give(reads[1], t, column, width, read1);
                }
            }

            TTile write0 = Write<TTile, TReads>(o, 0, t, column, width, read0, read1);
            TTile write1 = pair ? Write<TTile, TReads>(o, 1, t, column, width, read0, read1) : write0;
            read0 = TTile.Broadcast(0);
            read1 = TTile.Broadcast(0);

            // With feedback the next token's reads follow the update; without, this token's come before it.
            int asked = feedback ? Math.Min(t + 1, tokens - 1) : t;
            float* q0 = o.Query[0].Row(asked);
            float* q1 = two ? o.Query[1].Row(asked) : q0;
            float* k0 = o.Writes > 0 ? o.Key[0].Row(t) : q0;
            float* k1 = pair ? o.Key[1].Row(t) : k0;
            float* decay = o.KeyDecayKind == KeyDecayKind.None ? &one : o.KeyDecay.Row(t);
            int decayStep = o.KeyDecayKind == KeyDecayKind.PerKey ? 1 : 0;
            bool valueDecay = !o.ValueDecay.IsNull;
            TTile columns = valueDecay ? TTile.LoadPartial(o.ValueDecay.Row(t) + column, width) : TTile.Broadcast(1);
            for (int k = 0; k < keys; k++)
            {
                TTile element = TTile.Load(s + (k * row));
                if (!feedback)
                {
                    read0 = TTile.MultiplyAdd(TTile.Broadcast(q0[k]), element, read0);
                    if (two)
                    {
                        read1 = TTile.MultiplyAdd(TTile.Broadcast(q1[k]), element, read1);
                    }
                }

                element = TTile.Broadcast(decay[k * decayStep]) * element;
                if (valueDecay)
                {
                    element *= columns;
                }

                element = TTile.MultiplyAdd(TTile.Broadcast(k0[k]), write0, element);
                if (pair)
                {
                    element = TTile.MultiplyAdd(TTile.Broadcast(k1[k]), write1, element);
                }

                TTile.Store(s + (k * row), element);
                if (feedback)
                {
                    read0 = TTile.MultiplyAdd(TTile.Broadcast(q0[k]), element, read0);
                    if (two)
                    {
                        read1 = TTile.MultiplyAdd(TTile.Broadcast(q1[k]), element, read1);
                    }
                }
            }

            if (!feedback)
            {
                Give(reads[0], t, column, width, read0);
                if (two)
                {
                    Give(reads[1], t, column, width, read1);
                }
            }
        }
    }

    /// <summary>w_j = v_j + sum_i c_ji * rho_i.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTile Write<TTile, TReads>(in MemoryOperands o, int j, int t, int column, int width, TTile read0, TTile read1)
        where TTile : struct, ITile<TTile>
        where TReads : struct, ICount
    {
        TTile write = j >= o.Writes || o.Value[j].IsNull ? TTile.Broadcast(0) : TTile.LoadPartial(o.Value[j].Row(t) + column, width);
        for (int i = 0; i < TReads.Value && j < o.Writes; i++)
        {
            int index = (j * TReads.Value) + i;
            if (!o.Coefficient[index].IsNull)
            {
                float* c = o.Coefficient[index].Row(t);
                TTile coefficient = o.IsPerValue(index) ? TTile.LoadPartial(c + column, width) : TTile.Broadcast(*c);
                write = TTile.MultiplyAdd(coefficient, i == 0 ? read0 : read1, write);
            }
        }

        return write;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Give<TTile>(MemoryRows rows, int t, int column, int width, TTile value)
        where TTile : struct, ITile<TTile>
    {
        if (!rows.IsNull)
        {
            TTile.StorePartial(rows.Row(t) + column, value, width);
        }
    }

    private readonly struct One : ICount
    {
        public static int Value => 1;
    }

    private readonly struct Two : ICount
    {
        public static int Value => 2;
    }
}
