using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

// The substitution inside a few tokens, where a write depends on reads of the same token. Value columns do not see each other,
// so each strip of columns runs through all its tokens.
public static unsafe partial class MemoryChunk
{
    /// <summary>
    /// For the tokens [first, last) in turn: reads += Gram * writes of the tokens from first on, then
    /// w_j(t) += sum_i c_ji(t) o rho_i(t). Writes before first have been added to the reads.
    /// </summary>
    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBlock(in MemoryOperands operands, int first, int last, in Workspace space)
    {
        var column = 0;
        for (; column + Tile4.Width <= space.Values; column += Tile4.Width)
        {
            SubstituteBlock<Tile4>(operands, first, last, column, space);
        }

        for (; column < space.Values; column += Tile1.Width)
        {
            SubstituteBlock<Tile1>(operands, first, last, column, space);
        }
    }

    /// <summary>
    /// For the tokens [first, last) in reversed turn: write gradients += Gram^T * read gradients of the tokens up to last, then
    /// drho_i(t) += sum_j c_ji(t) o dw_j(t). Reads from last on have been added to the writes.
    /// </summary>
    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBlockBackward(in MemoryOperands operands, int first, int last, in Workspace space)
    {
        var column = 0;
        for (; column + Tile4.Width <= space.Values; column += Tile4.Width)
        {
            SubstituteBlockBackward<Tile4>(operands, first, last, column, space);
        }

        for (; column < space.Values; column += Tile1.Width)
        {
            SubstituteBlockBackward<Tile1>(operands, first, last, column, space);
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBlock<TTile>(in MemoryOperands operands, int first, int last, int column, in Workspace space)
        where TTile : struct, ITile<TTile>
    {
        nint width = space.ValueStride;
        var firstWrite = first * space.Writes;
        for (var t = first; t < last; t++)
        {
            var write = t * space.Writes;
            for (var i = 0; i < space.Reads; i++)
            {
                var read = (t * space.Reads) + i;
                var target = Row(space.Read, read, width) + column;
                var gram = Row(space.Gram, read, space.PairStride);
                var sum = TTile.Load(target);
                for (var earlier = firstWrite; earlier < write; earlier++)
                {
                    sum = TTile.MultiplyAdd(TTile.Broadcast(gram[earlier]), TTile.Load(Row(space.Write, earlier, width) + column), sum);
                }

                TTile.Store(target, sum);
                for (var j = 0; j < space.Writes; j++)
                {
                    AddCoefficient(operands, (j * space.Reads) + i, t, column, sum, Row(space.Write, write + j, width) + column);
                }
            }
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void SubstituteBlockBackward<TTile>(in MemoryOperands operands, int first, int last, int column, in Workspace space)
        where TTile : struct, ITile<TTile>
    {
        nint width = space.ValueStride;
        var lastRead = last * space.Reads;
        for (var t = last - 1; t >= first; t--)
        {
            var read = t * space.Reads;
            for (var j = 0; j < space.Writes; j++)
            {
                var write = (t * space.Writes) + j;
                var target = Row(space.WriteGradient, write, width) + column;
                var gram = space.Gram + write;
                var sum = TTile.Load(target);
                for (var later = read + space.Reads; later < lastRead; later++)
                {
                    sum = TTile.MultiplyAdd(
                        TTile.Broadcast(*Row(gram, later, space.PairStride)), TTile.Load(Row(space.ReadGradient, later, width) + column), sum);
                }

                TTile.Store(target, sum);
                for (var i = 0; i < space.Reads; i++)
                {
                    AddCoefficient(operands, (j * space.Reads) + i, t, column, sum, Row(space.ReadGradient, read + i, width) + column);
                }
            }
        }
    }

    /// <summary>target += c o source, for one coefficient at one token and one strip of columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddCoefficient<TTile>(in MemoryOperands operands, int index, int t, int column, TTile source, float* target)
        where TTile : struct, ITile<TTile>
    {
        ref readonly var coefficient = ref operands.Coefficient[index];
        if (coefficient.Data == null)
        {
            return;
        }

        var row = coefficient.Row(t);
        if (!operands.IsPerValue(index))
        {
            TTile.Store(target, TTile.MultiplyAdd(TTile.Broadcast(*row), source, TTile.Load(target)));
        }
        else
        {
            var factor = TTile.LoadPartial(row + column, operands.Values - column);
            TTile.Store(target, TTile.MultiplyAdd(factor, source, TTile.Load(target)));
        }
    }
}
