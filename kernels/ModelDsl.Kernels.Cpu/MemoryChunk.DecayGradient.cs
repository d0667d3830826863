using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

// The gradient of the decay at token d is <S_(d-1), dS_d>. Written out it is a sum over all writes s before d and all reads t
// after d (the incoming state is a write before all, the outgoing state's gradient a read after all) of what of the write has
// reached d, times what of the read reaches back to d. The backward half is a recurrence in d that also ends, at the write
// itself, in the gradient of the write's own factor. No differences of large sums, no divisions.
public static unsafe partial class MemoryChunk
{
    /// <summary>The gradients of queries, keys and key decay.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void KeyGradients(MemoryRows decayGradient, float* initialState, float* stateGradient, in Workspace space)
    {
        if (space.Kind == KeyDecayKind.PerKey)
        {
            BoundaryPerKey(initialState, stateGradient, space);
            PairGradients(
                space.Query,
                space.Reads,
                space.Key,
                space.Writes,
                space.Pairing,
                space.KeyDecay,
                space.KeyPrefix,
                space.QueryGradient,
                space.KeyGradient,
                rescaleBoundary: true,
                space.KeyStride,
                space);
            UnpackRows(decayGradient, space.Tokens, space.Keys, space.DecayGradient, space.KeyStride);
            return;
        }

        if (space.Kind == KeyDecayKind.PerToken)
        {
            if (!decayGradient.IsNull)
            {
                TokenDecayGradient(decayGradient, initialState, stateGradient, space);
            }

            ApplyReach(space.Pairing, space.Pairing, space);
            var end = Row(space.Reach, space.Tokens, space.PairStride);
            for (int t = 0, row = 0; t < space.Tokens; t++)
            {
                for (var i = 0; i < space.Reads; i++, row++)
                {
                    var gradient = Row(space.QueryGradient, row, space.KeyStride);
                    Scale(gradient, gradient, space.KeyPrefix[t], space.KeyStride);
                }
            }

            for (var row = 0; row < space.WriteRows; row++)
            {
                var gradient = Row(space.KeyGradient, row, space.KeyStride);
                Scale(gradient, gradient, end[row], space.KeyStride);
            }
        }

        AddPairs(space);
    }

    /// <summary>dq += pairing * keys, dk += pairing^T * queries, over the triangle.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void AddPairs(in Workspace space)
    {
        nint keys = space.KeyStride;
        nint pairs = space.PairStride;
        for (var first = 0; first < space.Tokens; first += BlockTokens)
        {
            var last = Math.Min(first + BlockTokens, space.Tokens);
            var read = first * space.Reads;
            var write = first * space.Writes;
            MatrixProduct.Add(
                (last - first) * space.Reads, space.KeyStride, last * space.Writes, Row(space.Pairing, read, pairs), pairs, 1, space.Key, keys,
                Row(space.QueryGradient, read, keys), keys);
            MatrixProduct.Add(
                (last - first) * space.Writes, space.KeyStride, space.ReadRows - read, Row(space.Pairing, read, pairs) + write, 1, pairs,
                Row(space.Query, read, keys), keys, Row(space.KeyGradient, write, keys), keys);
        }
    }

    /// <summary>The gradient of one decay per token: the same sums over pairs, with lanes over the writes.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void TokenDecayGradient(MemoryRows decayGradient, float* initialState, float* stateGradient, in Workspace space)
    {
        // What comes back to the token that the loop has reached: per write in a line, and of the incoming state.
        var returned = space.Line;
        Fill(returned, 0f, space.PairStride);
        for (var row = 0; row < space.WriteRows; row++)
        {
            returned[row] = Dot(Row(space.Key, row, space.KeyStride), Row(space.KeyGradient, row, space.KeyStride), space.KeyStride);
        }

        var returnedInitial = 0f;
        for (var key = 0; key < space.Keys; key++)
        {
            returnedInitial += BoundaryProduct(key, initialState, stateGradient, space);
        }

        for (var t = space.Tokens - 1; t >= 0; t--)
        {
            var reach = Row(space.Reach, t, space.PairStride);
            *decayGradient.Row(t) = Dot(reach, returned, space.PairStride) + (space.KeyPrefix[t] * returnedInitial);

            Scale(returned, returned, space.KeyDecay[t], space.PairStride);
            returnedInitial *= space.KeyDecay[t];
            for (var i = 0; i < space.Reads; i++)
            {
                var row = (t * space.Reads) + i;
                MultiplyAdd(returned, Row(space.RawGram, row, space.PairStride), Row(space.Pairing, row, space.PairStride), space.PairStride);
                returnedInitial += Dot(Row(space.Query, row, space.KeyStride), Row(space.QueryGradient, row, space.KeyStride), space.KeyStride);
            }
        }
    }

    /// <summary>The gradient of the value decay: the roles of keys and values exchanged.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void ValueDecayGradient(MemoryRows decayGradient, float* initialState, float* stateGradient, in Workspace space)
    {
        if (!space.HasValueDecay || decayGradient.IsNull)
        {
            return;
        }

        Fill(space.Line, 0f, space.ValueStride);
        for (var key = 0; key < space.Keys; key++)
        {
            var total = TotalKeyDecay(key, space);
            for (var column = 0; column < space.ValueStride; column += Simd.Lanes)
            {
                var product = Simd.Load(Row(initialState, key, space.ValueStride) + column) * Simd.Load(Row(stateGradient, key, space.ValueStride) + column);
                Simd.Store(space.Line + column, Simd.MultiplyAdd(product, Simd.Broadcast(total), Simd.Load(space.Line + column)));
            }
        }

        PairGradients(
            space.ReadGradient,
            space.Reads,
            space.Write,
            space.Writes,
            space.Gram,
            space.ValueDecay,
            space.ValuePrefix,
            space.InitialRead,
            space.EndWriteGradient,
            rescaleBoundary: false,
            space.ValueStride,
            space);
        UnpackRows(decayGradient, space.Tokens, space.Values, space.DecayGradient, space.ValueStride);
    }

    /// <summary>Line = per key, the product of the incoming state and what the outgoing state's gradient says of it, but for the key decay.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void BoundaryPerKey(float* initialState, float* stateGradient, in Workspace space)
    {
        Fill(space.Line, 0f, space.KeyStride);
        for (var key = 0; key < space.Keys; key++)
        {
            space.Line[key] = BoundaryProduct(key, initialState, stateGradient, space);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float BoundaryProduct(int key, float* initialState, float* stateGradient, in Workspace space)
    {
        var total = space.HasValueDecay ? Row(space.ValuePrefix, space.Tokens, space.ValueStride) : null;
        var state = Row(initialState, key, space.ValueStride);
        var gradient = Row(stateGradient, key, space.ValueStride);
        var sum = Tile1.Broadcast(0f);
        for (var column = 0; column < space.ValueStride; column += Simd.Lanes)
        {
            var product = Tile1.Load(state + column) * Tile1.Load(gradient + column);
            sum = total == null ? sum + product : Tile1.MultiplyAdd(product, Tile1.Load(total + column), sum);
        }

        return Tile1.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float TotalKeyDecay(int key, in Workspace space) => space.Kind switch
    {
        KeyDecayKind.None => 1f,
        KeyDecayKind.PerToken => space.KeyPrefix[space.Tokens],
        _ => Row(space.KeyPrefix, space.Tokens, space.KeyStride)[key],
    };

    /// <summary>
    /// Sums over pairs of a write and a later read with a decay per lane, on one side (keys or values) of the memory.
    /// </summary>
    /// <param name="reads">The read's factor on this side [ReadRows, width].</param>
    /// <param name="readCount">Reads per token.</param>
    /// <param name="writes">The write's factor on this side [WriteRows, width].</param>
    /// <param name="writeCount">Writes per token.</param>
    /// <param name="pairs">The product of the factors on the other side [ReadRows, WriteRows].</param>
    /// <param name="decay">[C, width].</param>
    /// <param name="prefix">[C+1, width].</param>
    /// <param name="initialReads">
    /// What the incoming state gives a read on this side, without this side's decay [ReadRows, width]; becomes the gradient of
    /// the read's factor if <paramref name="rescaleBoundary"/>.
    /// </param>
    /// <param name="endWrites">
    /// What the outgoing gradient gives a write on this side, without this side's decay [WriteRows, width]; becomes the gradient of
    /// the write's factor if <paramref name="rescaleBoundary"/>.
    /// </param>
    /// <param name="rescaleBoundary">Whether the gradients of the factors are wanted, beside that of the decay.</param>
    /// <param name="width">Lanes of this side.</param>
    /// <param name="space">Line holds the product of the two boundaries; DecayGradient receives the gradient of the decay.</param>
    [MethodImpl(SimdKernel.Options)]
    private static void PairGradients(
        float* reads,
        int readCount,
        float* writes,
        int writeCount,
        float* pairs,
        float* decay,
        float* prefix,
        float* initialReads,
        float* endWrites,
        bool rescaleBoundary,
        int width,
        in Workspace space)
    {
        for (var column = 0; column < width; column += Tile1.Width)
        {
            InitialPairs<Tile1>(
                reads + column, readCount, decay + column, prefix + column, initialReads + column, space.Line + column, rescaleBoundary, width,
                space.DecayGradient + column, space.Tokens);
        }

        var strip = 0;
        for (; strip + Tile4.Width <= width; strip += Tile4.Width)
        {
            WritePairs<Tile4>(
                reads + strip, readCount, writes + strip, writeCount, pairs, decay + strip, initialReads + strip, endWrites + strip, rescaleBoundary, width,
                space.DecayGradient + strip, space.Trail + strip, space);
        }

        for (; strip < width; strip += Tile1.Width)
        {
            WritePairs<Tile1>(
                reads + strip, readCount, writes + strip, writeCount, pairs, decay + strip, initialReads + strip, endWrites + strip, rescaleBoundary, width,
                space.DecayGradient + strip, space.Trail + strip, space);
        }
    }

    /// <summary>The pairs of the incoming state with every read and with the outgoing gradient.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void InitialPairs<TTile>(
        float* reads,
        int readCount,
        float* decay,
        float* prefix,
        float* initialReads,
        float* boundary,
        bool rescaleBoundary,
        nint width,
        float* decayGradient,
        int tokens)
        where TTile : struct, ITile<TTile>
    {
        var returned = TTile.Load(boundary);
        for (var t = tokens - 1; t >= 0; t--)
        {
            var before = TTile.Load(Row(prefix, t, width));
            TTile.Store(Row(decayGradient, t, width), before * returned);
            returned *= TTile.Load(Row(decay, t, width));
            for (var i = 0; i < readCount; i++)
            {
                var row = (t * readCount) + i;
                var initial = TTile.Load(Row(initialReads, row, width));
                returned = TTile.MultiplyAdd(TTile.Load(Row(reads, row, width)), initial, returned);
                if (rescaleBoundary)
                {
                    TTile.Store(Row(initialReads, row, width), initial * before);
                }
            }
        }
    }

    /// <summary>The pairs of every write with every later read and with the outgoing gradient.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void WritePairs<TTile>(
        float* reads,
        int readCount,
        float* writes,
        int writeCount,
        float* pairs,
        float* decay,
        float* readGradients,
        float* writeGradients,
        bool wantFactors,
        nint width,
        float* decayGradient,
        float* trail,
        in Workspace space)
        where TTile : struct, ITile<TTile>
    {
        nint pairStride = space.PairStride;
        for (var write = 0; write < space.WriteRows; write++)
        {
            var token = write / writeCount;
            var reached = TTile.Load(Row(writes, write, width));
            for (var t = token + 1; t < space.Tokens; t++)
            {
                TTile.Store(Row(trail, t, width), reached);
                for (var i = 0; i < readCount && wantFactors; i++)
                {
                    var row = (t * readCount) + i;
                    var gradient = Row(readGradients, row, width);
                    TTile.Store(gradient, TTile.MultiplyAdd(TTile.Broadcast(Row(pairs, row, pairStride)[write]), reached, TTile.Load(gradient)));
                }

                reached *= TTile.Load(Row(decay, t, width));
            }

            var returned = TTile.Load(Row(writeGradients, write, width));
            for (var t = space.Tokens - 1; t > token; t--)
            {
                var gradient = Row(decayGradient, t, width);
                TTile.Store(gradient, TTile.MultiplyAdd(TTile.Load(Row(trail, t, width)), returned, TTile.Load(gradient)));
                returned *= TTile.Load(Row(decay, t, width));
                for (var i = 0; i < readCount; i++)
                {
                    var row = (t * readCount) + i;
                    returned = TTile.MultiplyAdd(TTile.Broadcast(Row(pairs, row, pairStride)[write]), TTile.Load(Row(reads, row, width)), returned);
                }
            }

            if (wantFactors)
            {
                TTile.Store(Row(writeGradients, write, width), returned);
            }
        }
    }
}
