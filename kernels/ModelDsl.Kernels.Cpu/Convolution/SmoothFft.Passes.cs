using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

// Forward passes take a block apart: butterflies, then factors. Inverse passes put one together: conjugate factors, then butterflies.
public sealed unsafe partial class SmoothFft
{
    private const float Sin60 = 0.86602540378443865f;
    private const float Cos72 = 0.30901699437494742f;
    private const float Sin72 = 0.95105651629515357f;
    private const float Cos144 = -0.80901699437494742f;
    private const float Sin144 = 0.58778525229247313f;

    /// <summary>What sets a pass forward apart from its inverse.</summary>
    private interface IDirection
    {
        /// <summary>A number of a block's second part or a later one, on its way in.</summary>
        static abstract Complex Before(Complex number, float* factor);

        /// <summary>The same on its way out.</summary>
        static abstract Complex After(Complex number, float* factor);

        /// <summary>The number, a quarter of a turn in the direction of the exponents.</summary>
        static abstract Complex Turn(Complex number);
    }

    private readonly struct ForwardDirection : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex Before(Complex number, float* factor) => number;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex After(Complex number, float* factor) => number.Times(factor);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex Turn(Complex number) => number.TurnedBack();
    }

    private readonly struct InverseDirection : IDirection
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex Before(Complex number, float* factor) => number.TimesConjugate(factor);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex After(Complex number, float* factor) => number;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex Turn(Complex number) => number.Turned();
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Butterflies2<TDirection, TPlace>(float* points, int blocks, int part, float* twiddles, TPlace place)
        where TDirection : IDirection
        where TPlace : struct, IPlace
    {
        nint stride = (nint)part * Point;
        for (int block = 0; block < blocks; block++)
        {
            float* factor = twiddles;
            for (int j = 0; j < part; j++, points += Point, factor += 2)
            {
                var a = place.Load(points, j);
                var b = TDirection.Before(place.Load(points + stride, j + part), factor);
                place.Save(a + b, points, j);
                place.Save(TDirection.After(a - b, factor), points + stride, j + part);
            }

            points += stride;
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Butterflies3<TDirection, TPlace>(float* points, int blocks, int part, float* twiddles, TPlace place)
        where TDirection : IDirection
        where TPlace : struct, IPlace
    {
        nint stride = (nint)part * Point;
        for (int block = 0; block < blocks; block++)
        {
            float* factor = twiddles;
            for (int j = 0; j < part; j++, points += Point, factor += 4)
            {
                var a = place.Load(points, j);
                var b = TDirection.Before(place.Load(points + stride, j + part), factor);
                var c = TDirection.Before(place.Load(points + (2 * stride), j + (2 * part)), factor + 2);
                var sum = b + c;
                var middle = a - (0.5f * sum);
                var difference = TDirection.Turn(Sin60 * (b - c));
                place.Save(a + sum, points, j);
                place.Save(TDirection.After(middle + difference, factor), points + stride, j + part);
                place.Save(TDirection.After(middle - difference, factor + 2), points + (2 * stride), j + (2 * part));
            }

            points += 2 * stride;
        }
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Butterflies4<TDirection, TPlace>(float* points, int blocks, int part, float* twiddles, TPlace place)
        where TDirection : IDirection
        where TPlace : struct, IPlace
    {
        nint stride = (nint)part * Point;
        for (int block = 0; block < blocks; block++)
        {
            float* factor = twiddles;
            for (int j = 0; j < part; j++, points += Point, factor += 6)
            {
                var a = place.Load(points, j);
                var b = TDirection.Before(place.Load(points + stride, j + part), factor);
                var c = TDirection.Before(place.Load(points + (2 * stride), j + (2 * part)), factor + 2);
                var d = TDirection.Before(place.Load(points + (3 * stride), j + (3 * part)), factor + 4);
                var even = a + c;
                var odd = b + d;
                var evenDifference = a - c;
                var oddDifference = TDirection.Turn(b - d);
                place.Save(even + odd, points, j);
                place.Save(TDirection.After(evenDifference + oddDifference, factor), points + stride, j + part);
                place.Save(TDirection.After(even - odd, factor + 2), points + (2 * stride), j + (2 * part));
                place.Save(TDirection.After(evenDifference - oddDifference, factor + 4), points + (3 * stride), j + (3 * part));
            }

            points += 3 * stride;
        }
    }

    /// <summary>The last pass forward, the first one back, over blocks of four points: all factors are one.</summary>
    [MethodImpl(SimdKernel.Options)]
    private static void Butterflies4<TDirection>(float* points, int blocks)
        where TDirection : IDirection
    {
        for (int block = 0; block < blocks; block++, points += 4 * Point)
        {
            Butterfly4<TDirection>(Complex.At(points), Complex.At(points + Point), Complex.At(points + (2 * Point)), Complex.At(points + (3 * Point)), points);
        }
    }

    /// <summary>The last pass forward, a product with a spectrum point by point, and the first pass back, over blocks of four points.</summary>
    /// <param name="points">The blocks.</param>
    /// <param name="spectrum">The spectrum.</param>
    /// <param name="blocks">Blocks.</param>
    /// <param name="sign">-1 to conjugate the spectrum, else 1.</param>
    [MethodImpl(SimdKernel.Options)]
    private static void Multiply4(float* points, float* spectrum, int blocks, float sign)
    {
        var signs = Broadcast(sign);
        for (int block = 0; block < blocks; block++, points += 4 * Point, spectrum += 4 * Point)
        {
            Butterfly4<ForwardDirection>(Complex.At(points), Complex.At(points + Point), Complex.At(points + (2 * Point)), Complex.At(points + (3 * Point)), points);
            Butterfly4<InverseDirection>(
                Product(points, spectrum, signs),
                Product(points + Point, spectrum + Point, signs),
                Product(points + (2 * Point), spectrum + (2 * Point), signs),
                Product(points + (3 * Point), spectrum + (3 * Point), signs),
                points);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Butterfly4<TDirection>(Complex a, Complex b, Complex c, Complex d, float* target)
        where TDirection : IDirection
    {
        var even = a + c;
        var odd = b + d;
        var evenDifference = a - c;
        var oddDifference = TDirection.Turn(b - d);
        (even + odd).To(target);
        (evenDifference + oddDifference).To(target + Point);
        (even - odd).To(target + (2 * Point));
        (evenDifference - oddDifference).To(target + (3 * Point));
    }

    [MethodImpl(SimdKernel.Options)]
    private static void Butterflies5<TDirection, TPlace>(float* points, int blocks, int part, float* twiddles, TPlace place)
        where TDirection : IDirection
        where TPlace : struct, IPlace
    {
        nint stride = (nint)part * Point;
        for (int block = 0; block < blocks; block++)
        {
            float* factor = twiddles;
            for (int j = 0; j < part; j++, points += Point, factor += 8)
            {
                var a = place.Load(points, j);
                var b = TDirection.Before(place.Load(points + stride, j + part), factor);
                var c = TDirection.Before(place.Load(points + (2 * stride), j + (2 * part)), factor + 2);
                var d = TDirection.Before(place.Load(points + (3 * stride), j + (3 * part)), factor + 4);
                var e = TDirection.Before(place.Load(points + (4 * stride), j + (4 * part)), factor + 6);
                var sum1 = b + e;
                var sum2 = c + d;
                var middle1 = a + (Cos72 * sum1) + (Cos144 * sum2);
                var middle2 = a + (Cos144 * sum1) + (Cos72 * sum2);
                var difference1 = TDirection.Turn((Sin72 * (b - e)) + (Sin144 * (c - d)));
                var difference2 = TDirection.Turn((Sin144 * (b - e)) - (Sin72 * (c - d)));
                place.Save(a + sum1 + sum2, points, j);
                place.Save(TDirection.After(middle1 + difference1, factor), points + stride, j + part);
                place.Save(TDirection.After(middle2 + difference2, factor + 2), points + (2 * stride), j + (2 * part));
                place.Save(TDirection.After(middle2 - difference2, factor + 4), points + (3 * stride), j + (3 * part));
                place.Save(TDirection.After(middle1 - difference1, factor + 6), points + (4 * stride), j + (4 * part));
            }

            points += 4 * stride;
        }
    }

    /// <summary>target (+)= left * right, point by point.</summary>
    /// <param name="left">A spectrum.</param>
    /// <param name="right">A spectrum.</param>
    /// <param name="target">Receives the products; may be either of them.</param>
    /// <param name="count">Points.</param>
    /// <param name="sign">-1 to conjugate <paramref name="right"/>, else 1.</param>
    /// <param name="add">Whether the products are added to what the target holds.</param>
    [MethodImpl(SimdKernel.Options)]
    internal static void Multiply(float* left, float* right, float* target, int count, float sign, bool add = false)
    {
        var signs = Broadcast(sign);
        for (float* end = target + ((nint)count * Point); target < end; target += Point, left += Point, right += Point)
        {
            var product = Product(left, right, signs);
            (add ? product + Complex.At(target) : product).To(target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Complex Product(float* left, float* right, Vector512<float> signs)
    {
        var a = Complex.At(left);
        var b = Complex.At(right);
        var im = b.Im * signs;
        return new(MultiplyAdd(a.Re, b.Re, -(a.Im * im)), MultiplyAdd(a.Re, im, a.Im * b.Re));
    }
}
