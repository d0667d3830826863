using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

// Everything that decays do. Products of decays are only ever formed as products, from the write forward: no logarithms, no
// quotients, so that zeros cut exactly and signs are free.
public static unsafe partial class MemoryChunk
{
    /// <summary>Prefix products, decayed queries and keys, and the Gram matrices.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void PrepareKeys(in MemoryOperands operands, ref Workspace space)
    {
        space.Query = Pack(operands.Query, space.Reads, space.Tokens, space.Keys, space.Query, space.KeyStride);
        space.Key = Pack(operands.Key, space.Writes, space.Tokens, space.Keys, space.Key, space.KeyStride);
        switch (space.Kind)
        {
            case KeyDecayKind.None:
                space.InitialQuery = space.Query;
                space.EndKey = space.Key;
                RawGram(space.Query, space.Key, space.Keys, space.KeyStride, space.Gram, space);
                break;

            case KeyDecayKind.PerToken:
                PrepareTokenDecay(operands.KeyDecay, space);
                RawGram(space.Query, space.Key, space.Keys, space.KeyStride, space.RawGram, space);
                ApplyReach(space.RawGram, space.Gram, space);
                break;

            case KeyDecayKind.PerKey:
                space.KeyDecay = Pack(operands.KeyDecay, space.Tokens, space.Keys, space.KeyDecay, space.KeyStride);
                DecayRows(
                    space.KeyDecay, space.KeyStride, space.Query, space.Reads, space.InitialQuery, space.Key, space.Writes, space.EndKey, space.KeyPrefix, space.Tokens);
                DecayedGram(space.Query, space.Key, space.KeyDecay, space.KeyStride, space.Gram, space);
                break;
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void PrepareTokenDecay(MemoryRows decay, in Workspace space)
    {
        space.KeyPrefix[0] = 1f;
        Fill(space.Reach, 0f, space.PairStride);
        for (var t = 0; t < space.Tokens; t++)
        {
            var factor = *decay.Row(t);
            space.KeyDecay[t] = factor;
            space.KeyPrefix[t + 1] = space.KeyPrefix[t] * factor;

            var reach = space.Reach + ((t + 1) * (nint)space.PairStride);
            Scale(reach, reach - space.PairStride, factor, space.PairStride);
            for (var j = 0; j < space.Writes; j++)
            {
                reach[(t * space.Writes) + j] = 1f;
            }
        }

        for (int t = 0, row = 0; t < space.Tokens; t++)
        {
            for (var i = 0; i < space.Reads; i++, row++)
            {
                Scale(Row(space.InitialQuery, row, space.KeyStride), Row(space.Query, row, space.KeyStride), space.KeyPrefix[t], space.KeyStride);
            }
        }

        var end = space.Reach + (space.Tokens * (nint)space.PairStride);
        for (var row = 0; row < space.WriteRows; row++)
        {
            Scale(Row(space.EndKey, row, space.KeyStride), Row(space.Key, row, space.KeyStride), end[row], space.KeyStride);
        }
    }

    /// <summary>Per-lane decay: what reads see of the incoming state's rows, and what is left of writes at the end.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void DecayRows(
        float* decay, int width, float* reads, int readCount, float* initialReads, float* writes, int writeCount, float* endWrites, float* prefix, int tokens)
    {
        Fill(prefix, 1f, width);
        for (var t = 0; t < tokens; t++)
        {
            var before = Row(prefix, t, width);
            for (var i = 0; i < readCount && reads != null; i++)
            {
                Multiply(Row(initialReads, (t * readCount) + i, width), Row(reads, (t * readCount) + i, width), before, width);
            }

            Multiply(before + width, before, Row(decay, t, width), width);
        }

        if (endWrites == null)
        {
            return;
        }

        for (var column = 0; column < width; column += Simd.Lanes)
        {
            var suffix = Simd.Broadcast(1f);
            for (var t = tokens - 1; t >= 0; t--)
            {
                for (var j = 0; j < writeCount; j++)
                {
                    var at = (((t * (nint)writeCount) + j) * width) + column;
                    Simd.Store(endWrites + at, suffix * Simd.Load(writes + at));
                }

                suffix *= Simd.Load(decay + (t * (nint)width) + column);
            }
        }
    }

    /// <summary>
    /// gram (t,i; s,j) = sum over lanes of reads (t,i) o writes (s,j) for s earlier than t, 0 otherwise.
    /// Padding lanes of both must be 0.
    /// </summary>
    [MethodImpl(SimdKernel.Options)]
    private static void RawGram(float* reads, float* writes, int length, int width, float* gram, in Workspace space)
    {
        nint stride = space.PairStride;
        MatrixProduct.Transpose(space.WriteRows, length, writes, width, space.Transposed, stride);
        for (var first = 0; first < space.Tokens; first += BlockTokens)
        {
            var last = Math.Min(first + BlockTokens, space.Tokens);
            var rows = Row(gram, first * space.Reads, stride);
            var columns = Simd.Pad(last * space.Writes);
            MatrixProduct.Multiply(
                (last - first) * space.Reads, columns, length, Row(reads, first * space.Reads, width), width, 1, space.Transposed, stride, rows, stride);
            for (var t = first; t < last; t++)
            {
                for (var i = 0; i < space.Reads; i++, rows += stride)
                {
                    new Span<float>(rows + (t * space.Writes), space.PairStride - (t * space.Writes)).Clear();
                }
            }
        }
    }

    /// <summary>The same with a decay per lane between write and read: running products along each write's future.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void DecayedGram(float* reads, float* writes, float* decay, int width, float* gram, in Workspace space)
    {
        Fill(gram, 0f, space.ReadRows * space.PairStride);
        var column = 0;
        for (; column + Tile4.Width <= width; column += Tile4.Width)
        {
            DecayedGram<Tile4>(reads + column, writes + column, decay + column, width, gram, space);
        }

        for (; column < width; column += Tile1.Width)
        {
            DecayedGram<Tile1>(reads + column, writes + column, decay + column, width, gram, space);
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void DecayedGram<TTile>(float* reads, float* writes, float* decay, int width, float* gram, in Workspace space)
        where TTile : struct, ITile<TTile>
    {
        for (var write = 0; write < space.WriteRows; write++)
        {
            var decayed = TTile.Load(Row(writes, write, width));
            for (var t = (write / space.Writes) + 1; t < space.Tokens; t++)
            {
                for (var i = 0; i < space.Reads; i++)
                {
                    var row = (t * space.Reads) + i;
                    Row(gram, row, space.PairStride)[write] += TTile.Sum(decayed * TTile.Load(Row(reads, row, width)));
                }

                decayed *= TTile.Load(Row(decay, t, width));
            }
        }
    }

    /// <summary>result = pairs o Reach, row by row of reads.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void ApplyReach(float* pairs, float* result, in Workspace space)
    {
        for (int t = 0, row = 0; t < space.Tokens; t++)
        {
            for (var i = 0; i < space.Reads; i++, row++)
            {
                Multiply(
                    Row(result, row, space.PairStride), Row(pairs, row, space.PairStride), Row(space.Reach, t, space.PairStride), space.PairStride);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Row(float* rows, nint row, nint stride) => rows + (row * stride);
}
