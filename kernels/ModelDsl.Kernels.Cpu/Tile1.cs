using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>A tile of 16 columns: one vector.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Tile1(Vector512<float> v0) : ITile<Tile1>
{
    private readonly Vector512<float> v0 = v0;

    /// <inheritdoc/>
    public static int Width => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Load(float* source) => new(Vector512.Load(source));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 LoadPartial(float* source, int count) => new(Simd.LoadPartial(source, count));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Tile1 value) => value.v0.Store(target);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* target, Tile1 value, int count) => Simd.StorePartial(target, value.v0, count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Broadcast(float value) => new(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile1 value) => Simd.Sum(value.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile1 value, int count) => Simd.Sum(value.v0, count);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 operator +(Tile1 a, Tile1 b) => new(a.v0 + b.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 operator -(Tile1 a, Tile1 b) => new(a.v0 - b.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 operator *(Tile1 a, Tile1 b) => new(a.v0 * b.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 operator /(Tile1 a, Tile1 b) => new(a.v0 / b.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 operator -(Tile1 a) => new(-a.v0);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 MultiplyAdd(Tile1 a, Tile1 b, Tile1 c) => new(Simd.MultiplyAdd(a.v0, b.v0, c.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Where(Tile1 condition, Tile1 yes, Tile1 no) =>
        new(Simd.Where(condition.v0, yes.v0, no.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Exp(Tile1 x) => new(Simd.Exp(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Log(Tile1 x) => new(Simd.Log(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Sigmoid(Tile1 x) => new(Simd.Sigmoid(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 LogSigmoid(Tile1 x) => new(Simd.LogSigmoid(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Softplus(Tile1 x) => new(Simd.Softplus(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Tanh(Tile1 x) => new(Simd.Tanh(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Sin(Tile1 x) => new(Simd.Sin(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Cos(Tile1 x) => new(Simd.Cos(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Sqrt(Tile1 x) => new(Simd.Sqrt(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Rsqrt(Tile1 x) => new(Simd.Rsqrt(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Abs(Tile1 x) => new(Simd.Abs(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Sign(Tile1 x) => new(Simd.Sign(x.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Max(Tile1 a, Tile1 b) => new(Simd.Max(a.v0, b.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Min(Tile1 a, Tile1 b) => new(Simd.Min(a.v0, b.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 LogAddExp(Tile1 a, Tile1 b) => new(Simd.LogAddExp(a.v0, b.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Greater(Tile1 a, Tile1 b) => new(Simd.Greater(a.v0, b.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 GreaterOrEqual(Tile1 a, Tile1 b) => new(Simd.GreaterOrEqual(a.v0, b.v0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile1 Equal(Tile1 a, Tile1 b) => new(Simd.Equal(a.v0, b.v0));
}
