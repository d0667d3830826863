using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelDsl.Kernels.Cpu;

// The polynomials are minimax fits (Remez, in 40 digits) of the relative error on the reduced interval.
public static unsafe partial class Simd
{
    // ln 2 in two parts; the first has 9 bits, so that its product with an exponent is exact without a fused operation.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Log2E = 1.44269504f;

    /// <summary>e^x. Relative error below 1.5e-7; 0 below -104, infinity above 88.73, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // The native forms return their second operand if one is NaN: x then.
        x = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-104.5f), x));

        var n = Vector512.Round(x * Vector512.Create(Log2E));
        var r = MultiplyAdd(n, Vector512.Create(-Ln2High), x);
        r = MultiplyAdd(n, Vector512.Create(-Ln2Low), r);

        var p = Vector512.Create(1.38146131402e-3f);
        p = MultiplyAdd(p, r, Vector512.Create(8.3687098222e-3f));
        p = MultiplyAdd(p, r, Vector512.Create(4.16683873622e-2f));
        p = MultiplyAdd(p, r, Vector512.Create(1.66665206899e-1f));
        p = MultiplyAdd(p, r, Vector512.Create(4.99999934517e-1f));
        p = MultiplyAdd(p, r, Vector512<float>.One);
        p = MultiplyAdd(p, r, Vector512<float>.One);

        return Scale(p, n);
    }

    /// <inheritdoc cref="Exp(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Exp(float x) => Exp(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>The natural logarithm. Relative error below 2e-7; minus infinity for 0, NaN for negative numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Log(Vector512<float> x)
    {
        // x = m 2^e with m in [sqrt(1/2), sqrt(2)); subnormal numbers are lifted into the normal range first.
        var subnormal = Vector512.LessThan(x, Vector512.Create(1.17549435e-38f));
        var bits = Vector512.ConditionalSelect(subnormal, x * Vector512.Create(8388608f), x).AsInt32();
        var e = Vector512.ShiftRightArithmetic(bits - Vector512.Create(0x3F3504F3), 23);
        var f = (bits - Vector512.ShiftLeft(e, 23)).AsSingle() - Vector512<float>.One;
        var n = Vector512.ConvertToSingle(e) - (subnormal & Vector512.Create(23f));

        var p = Vector512.Create(-7.63449425784e-2f);
        p = MultiplyAdd(p, f, Vector512.Create(1.27615749067e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(-1.31601824959e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(1.42017584789e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(-1.66233573819e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(2.0001226843e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(-2.50008210321e-1f));
        p = MultiplyAdd(p, f, Vector512.Create(3.33333317084e-1f));

        var square = f * f;
        var log = MultiplyAdd(n, Vector512.Create(Ln2Low), p * f * square);
        log = MultiplyAdd(square, Vector512.Create(-0.5f), log) + f;
        log = MultiplyAdd(n, Vector512.Create(Ln2High), log);

        var regular = Vector512.GreaterThan(x, Vector512<float>.Zero) & Vector512.LessThan(x, Vector512.Create(float.PositiveInfinity));
        var special = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), Vector512.Create(float.NaN), x);
        special = Vector512.ConditionalSelect(Vector512.Equals(x, Vector512<float>.Zero), Vector512.Create(float.NegativeInfinity), special);
        return Vector512.ConditionalSelect(regular, log, special);
    }

    /// <inheritdoc cref="Log(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Log(float x) => Log(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <inheritdoc cref="Sigmoid(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sigmoid(float x) => Sigmoid(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>log(1 + e^x), with full relative precision however negative x is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Softplus(Vector512<float> x) =>
        Vector512.MaxNative(Vector512<float>.Zero, x) + LogOnePlus(Exp(-Vector512.Abs(x)));

    /// <inheritdoc cref="Softplus(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Softplus(float x) => Softplus(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>log(e^a + e^b), without overflow; of equal infinities, that infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogAddExp(Vector512<float> a, Vector512<float> b)
    {
        // A difference of equal infinities is no number.
        var distance = Vector512.ConditionalSelect(Vector512.Equals(a, b), Vector512<float>.Zero, Vector512.Abs(a - b));
        return Max(a, b) + LogOnePlus(Exp(-distance));
    }

    /// <inheritdoc cref="LogAddExp(Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LogAddExp(float a, float b) => LogAddExp(Vector512.CreateScalarUnsafe(a), Vector512.CreateScalarUnsafe(b)).ToScalar();

    /// <summary>log(1 / (1 + e^-x)) = -softplus(-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LogSigmoid(Vector512<float> x) =>
        Vector512.MinNative(Vector512<float>.Zero, x) - LogOnePlus(Exp(-Vector512.Abs(x)));

    /// <inheritdoc cref="LogSigmoid(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float LogSigmoid(float x) => LogSigmoid(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>The hyperbolic tangent, with full relative precision near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var z = x * x;
        var p = Vector512.Create(-5.7170434488e-3f);
        p = MultiplyAdd(p, z, Vector512.Create(2.06505857702e-2f));
        p = MultiplyAdd(p, z, Vector512.Create(-5.37434975873e-2f));
        p = MultiplyAdd(p, z, Vector512.Create(1.33314912809e-1f));
        p = MultiplyAdd(p, z, Vector512.Create(-3.33332839251e-1f));
        var small = MultiplyAdd(p * z, x, x);

        var magnitude = Vector512.Abs(x);
        var large = Vector512<float>.One - (Vector512.Create(2f) / (Exp(magnitude + magnitude) + Vector512<float>.One));
        large |= x & Vector512.Create(-0f);
        return Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(0.625f)), small, large);
    }

    /// <inheritdoc cref="Tanh(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Tanh(float x) => Tanh(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>p * 2^n for whole n in [-151, 129], with the right limits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scale(Vector512<float> p, Vector512<float> n)
    {
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(p, n);
        }

        // One power of two cannot span the range; two halves can.
        var exponent = Vector512.ConvertToInt32(n);
        var half = Vector512.ShiftRightArithmetic(exponent, 1);
        var bias = Vector512.Create(127);
        return p * Vector512.ShiftLeft(half + bias, 23).AsSingle() * Vector512.ShiftLeft(exponent - half + bias, 23).AsSingle();
    }

    /// <summary>log(1 + y) for y in [0, 1], with full relative precision near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LogOnePlus(Vector512<float> y)
    {
        var p = Vector512.Create(5.23269727185e-3f);
        p = MultiplyAdd(p, y, Vector512.Create(-2.95052533308e-2f));
        p = MultiplyAdd(p, y, Vector512.Create(7.82259804559e-2f));
        p = MultiplyAdd(p, y, Vector512.Create(-1.36632487326e-1f));
        p = MultiplyAdd(p, y, Vector512.Create(1.91060084551e-1f));
        p = MultiplyAdd(p, y, Vector512.Create(-2.48429827548e-1f));
        p = MultiplyAdd(p, y, Vector512.Create(3.33190968941e-1f));
        p = MultiplyAdd(p, y, Vector512.Create(-4.99994931457e-1f));
        p = MultiplyAdd(p, y, Vector512<float>.One);
        return p * y;
    }
}
