using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>A tile of 32 columns: two vectors.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Tile2(Vector512<float> v0, Vector512<float> v1) : ITile<Tile2>
{
    private readonly Vector512<float> v0 = v0;
    private readonly Vector512<float> v1 = v1;

    /// <inheritdoc/>
    public static int Width => 32;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Load(float* source) => new(Vector512.Load(source), Vector512.Load(source + 16));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 LoadPartial(float* source, int count) => new(
        Simd.LoadPartial(source, count),
        Simd.LoadPartial(source + 16, count - 16));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Tile2 value)
    {
        value.v0.Store(target);
        value.v1.Store(target + 16);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* target, Tile2 value, int count)
    {
        Simd.StorePartial(target, value.v0, count);
        Simd.StorePartial(target + 16, value.v1, count - 16);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Broadcast(float value)
    {
        var lanes = Vector512.Create(value);
        return new(lanes, lanes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile2 value) => Simd.Sum(value.v0 + value.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile2 value, int count) => Simd.Sum(value.v0, count) + Simd.Sum(value.v1, count - 16);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 operator +(Tile2 a, Tile2 b) => new(a.v0 + b.v0, a.v1 + b.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 operator -(Tile2 a, Tile2 b) => new(a.v0 - b.v0, a.v1 - b.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 operator *(Tile2 a, Tile2 b) => new(a.v0 * b.v0, a.v1 * b.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 operator /(Tile2 a, Tile2 b) => new(a.v0 / b.v0, a.v1 / b.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 operator -(Tile2 a) => new(-a.v0, -a.v1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 MultiplyAdd(Tile2 a, Tile2 b, Tile2 c) => new(Simd.MultiplyAdd(a.v0, b.v0, c.v0), Simd.MultiplyAdd(a.v1, b.v1, c.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Where(Tile2 condition, Tile2 yes, Tile2 no) =>
        new(Simd.Where(condition.v0, yes.v0, no.v0), Simd.Where(condition.v1, yes.v1, no.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Exp(Tile2 x) => new(Simd.Exp(x.v0), Simd.Exp(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Log(Tile2 x) => new(Simd.Log(x.v0), Simd.Log(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Sigmoid(Tile2 x) => new(Simd.Sigmoid(x.v0), Simd.Sigmoid(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 LogSigmoid(Tile2 x) => new(Simd.LogSigmoid(x.v0), Simd.LogSigmoid(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Softplus(Tile2 x) => new(Simd.Softplus(x.v0), Simd.Softplus(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Tanh(Tile2 x) => new(Simd.Tanh(x.v0), Simd.Tanh(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Sin(Tile2 x) => new(Simd.Sin(x.v0), Simd.Sin(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Cos(Tile2 x) => new(Simd.Cos(x.v0), Simd.Cos(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Sqrt(Tile2 x) => new(Simd.Sqrt(x.v0), Simd.Sqrt(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Rsqrt(Tile2 x) => new(Simd.Rsqrt(x.v0), Simd.Rsqrt(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Abs(Tile2 x) => new(Simd.Abs(x.v0), Simd.Abs(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Sign(Tile2 x) => new(Simd.Sign(x.v0), Simd.Sign(x.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Max(Tile2 a, Tile2 b) => new(Simd.Max(a.v0, b.v0), Simd.Max(a.v1, b.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Min(Tile2 a, Tile2 b) => new(Simd.Min(a.v0, b.v0), Simd.Min(a.v1, b.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 LogAddExp(Tile2 a, Tile2 b) => new(Simd.LogAddExp(a.v0, b.v0), Simd.LogAddExp(a.v1, b.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Greater(Tile2 a, Tile2 b) => new(Simd.Greater(a.v0, b.v0), Simd.Greater(a.v1, b.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 GreaterOrEqual(Tile2 a, Tile2 b) => new(Simd.GreaterOrEqual(a.v0, b.v0), Simd.GreaterOrEqual(a.v1, b.v1));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile2 Equal(Tile2 a, Tile2 b) => new(Simd.Equal(a.v0, b.v0), Simd.Equal(a.v1, b.v1));
}
