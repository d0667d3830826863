using ILGPU;

namespace ModelDsl.Kernels.Gpu;

// The polynomials of ModelDsl.Kernels.Cpu.Simd, one number at a time: branch-free, so that a compiler for CPUs makes vectors of them,
// and without a double or a library call, so that every device computes the same.

/// <summary>The functions of a spec, in single precision, for all devices.</summary>
public static class DeviceMath
{
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;
    private const float Log2E = 1.44269504f;

    // Adding and taking it away again rounds to whole numbers.
    private const float Round = 12582912f;

    /// <summary>e^x; 0 below -87 (what is smaller than the normal numbers), infinity above 88.73, NaN for NaN.</summary>
    public static float Exp(float x)
    {
        // The comparisons are false for NaN, which stays.
        x = x > 89f ? 89f : x < -87.5f ? -87.5f : x;
        float rounded = (x * Log2E) + Round;
        float n = rounded - Round;
        float r = x - (n * Ln2High);
        r -= n * Ln2Low;

        // 2 e^r, times 2^(n - 1): half the power is a normal number for every n up to 128. The lowest bits of the rounded number are n; for -126 the power is 0.
        float p = 2.76292262804e-3f;
        p = (p * r) + 1.67374196444e-2f;
        p = (p * r) + 8.33367747244e-2f;
        p = (p * r) + 3.33330413798e-1f;
        p = (p * r) + 9.99999869034e-1f;
        p = (p * r) + 2f;
        p = (p * r) + 2f;
        return p * Interop.IntAsFloat((Interop.FloatAsInt(rounded) + 126u) << 23);
    }

    /// <summary>The natural logarithm; minus infinity for 0, NaN for negative numbers.</summary>
    public static float Log(float x)
    {
        // x = m 2^e with m in [sqrt(1/2), sqrt(2)); subnormal numbers are lifted into the normal range first.
        bool subnormal = x < 1.17549435e-38f;
        int bits = (int)Interop.FloatAsInt(subnormal ? x * 8388608f : x);
        int e = (bits - 0x3F3504F3) >> 23;
        float f = Interop.IntAsFloat((uint)(bits - (e << 23))) - 1f;
        float n = e - (subnormal ? 23f : 0f);
        float p = -7.63449425784e-2f;
        p = (p * f) + 1.27615749067e-1f;
        p = (p * f) + -1.31601824959e-1f;
        p = (p * f) + 1.42017584789e-1f;
        p = (p * f) + -1.66233573819e-1f;
        p = (p * f) + 2.0001226843e-1f;
        p = (p * f) + -2.50008210321e-1f;
        p = (p * f) + 3.33333317084e-1f;
        float square = f * f;
        float log = (n * Ln2Low) + (p * f * square);
        log = ((square * -0.5f) + log) + f;
        log = (n * Ln2High) + log;
        float special = x < 0f ? float.NaN : x == 0f ? float.NegativeInfinity : x;
        return x > 0f && x < float.PositiveInfinity ? log : special;
    }

    /// <summary>1 / (1 + e^-x).</summary>
    public static float Sigmoid(float x) => Of(LaneMath<Lanes1>.Sigmoid(Lanes1.Broadcast(x)));

    /// <summary>log(1 + e^x), with full relative precision however negative x is.</summary>
    public static float Softplus(float x) => Of(LaneMath<Lanes1>.Softplus(Lanes1.Broadcast(x)));

    /// <summary>log(1 / (1 + e^-x)) = -softplus(-x).</summary>
    public static float LogSigmoid(float x) => Of(LaneMath<Lanes1>.LogSigmoid(Lanes1.Broadcast(x)));

    /// <summary>The hyperbolic tangent, with full relative precision near 0.</summary>
    public static float Tanh(float x) => Of(LaneMath<Lanes1>.Tanh(Lanes1.Broadcast(x)));

    /// <summary>sin x.</summary>
    public static float Sin(float x) => Quadrant(x, 0);

    /// <summary>cos x.</summary>
    public static float Cos(float x) => Quadrant(x, 1);

    /// <summary>The square root.</summary>
    public static float Sqrt(float x) => MathF.Sqrt(x);

    /// <summary>1 / sqrt(x).</summary>
    public static float Rsqrt(float x) => 1f / MathF.Sqrt(x);

    /// <summary>|x|.</summary>
    public static float Abs(float x) => MathF.Abs(x);

    /// <summary>-1, 0 or 1.</summary>
    public static float Sign(float x) => x > 0f ? 1f : x < 0f ? -1f : x;

    /// <summary>The larger one; NaN if one is NaN.</summary>
    public static float Max(float a, float b) => a > b || float.IsNaN(a) ? a : b;

    /// <summary>The smaller one; NaN if one is NaN.</summary>
    public static float Min(float a, float b) => a < b || float.IsNaN(a) ? a : b;

    /// <summary>log(e^a + e^b), without overflow; of equal infinities, that infinity.</summary>
    public static float LogAddExp(float a, float b) => Of(LaneMath<Lanes1>.LogAddExp(Lanes1.Broadcast(a), Lanes1.Broadcast(b)));

    /// <summary>1 if a is greater than b, otherwise 0.</summary>
    public static float Greater(float a, float b) => a > b ? 1f : 0f;

    /// <summary>1 if a is greater than b or equal to it, otherwise 0.</summary>
    public static float GreaterOrEqual(float a, float b) => a >= b ? 1f : 0f;

    /// <summary>1 if a equals b, otherwise 0.</summary>
    public static float Equal(float a, float b) => a == b ? 1f : 0f;

    /// <summary>The second unless the condition is 0, then the third.</summary>
    public static float Where(float condition, float yes, float no) => condition == 0f ? no : yes;

    /// <summary>An index that is less than a round away from those of a row, brought back to it.</summary>
    public static int Around(int index, int size) => index < 0 ? index + size : index >= size ? index - size : index;

    /// <summary>The value if the index is the place, otherwise 0.</summary>
    public static float Place(float value, int index, int place) => index == place ? value : 0f;

    /// <summary>The other number of a pair, as the pair's number at an index becomes when it is turned by 90 degrees.</summary>
    public static float QuarterTurned(float other, int index) => (index & 1) == 0 ? -other : other;

    private static float Of(Lanes1 value) => Lanes1.Sum(value);

    /// <summary>sin(x + quarters * pi / 2).</summary>
    private static float Quadrant(float x, int quarters)
    {
        // x = n pi/2 + r. pi/2 comes in four parts of 8, 11, 11 and 24 bits: the products with n are then exact, or nearly so.
        float n = ((x * 0.636619772f) + Round) - Round;
        float r = x - (n * 1.5703125f);
        r -= n * 4.837512969970703e-4f;
        r -= n * 7.549533620476723e-8f;
        r -= n * 2.56334415e-12f;
        float z = r * r;
        float sine = (-1.95172667726e-4f * z) + 8.33217791576e-3f;
        sine = (sine * z) + -1.66666549402e-1f;
        sine = (sine * z * r) + r;
        float cosine = (2.44384156158e-5f * z) + -1.38873672138e-3f;
        cosine = (cosine * z) + 4.16666468605e-2f;
        cosine = (cosine * z * z) + ((z * -0.5f) + 1f);
        int quadrant = (int)n + quarters;
        float value = (quadrant & 1) == 1 ? cosine : sine;
        return (quadrant & 2) == 2 ? -value : value;
    }
}
