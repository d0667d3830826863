using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

// Where a pass takes numbers from and where it puts them. The first pass of a transform may take them from elsewhere, and the last one of its inverse put them elsewhere:
// what is done to each number on its way in or out costs no pass of its own.
public sealed unsafe partial class SmoothFft
{
    /// <summary>A complex number in each lane.</summary>
    internal readonly struct Complex(Vector512<float> re, Vector512<float> im)
    {
        public readonly Vector512<float> Re = re, Im = im;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex At(float* point) => new(Load(point), Load(point + Lanes));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void To(float* point)
        {
            Store(point, Re);
            Store(point + Lanes, Im);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex operator +(Complex a, Complex b) => new(a.Re + b.Re, a.Im + b.Im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex operator -(Complex a, Complex b) => new(a.Re - b.Re, a.Im - b.Im);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Complex operator *(float a, Complex b) => new(Broadcast(a) * b.Re, Broadcast(a) * b.Im);

        /// <summary>-i times the number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex TurnedBack() => new(Im, -Re);

        /// <summary>i times the number.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex Turned() => new(-Im, Re);

        /// <summary>The number times a factor.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex Times(float* factor)
        {
            var cos = Broadcast(factor[0]);
            var sin = Broadcast(factor[1]);
            return new(MultiplyAdd(Re, cos, -(Im * sin)), MultiplyAdd(Re, sin, Im * cos));
        }

        /// <summary>The number times the conjugate of a factor.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex TimesConjugate(float* factor)
        {
            var cos = Broadcast(factor[0]);
            var sin = Broadcast(factor[1]);
            return new(MultiplyAdd(Re, cos, Im * sin), MultiplyAdd(Im, cos, -(Re * sin)));
        }
    }

    /// <summary>Where the points of a pass are.</summary>
    internal interface IPlace
    {
        /// <summary>A number.</summary>
        /// <param name="point">Its point in the memory that is transformed.</param>
        /// <param name="index">Its index in a transform of the whole length.</param>
        Complex Load(float* point, int index);

        /// <summary>Puts a number there.</summary>
        void Save(Complex number, float* point, int index);
    }

    /// <summary>The memory that is transformed.</summary>
    internal readonly struct InPlace : IPlace
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Complex Load(float* point, int index) => Complex.At(point);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Save(Complex number, float* point, int index) => number.To(point);
    }
}
