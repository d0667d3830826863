using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

/// <summary>A tile of 64 columns: four vectors.</summary>
[method: MethodImpl(MethodImplOptions.AggressiveInlining)]
public readonly unsafe struct Tile4(Vector512<float> v0, Vector512<float> v1, Vector512<float> v2, Vector512<float> v3) : ITile<Tile4>
{
    private readonly Vector512<float> v0 = v0;
    private readonly Vector512<float> v1 = v1;
    private readonly Vector512<float> v2 = v2;
    private readonly Vector512<float> v3 = v3;

    /// <inheritdoc/>
    public static int Width => 64;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Load(float* source) => new(Vector512.Load(source), Vector512.Load(source + 16), Vector512.Load(source + 32), Vector512.Load(source + 48));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 LoadPartial(float* source, int count) => new(
        Simd.LoadPartial(source, count),
        Simd.LoadPartial(source + 16, count - 16),
        Simd.LoadPartial(source + 32, count - 32),
        Simd.LoadPartial(source + 48, count - 48));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* target, Tile4 value)
    {
        value.v0.Store(target);
        value.v1.Store(target + 16);
        value.v2.Store(target + 32);
        value.v3.Store(target + 48);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(float* target, Tile4 value, int count)
    {
        Simd.StorePartial(target, value.v0, count);
        Simd.StorePartial(target + 16, value.v1, count - 16);
        Simd.StorePartial(target + 32, value.v2, count - 32);
        Simd.StorePartial(target + 48, value.v3, count - 48);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Broadcast(float value)
    {
        var lanes = Vector512.Create(value);
        return new(lanes, lanes, lanes, lanes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile4 value) => Simd.Sum((value.v0 + value.v1) + (value.v2 + value.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Tile4 value, int count) =>
        (Simd.Sum(value.v0, count) + Simd.Sum(value.v1, count - 16)) + (Simd.Sum(value.v2, count - 32) + Simd.Sum(value.v3, count - 48));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 operator +(Tile4 a, Tile4 b) => new(a.v0 + b.v0, a.v1 + b.v1, a.v2 + b.v2, a.v3 + b.v3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 operator -(Tile4 a, Tile4 b) => new(a.v0 - b.v0, a.v1 - b.v1, a.v2 - b.v2, a.v3 - b.v3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 operator *(Tile4 a, Tile4 b) => new(a.v0 * b.v0, a.v1 * b.v1, a.v2 * b.v2, a.v3 * b.v3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 operator /(Tile4 a, Tile4 b) => new(a.v0 / b.v0, a.v1 / b.v1, a.v2 / b.v2, a.v3 / b.v3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 operator -(Tile4 a) => new(-a.v0, -a.v1, -a.v2, -a.v3);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 MultiplyAdd(Tile4 a, Tile4 b, Tile4 c) => new(
        Simd.MultiplyAdd(a.v0, b.v0, c.v0),
        Simd.MultiplyAdd(a.v1, b.v1, c.v1),
        Simd.MultiplyAdd(a.v2, b.v2, c.v2),
        Simd.MultiplyAdd(a.v3, b.v3, c.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Where(Tile4 condition, Tile4 yes, Tile4 no) => new(
        Simd.Where(condition.v0, yes.v0, no.v0),
        Simd.Where(condition.v1, yes.v1, no.v1),
        Simd.Where(condition.v2, yes.v2, no.v2),
        Simd.Where(condition.v3, yes.v3, no.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Exp(Tile4 x) => new(Simd.Exp(x.v0), Simd.Exp(x.v1), Simd.Exp(x.v2), Simd.Exp(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Log(Tile4 x) => new(Simd.Log(x.v0), Simd.Log(x.v1), Simd.Log(x.v2), Simd.Log(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Sigmoid(Tile4 x) => new(Simd.Sigmoid(x.v0), Simd.Sigmoid(x.v1), Simd.Sigmoid(x.v2), Simd.Sigmoid(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 LogSigmoid(Tile4 x) => new(Simd.LogSigmoid(x.v0), Simd.LogSigmoid(x.v1), Simd.LogSigmoid(x.v2), Simd.LogSigmoid(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Softplus(Tile4 x) => new(Simd.Softplus(x.v0), Simd.Softplus(x.v1), Simd.Softplus(x.v2), Simd.Softplus(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Tanh(Tile4 x) => new(Simd.Tanh(x.v0), Simd.Tanh(x.v1), Simd.Tanh(x.v2), Simd.Tanh(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Sin(Tile4 x) => new(Simd.Sin(x.v0), Simd.Sin(x.v1), Simd.Sin(x.v2), Simd.Sin(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Cos(Tile4 x) => new(Simd.Cos(x.v0), Simd.Cos(x.v1), Simd.Cos(x.v2), Simd.Cos(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Sqrt(Tile4 x) => new(Simd.Sqrt(x.v0), Simd.Sqrt(x.v1), Simd.Sqrt(x.v2), Simd.Sqrt(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Rsqrt(Tile4 x) => new(Simd.Rsqrt(x.v0), Simd.Rsqrt(x.v1), Simd.Rsqrt(x.v2), Simd.Rsqrt(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Abs(Tile4 x) => new(Simd.Abs(x.v0), Simd.Abs(x.v1), Simd.Abs(x.v2), Simd.Abs(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Sign(Tile4 x) => new(Simd.Sign(x.v0), Simd.Sign(x.v1), Simd.Sign(x.v2), Simd.Sign(x.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Max(Tile4 a, Tile4 b) => new(Simd.Max(a.v0, b.v0), Simd.Max(a.v1, b.v1), Simd.Max(a.v2, b.v2), Simd.Max(a.v3, b.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Min(Tile4 a, Tile4 b) => new(Simd.Min(a.v0, b.v0), Simd.Min(a.v1, b.v1), Simd.Min(a.v2, b.v2), Simd.Min(a.v3, b.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 LogAddExp(Tile4 a, Tile4 b) => new(Simd.LogAddExp(a.v0, b.v0), Simd.LogAddExp(a.v1, b.v1), Simd.LogAddExp(a.v2, b.v2), Simd.LogAddExp(a.v3, b.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Greater(Tile4 a, Tile4 b) => new(
        Simd.Greater(a.v0, b.v0),
        Simd.Greater(a.v1, b.v1),
        Simd.Greater(a.v2, b.v2),
        Simd.Greater(a.v3, b.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 GreaterOrEqual(Tile4 a, Tile4 b) => new(
        Simd.GreaterOrEqual(a.v0, b.v0),
        Simd.GreaterOrEqual(a.v1, b.v1),
        Simd.GreaterOrEqual(a.v2, b.v2),
        Simd.GreaterOrEqual(a.v3, b.v3));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Tile4 Equal(Tile4 a, Tile4 b) => new(Simd.Equal(a.v0, b.v0), Simd.Equal(a.v1, b.v1), Simd.Equal(a.v2, b.v2), Simd.Equal(a.v3, b.v3));
}
