using System.Runtime.CompilerServices;

namespace ModelDsl.Kernels.Cpu;

/// <summary>What is meant by multiplying and adding where a state is carried element by element: h = a * h + b.</summary>
public enum Semiring
{
    /// <summary>h = a * h + b.</summary>
    Real,

    /// <summary>h = max(a + h, b).</summary>
    MaxPlus,

    /// <summary>h = min(a + h, b).</summary>
    MinPlus,

    /// <summary>h = log(exp(a + h) + exp(b)).</summary>
    Log,
}

/// <summary>The operations of a semiring, on single numbers.</summary>
internal static class SemiringOperations
{
    /// <summary>What adding leaves alone.</summary>
    public static float Zero(this Semiring semiring) => semiring switch
    {
        Semiring.MaxPlus or Semiring.Log => float.NegativeInfinity,
        Semiring.MinPlus => float.PositiveInfinity,
        _ => 0,
    };

    /// <summary>a * b + c.</summary>
    public static float MultiplyAdd(this Semiring semiring, float a, float b, float c) => semiring switch
    {
        Semiring.MaxPlus => Simd.Max(a + b, c),
        Semiring.MinPlus => Simd.Min(a + b, c),
        Semiring.Log => Simd.LogAddExp(a + b, c),
        _ => Simd.MultiplyAdd(a, b, c),
    };
}

/// <summary>The operations of a semiring, on tiles of columns.</summary>
internal interface ISemiring
{
    /// <summary>What adding leaves alone, and multiplying makes everything into.</summary>
    static abstract float Zero { get; }

    /// <summary>What multiplying leaves alone.</summary>
    static abstract float One { get; }

    static abstract TTile Times<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile>;

    static abstract TTile Plus<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile>;

    /// <summary>a * b + c.</summary>
    static abstract TTile MultiplyAdd<TTile>(TTile a, TTile b, TTile c)
        where TTile : struct, ITile<TTile>;
}

/// <summary>a * b + c.</summary>
internal readonly struct RealNumbers : ISemiring
{
    public static float Zero => 0;

    public static float One => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Times<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Plus<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile MultiplyAdd<TTile>(TTile a, TTile b, TTile c)
        where TTile : struct, ITile<TTile> => TTile.MultiplyAdd(a, b, c);
}

/// <summary>A semiring whose multiplication is the addition of numbers: a + b, added to c as <typeparamref name="TSum"/> says.</summary>
internal readonly struct Tropical<TSum> : ISemiring
    where TSum : struct, ITropicalSum
{
    public static float Zero => TSum.Zero;

    public static float One => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Times<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Plus<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => TSum.Of(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile MultiplyAdd<TTile>(TTile a, TTile b, TTile c)
        where TTile : struct, ITile<TTile> => TSum.Of(a + b, c);
}

/// <summary>What adding is in a <see cref="Tropical{TSum}"/> semiring.</summary>
internal interface ITropicalSum
{
    /// <summary>What it leaves alone.</summary>
    static abstract float Zero { get; }

    static abstract TTile Of<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile>;
}

/// <summary>max(a, b).</summary>
internal readonly struct Largest : ITropicalSum
{
    public static float Zero => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Of<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => TTile.Max(a, b);
}

/// <summary>min(a, b).</summary>
internal readonly struct Smallest : ITropicalSum
{
    public static float Zero => float.PositiveInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Of<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => TTile.Min(a, b);
}

/// <summary>log(exp(a) + exp(b)).</summary>
internal readonly struct LogOfSum : ITropicalSum
{
    public static float Zero => float.NegativeInfinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TTile Of<TTile>(TTile a, TTile b)
        where TTile : struct, ITile<TTile> => TTile.LogAddExp(a, b);
}
