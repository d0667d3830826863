using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Benchmarks.Quick;

/// <summary>What this machine can do at this moment: timed beside the contenders.</summary>
internal static unsafe class Probes
{
    private const int Iterations = 100_000;

    /// <summary>Floating-point operations of one run of <see cref="MultiplyAdd"/>.</summary>
    public static double MultiplyAddOperations => 12.0 * 2 * Iterations * Lanes;

    private static int Lanes => Vector512.IsHardwareAccelerated ? 16 : 8;

    /// <summary>Independent chains of fused multiply-adds: the arithmetic limit.</summary>
    public static void MultiplyAdd()
    {
        float sum = Vector512.IsHardwareAccelerated ? Wide(1.0000001f, Iterations) : Narrow(1.0000001f, Iterations);
        if (float.IsNaN(sum))
        {
            throw new InvalidOperationException("The probe of multiply-adds gave NaN.");
        }
    }

    /// <summary>Multiplies memory in place: what a decode step costs at least, for its state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* values, long count)
    {
        Vector512<float> factor = Vector512.Create(0.9999999f);
        for (long i = 0; i < count; i += 64)
        {
            (Vector512.Load(values + i) * factor).Store(values + i);
            (Vector512.Load(values + i + 16) * factor).Store(values + i + 16);
            (Vector512.Load(values + i + 32) * factor).Store(values + i + 32);
            (Vector512.Load(values + i + 48) * factor).Store(values + i + 48);
        }
    }

    /// <summary>y = a * c + x: two numbers read and one written, as the recurrence of a vector does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Triad(float* a, float* x, float* y, long count)
    {
        Vector512<float> factor = Vector512.Create(0.5f);
        for (long i = 0; i < count; i += 16)
        {
            Vector512.FusedMultiplyAdd(Vector512.Load(a + i), factor, Vector512.Load(x + i)).Store(y + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Wide(float value, int iterations)
    {
        Vector512<float> x = Vector512.Create(value), y = Vector512.Create(1e-9f);
        Vector512<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, k = y, l = y, m = y, n = y;
        for (int i = 0; i < iterations; i++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
            m = Vector512.FusedMultiplyAdd(m, x, y);
            n = Vector512.FusedMultiplyAdd(n, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + k + l + m + n);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Narrow(float value, int iterations)
    {
        Vector256<float> x = Vector256.Create(value), y = Vector256.Create(1e-9f);
        Vector256<float> a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, k = y, l = y, m = y, n = y;
        for (int i = 0; i < iterations; i++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
            m = Vector256.FusedMultiplyAdd(m, x, y);
            n = Vector256.FusedMultiplyAdd(n, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + k + l + m + n);
    }
}
