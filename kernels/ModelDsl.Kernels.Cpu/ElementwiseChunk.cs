using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// The recurrence h_t = a_t o h_(t-1) + b_t over a chunk of C tokens, element by element on flat rows of n floats
/// (n a multiple of 16; padding computes garbage and touches nothing else).
/// History has C + 1 rows [C+1, n]: row 0 is the incoming state, row t+1 the state after token t.
/// Rows of a and b lie a stride of elements apart; a stride of 0 repeats one row, a null a stands for 1, a null b for 0.
/// Multiplying and adding may be those of another semiring, whose 1 and 0 are meant then.
/// </summary>
public static unsafe partial class ElementwiseChunk
{
    /// <summary>Rows at least this long are gone through one by one, shorter ones column by column with the state in registers.</summary>
    private const int LongRow = 1024;

    /// <summary>Token by token.</summary>
    /// <param name="tokens">C.</param>
    /// <param name="width">n.</param>
    /// <param name="a">Multipliers [C, n] of any sign, or null.</param>
    /// <param name="aStride">Elements from one row of a to the next, or 0.</param>
    /// <param name="b">Inputs [C, n], or null.</param>
    /// <param name="bStride">Elements from one row of b to the next, or 0.</param>
    /// <param name="history">[C+1, n]; row 0 is read, the others are written.</param>
    /// <param name="semiring">What is meant by multiplying and adding.</param>
    public static void Scan(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history, Semiring semiring = Semiring.Real)
    {
        switch (semiring)
        {
            case Semiring.MaxPlus: ScanIn<Tropical<Largest>>(tokens, width, a, aStride, b, bStride, history); break;
            case Semiring.MinPlus: ScanIn<Tropical<Smallest>>(tokens, width, a, aStride, b, bStride, history); break;
            case Semiring.Log: ScanIn<Tropical<LogOfSum>>(tokens, width, a, aStride, b, bStride, history); break;
            default: ScanIn<RealNumbers>(tokens, width, a, aStride, b, bStride, history); break;
        }
    }

    /// <summary>
    /// The same rows, each computed by itself from the inputs and running products of multipliers, going back in time: the
    /// attention form, C^2 n operations. Nothing is ever divided, so multipliers of zero cut exactly.
    /// </summary>
    /// <inheritdoc cref="Scan(int, int, float*, nint, float*, nint, float*, Semiring)"/>
    public static void Quadratic(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history, Semiring semiring = Semiring.Real)
    {
        switch (semiring)
        {
            case Semiring.MaxPlus: QuadraticIn<Tropical<Largest>>(tokens, width, a, aStride, b, bStride, history); break;
            case Semiring.MinPlus: QuadraticIn<Tropical<Smallest>>(tokens, width, a, aStride, b, bStride, history); break;
            case Semiring.Log: QuadraticIn<Tropical<LogOfSum>>(tokens, width, a, aStride, b, bStride, history); break;
            default: QuadraticIn<RealNumbers>(tokens, width, a, aStride, b, bStride, history); break;
        }
    }

    private static void ScanIn<TSemiring>(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history)
        where TSemiring : struct, ISemiring
    {
        if (width >= LongRow)
        {
            // Read in memory's order; the state before is the row just written.
            for (var t = 0; t < tokens; t++, history += width)
            {
                Next<TSemiring>(width, Row(a, t, aStride), Row(b, t, bStride), history, history + width);
            }

            return;
        }

        var column = 0;
        for (; column + Tile4.Width <= width; column += Tile4.Width)
        {
            Scan<TSemiring, Tile4>(tokens, width, Column(a, column), aStride, Column(b, column), bStride, history + column);
        }

        for (; column < width; column += Tile1.Width)
        {
            Scan<TSemiring, Tile1>(tokens, width, Column(a, column), aStride, Column(b, column), bStride, history + column);
        }
    }

    private static void QuadraticIn<TSemiring>(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history)
        where TSemiring : struct, ISemiring
    {
        var column = 0;
        for (; column + Tile4.Width <= width; column += Tile4.Width)
        {
            Quadratic<TSemiring, Tile4>(tokens, width, Column(a, column), aStride, Column(b, column), bStride, history + column);
        }

        for (; column < width; column += Tile1.Width)
        {
            Quadratic<TSemiring, Tile1>(tokens, width, Column(a, column), aStride, Column(b, column), bStride, history + column);
        }
    }

    /// <summary>
    /// The chunk's transition: the product of all rows of a, as the sum of two numbers. One float32 would be rounded alike in every chunk of a sequence whose multipliers
    /// do not change, and such errors add up where next to nothing is forgotten.
    /// </summary>
    /// <param name="tokens">C.</param>
    /// <param name="width">n.</param>
    /// <param name="a">Multipliers [C, n], or null.</param>
    /// <param name="aStride">Elements from one row of a to the next, or 0.</param>
    /// <param name="total">[n], written: the product.</param>
    /// <param name="rest">[n], written: what it lacks.</param>
    [MethodImpl(SimdKernel.Options)]
    public static void Total(int tokens, int width, float* a, nint aStride, float* total, float* rest)
    {
        for (var column = 0; column < width; column += Simd.Lanes)
        {
            Vector512<float> product = Vector512<float>.One, lacking = Vector512<float>.Zero;
            for (var t = 0; a != null && t < tokens; t++)
            {
                // The rounding error of a product is a float32 itself, which one operation that rounds once finds.
                var multiplier = Simd.Load(a + (t * aStride) + column);
                var next = product * multiplier;
                var error = Vector512.FusedMultiplyAdd(product, multiplier, -next);
                lacking = Vector512.FusedMultiplyAdd(lacking, multiplier, error);
                product = next;
            }

            var sum = product + lacking;
            Simd.Store(total + column, sum);
            Simd.Store(rest + column, lacking - (sum - product));
        }
    }

    /// <summary>The same over another semiring, whose multipliers are added: <paramref name="total"/> is the sum of all rows of a.</summary>
    /// <inheritdoc cref="Total(int, int, float*, nint, float*, float*)"/>
    [MethodImpl(SimdKernel.Options)]
    public static void Total(int tokens, int width, float* a, nint aStride, float* total)
    {
        for (var column = 0; column < width; column += Tile1.Width)
        {
            var sum = Tile1.Broadcast(0);
            for (var t = 0; a != null && t < tokens; t++)
            {
                sum += Tile1.Load(a + (t * aStride) + column);
            }

            Tile1.Store(total + column, sum);
        }
    }

    /// <summary>What a chunk does to a state: <paramref name="state"/> = (<paramref name="total"/> + <paramref name="rest"/>) o state + <paramref name="offset"/>, all [n].</summary>
    [MethodImpl(SimdKernel.Options)]
    public static void Apply(int width, float* total, float* rest, float* offset, float* state)
    {
        for (var column = 0; column < width; column += Tile1.Width)
        {
            var before = Tile1.Load(state + column);
            var lacking = Tile1.MultiplyAdd(Tile1.Load(rest + column), before, Tile1.Load(offset + column));
            Tile1.Store(state + column, Tile1.MultiplyAdd(Tile1.Load(total + column), before, lacking));
        }
    }

    /// <summary>The same with a transition of one number: <paramref name="state"/> = <paramref name="total"/> o state + <paramref name="offset"/>, all [n], over a semiring.</summary>
    public static void Apply(int width, float* total, float* offset, float* state, Semiring semiring = Semiring.Real)
    {
        switch (semiring)
        {
            case Semiring.MaxPlus: ApplyIn<Tropical<Largest>>(width, total, offset, state); break;
            case Semiring.MinPlus: ApplyIn<Tropical<Smallest>>(width, total, offset, state); break;
            case Semiring.Log: ApplyIn<Tropical<LogOfSum>>(width, total, offset, state); break;
            default: ApplyIn<RealNumbers>(width, total, offset, state); break;
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void ApplyIn<TSemiring>(int width, float* total, float* offset, float* state)
        where TSemiring : struct, ISemiring
    {
        for (var column = 0; column < width; column += Tile1.Width)
        {
            Tile1.Store(state + column, TSemiring.MultiplyAdd(Tile1.Load(total + column), Tile1.Load(state + column), Tile1.Load(offset + column)));
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Next<TSemiring>(int width, float* a, float* b, float* before, float* after)
        where TSemiring : struct, ISemiring
    {
        for (var column = 0; column < width; column += Tile1.Width)
        {
            Tile1.Store(after + column, Step<TSemiring, Tile1>(Tile1.Load(before + column), Column(a, column), Column(b, column)));
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Scan<TSemiring, TTile>(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history)
        where TSemiring : struct, ISemiring
        where TTile : struct, ITile<TTile>
    {
        var state = TTile.Load(history);
        for (var t = 0; t < tokens; t++)
        {
            state = Step<TSemiring, TTile>(state, Row(a, t, aStride), Row(b, t, bStride));
            history += width;
            TTile.Store(history, state);
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Quadratic<TSemiring, TTile>(int tokens, int width, float* a, nint aStride, float* b, nint bStride, float* history)
        where TSemiring : struct, ISemiring
        where TTile : struct, ITile<TTile>
    {
        var initial = TTile.Load(history);
        for (var t = 0; t < tokens; t++)
        {
            var product = TTile.Broadcast(TSemiring.One);
            var state = TTile.Broadcast(TSemiring.Zero);
            for (var source = t; source >= 0; source--)
            {
                state = b == null ? state : TSemiring.MultiplyAdd(product, TTile.Load(b + (source * bStride)), state);
                product = a == null ? product : TSemiring.Times(product, TTile.Load(a + (source * aStride)));
            }

            TTile.Store(history + ((t + 1) * (nint)width), TSemiring.MultiplyAdd(product, initial, state));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TTile Step<TSemiring, TTile>(TTile state, float* a, float* b)
        where TSemiring : struct, ISemiring
        where TTile : struct, ITile<TTile>
    {
        if (a == null)
        {
            return b == null ? state : TSemiring.Plus(state, TTile.Load(b));
        }

        return b == null ? TSemiring.Times(TTile.Load(a), state) : TSemiring.MultiplyAdd(TTile.Load(a), state, TTile.Load(b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Row(float* rows, nint row, nint stride) => rows == null ? null : rows + (row * stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Column(float* row, int column) => row == null ? null : row + column;
}
