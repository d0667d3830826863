using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Spectra of sixteen real sequences side by side whose point-by-point products are convolutions: of up to <see cref="Length"/> tokens each,
/// of which nothing wraps around onto the first <see cref="Length"/> tokens of the result. The product with a conjugate is a correlation,
/// which is the adjoint.
/// </summary>
/// <remarks>
/// The sequences are polynomials modulo z^(2 n) + 1, evaluated at the n roots exp(-i pi (4 k + 1) / (2 n)); the other roots are conjugates. There
/// x[j] - i x[j + n], times exp(-i pi j / (2 n)), has the values as its transform of length n (the right-angle convolution of
/// Crandall and Fagin 1994): zero padding costs nothing, and real sequences need no separation of their spectra.
/// </remarks>
internal sealed unsafe class NegacyclicTransform
{
    /// <summary>The hardware does not guess rows that lie pages apart (measured: 3.5 times as fast with prefetches).</summary>
    private const int RowsAhead = 32;

    private static readonly ConcurrentDictionary<int, NegacyclicTransform> s_plans = new();

    private readonly SmoothFft _fft;

    // exp(-i pi j / (2 n)), and its conjugate divided by n: [n] complex numbers each.
    private readonly float[] _twist, _untwist;

    private NegacyclicTransform(int length)
    {
        _fft = new SmoothFft(length);
        _twist = new float[2 * length];
        _untwist = new float[2 * length];
        for (int j = 0; j < length; j++)
        {
            (double sin, double cos) = Math.SinCos(-Math.PI * j / (2.0 * length));
            (_twist[2 * j], _twist[(2 * j) + 1]) = ((float)cos, (float)sin);
            (_untwist[2 * j], _untwist[(2 * j) + 1]) = ((float)(cos / length), (float)(-sin / length));
        }
    }

    /// <summary>Tokens that fit, and points of a spectrum.</summary>
    public int Length => _fft.Length;

    /// <summary>Floats in a spectrum.</summary>
    public nint SpectrumLength => (nint)Length * SmoothFft.Point;

    /// <summary>The plan for sequences of some tokens.</summary>
    public static NegacyclicTransform For(int tokens) => s_plans.GetOrAdd(SmoothFft.LengthOfAtLeast(tokens), length => new NegacyclicTransform(length));

    /// <summary>The spectra of up to sixteen sequences.</summary>
    /// <param name="rows">The first sequence's first token; the sequences lie next to each other.</param>
    /// <param name="stride">Floats from one token to the next.</param>
    /// <param name="tokens">Tokens, at most <see cref="Length"/>; what follows is zero.</param>
    /// <param name="lanes">Sequences.</param>
    /// <param name="spectrum">Receives <see cref="SpectrumLength"/> floats, aligned to a vector.</param>
    public void Forward(float* rows, nint stride, int tokens, int lanes, float* spectrum)
    {
        fixed (float* twist = _twist)
        {
            _fft.Forward(spectrum, new Twisted(new Rows(rows, stride, tokens, lanes), twist));
        }
    }

    /// <summary>The first tokens of the sequences whose spectra are given; these are destroyed.</summary>
    /// <inheritdoc cref="Forward"/>
    public void Inverse(float* spectrum, float* rows, nint stride, int tokens, int lanes)
    {
        fixed (float* untwist = _untwist)
        {
            _fft.Inverse(spectrum, new Untwisted(new Rows(rows, stride, tokens, lanes), untwist));
        }
    }

    /// <summary>Convolves up to sixteen sequences with the kernels of a spectrum.</summary>
    /// <param name="from">The first sequence's first token.</param>
    /// <param name="fromStride">Floats from one of its tokens to the next.</param>
    /// <param name="kernels">The kernels' spectrum.</param>
    /// <param name="isConjugate">Whether the kernels reach into the future.</param>
    /// <param name="scratch"><see cref="SpectrumLength"/> floats, aligned to a vector.</param>
    /// <param name="to">Where the first result goes.</param>
    /// <param name="toStride">Floats from one of its tokens to the next.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="lanes">Sequences.</param>
    public void Convolve(float* from, nint fromStride, float* kernels, bool isConjugate, float* scratch, float* to, nint toStride, int tokens, int lanes)
    {
        fixed (float* twist = _twist, untwist = _untwist)
        {
            _fft.Convolve(
                scratch, kernels, isConjugate, new Twisted(new Rows(from, fromStride, tokens, lanes), twist), new Untwisted(new Rows(to, toStride, tokens, lanes), untwist));
        }
    }

    /// <summary>sum (+)= left * right, with <paramref name="left"/> conjugated on request.</summary>
    public void Multiply(float* left, float* right, float* sum, bool conjugate, bool add) =>
        SmoothFft.Multiply(right, left, sum, Length, conjugate ? -1 : 1, add);

    /// <summary>The rows of up to sixteen real sequences side by side.</summary>
    /// <param name="rows">The first sequence's first token.</param>
    /// <param name="stride">Floats from one token to the next.</param>
    /// <param name="tokens">Tokens.</param>
    /// <param name="lanes">Sequences.</param>
    private readonly struct Rows(float* rows, nint stride, int tokens, int lanes)
    {
        public bool Holds(int index) => index < tokens;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load(int index)
        {
            float* row = At(index);
            return lanes == Lanes ? Simd.Load(row) : LoadPartial(row, lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Save(Vector512<float> numbers, int index)
        {
            float* row = At(index);
            if (lanes == Lanes)
            {
                Store(row, numbers);
            }
            else
            {
                StorePartial(row, numbers, lanes);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private float* At(int index)
        {
            float* row = rows + (index * stride);
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(row + (RowsAhead * stride));
            }

            return row;
        }
    }

    /// <summary>The first pass takes real sequences, twisted on their way in; beyond their end is zero.</summary>
    private readonly struct Twisted(Rows rows, float* twist) : SmoothFft.IPlace
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public SmoothFft.Complex Load(float* point, int index)
        {
            if (!rows.Holds(index))
            {
                return default;
            }

            var x = rows.Load(index);
            return new(x * Broadcast(twist[2 * index]), x * Broadcast(twist[(2 * index) + 1]));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Save(SmoothFft.Complex number, float* point, int index) => number.To(point);
    }

    /// <summary>The last pass of an inverse puts out real sequences, untwisted on their way; what lies beyond their end is dropped.</summary>
    private readonly struct Untwisted(Rows rows, float* untwist) : SmoothFft.IPlace
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public SmoothFft.Complex Load(float* point, int index) => SmoothFft.Complex.At(point);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Save(SmoothFft.Complex number, float* point, int index)
        {
            if (rows.Holds(index))
            {
                rows.Save(MultiplyAdd(number.Re, Broadcast(untwist[2 * index]), -(number.Im * Broadcast(untwist[(2 * index) + 1]))), index);
            }
        }
    }
}
