using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class ElementwiseChunk
{
    /// <summary>
    /// The gradients of the chunk: the recurrence g_t = dh_t + a_(t+1) o g_(t+1) in reversed time, db_t = g_t, da_t = g_t o h_(t-1).
    /// Outputs are overwritten; a null output is not wanted.
    /// </summary>
    /// <param name="tokens">C.</param>
    /// <param name="width">n.</param>
    /// <param name="a">Multipliers [C, n], or null for 1.</param>
    /// <param name="aStride">Elements from one row of a to the next, or 0.</param>
    /// <param name="history">[C+1, n] as the forward pass left it. Read only if <paramref name="da"/> is wanted.</param>
    /// <param name="dHistory">The gradient of each row of the history as such [C+1, n]; row C carries what comes from later tokens.</param>
    /// <param name="da">[C, n], rows n apart; the sum over tokens [n] if <paramref name="aStride"/> is 0; or null.</param>
    /// <param name="db">[C, n], rows n apart, or null. May be rows 1 to C of <paramref name="dHistory"/>.</param>
    /// <param name="dInitial">The gradient of the incoming state [n], or null. May be row 0 of <paramref name="dHistory"/>.</param>
    public static void Adjoint(
        int tokens, int width, float* a, nint aStride, float* history, float* dHistory, float* da, float* db, float* dInitial)
    {
        var column = 0;
        for (; column + Tile4.Width <= width; column += Tile4.Width)
        {
            Adjoint<Tile4>(
                tokens, width, Column(a, column), aStride, history + column, dHistory + column, Column(da, column), Column(db, column), Column(dInitial, column));
        }

        for (; column < width; column += Tile1.Width)
        {
            Adjoint<Tile1>(
                tokens, width, Column(a, column), aStride, history + column, dHistory + column, Column(da, column), Column(db, column), Column(dInitial, column));
        }
    }

    /// <summary>The same gradients, each computed by itself from running products, forward in time. <paramref name="db"/> and
    /// <paramref name="dInitial"/> must not lie in <paramref name="dHistory"/>.</summary>
    /// <inheritdoc cref="Adjoint(int, int, float*, nint, float*, float*, float*, float*, float*)"/>
    public static void QuadraticAdjoint(
        int tokens, int width, float* a, nint aStride, float* history, float* dHistory, float* da, float* db, float* dInitial)
    {
        var column = 0;
        for (; column + Tile4.Width <= width; column += Tile4.Width)
        {
            QuadraticAdjoint<Tile4>(
                tokens, width, Column(a, column), aStride, history + column, dHistory + column, Column(da, column), Column(db, column), Column(dInitial, column));
        }

        for (; column < width; column += Tile1.Width)
        {
            QuadraticAdjoint<Tile1>(
                tokens, width, Column(a, column), aStride, history + column, dHistory + column, Column(da, column), Column(db, column), Column(dInitial, column));
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Adjoint<TTile>(
        int tokens, int width, float* a, nint aStride, float* history, float* dHistory, float* da, float* db, float* dInitial)
        where TTile : struct, ITile<TTile>
    {
        nint row = width;
        var carry = TTile.Load(dHistory + (tokens * row));
        var sum = TTile.Broadcast(0f);
        for (var t = tokens - 1; t >= 0; t--)
        {
            var direct = TTile.Load(dHistory + (t * row));
            if (db != null)
            {
                TTile.Store(db + (t * row), carry);
            }

            if (da != null)
            {
                sum = StoreOrAdd(da + (t * row), carry * TTile.Load(history + (t * row)), sum, aStride);
            }

            carry = a == null ? direct + carry : TTile.MultiplyAdd(TTile.Load(a + (t * aStride)), carry, direct);
        }

        Finish(carry, sum, da, aStride, dInitial);
    }

    [MethodImpl(SimdKernel.Options)]
    private static void QuadraticAdjoint<TTile>(
        int tokens, int width, float* a, nint aStride, float* history, float* dHistory, float* da, float* db, float* dInitial)
        where TTile : struct, ITile<TTile>
    {
        nint row = width;
        var sum = TTile.Broadcast(0f);
        for (var t = tokens - 1; t >= 0; t--)
        {
            var carry = Reach<TTile>(t + 1, tokens, row, a, aStride, dHistory);
            if (db != null)
            {
                TTile.Store(db + (t * row), carry);
            }

            if (da != null)
            {
                sum = StoreOrAdd(da + (t * row), carry * TTile.Load(history + (t * row)), sum, aStride);
            }
        }

        Finish(Reach<TTile>(0, tokens, row, a, aStride, dHistory), sum, da, aStride, dInitial);
    }

    /// <summary>The gradient of row <paramref name="first"/> of the history: what every later row passes back to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTile Reach<TTile>(int first, int tokens, nint row, float* a, nint aStride, float* dHistory)
        where TTile : struct, ITile<TTile>
    {
        var product = TTile.Broadcast(1f);
        var reach = TTile.Load(dHistory + (first * row));
        for (var t = first; t < tokens; t++)
        {
            product = a == null ? product : product * TTile.Load(a + (t * aStride));
            reach = TTile.MultiplyAdd(product, TTile.Load(dHistory + ((t + 1) * row)), reach);
        }

        return reach;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTile StoreOrAdd<TTile>(float* target, TTile value, TTile sum, nint aStride)
        where TTile : struct, ITile<TTile>
    {
        if (aStride == 0)
        {
            return sum + value;
        }

        TTile.Store(target, value);
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TTile>(TTile carry, TTile sum, float* da, nint aStride, float* dInitial)
        where TTile : struct, ITile<TTile>
    {
        if (da != null && aStride == 0)
        {
            TTile.Store(da, sum);
        }

        if (dInitial != null)
        {
            TTile.Store(dInitial, carry);
        }
    }
}
