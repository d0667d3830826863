using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelDsl.Kernels.Cpu;

public static unsafe partial class Simd
{
    /// <summary>The sine. Absolute error below 1.5e-7 for |x| up to 1e5; NaN for infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sin(Vector512<float> x) => Quadrant(x, 0);

    /// <inheritdoc cref="Sin(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sin(float x) => Sin(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>The cosine. Absolute error below 1.5e-7 for |x| up to 1e5; NaN for infinities.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Cos(Vector512<float> x) => Quadrant(x, 1);

    /// <inheritdoc cref="Cos(Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Cos(float x) => Cos(Vector512.CreateScalarUnsafe(x)).ToScalar();

    /// <summary>sin(x + quarters * pi / 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quadrant(Vector512<float> x, int quarters)
    {
        // x = n pi/2 + r. pi/2 comes in four parts of 8, 11, 11 and 24 bits: the products with n are then exact, or nearly so (a true fused operation, if need be a slow one).
        var n = Vector512.Round(x * Vector512.Create(0.636619772f));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.5703125f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-4.837512969970703e-4f), r);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-7.549533620476723e-8f), r);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-2.56334415e-12f), r);

        var z = r * r;
        var sine = MultiplyAdd(Vector512.Create(-1.95172667726e-4f), z, Vector512.Create(8.33217791576e-3f));
        sine = MultiplyAdd(sine, z, Vector512.Create(-1.66666549402e-1f));
        sine = MultiplyAdd(sine * z, r, r);

        var cosine = MultiplyAdd(Vector512.Create(2.44384156158e-5f), z, Vector512.Create(-1.38873672138e-3f));
        cosine = MultiplyAdd(cosine, z, Vector512.Create(4.16666468605e-2f));
        cosine = MultiplyAdd(cosine * z, z, MultiplyAdd(z, Vector512.Create(-0.5f), Vector512<float>.One));

        var quadrant = Vector512.ConvertToInt32Native(n) + Vector512.Create(quarters);
        var odd = Vector512.Equals(quadrant & Vector512<int>.One, Vector512<int>.One).AsSingle();
        var sign = Vector512.ShiftLeft(quadrant & Vector512.Create(2), 30).AsSingle();
        return Vector512.ConditionalSelect(odd, cosine, sine) ^ sign;
    }
}
