namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Discrete Fourier transforms of sixteen complex sequences side by side, one in each lane, in place, for a length without prime factors
/// above 5. A point is one vector of real parts and one of imaginary parts, so that every butterfly is whole-vector work.
/// </summary>
/// <remarks>
/// Frequencies come out in the order in which decimation leaves them (<see cref="PlaceOf"/>), and <see cref="Inverse"/> takes them so: what
/// multiplies spectra point by point needs no other order, and nothing is ever permuted. Blocks are finished one after the other, down to
/// what the first cache holds.
/// </remarks>
public sealed unsafe partial class SmoothFft
{
    /// <summary>Floats in a point: sixteen real parts, then sixteen imaginary parts.</summary>
    public const int Point = 2 * Simd.Lanes;

    /// <summary>Blocks up to this many points (16 KiB) are transformed pass by pass; larger ones part by part.</summary>
    private const int PointsInCache = 128;

    private readonly int[] _radices;

    // For each pass the factors of its butterflies, [block / radix][radix - 1] complex numbers.
    private readonly float[][] _twiddles;

    /// <summary>A plan.</summary>
    /// <param name="length">The length; <see cref="IsSmooth"/>.</param>
    public SmoothFft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (!IsSmooth(length))
        {
            throw new ArgumentException($"{length} has a prime factor above 5; Fft transforms any length.", nameof(length));
        }

        Length = length;
        _radices = Radices(length);
        _twiddles = new float[_radices.Length][];
        for (int pass = 0, block = length; pass < _radices.Length; block /= _radices[pass], pass++)
        {
            _twiddles[pass] = Twiddles(block, _radices[pass]);
        }
    }

    /// <summary>Points of a sequence.</summary>
    public int Length { get; }

    /// <summary>Whether a length is a product of 2, 3 and 5.</summary>
    public static bool IsSmooth(int length)
    {
        foreach (int prime in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (length % prime == 0)
            {
                length /= prime;
            }
        }

        return length == 1;
    }

    /// <summary>The smallest good length of at least <paramref name="length"/> points: a power of two, or 3, 5 or 15 times one.</summary>
    public static int LengthOfAtLeast(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        int best = int.MaxValue;
        foreach (int odd in (ReadOnlySpan<int>)[1, 3, 5, 15])
        {
            long candidate = odd;
            while (candidate < length)
            {
                candidate *= 2;
            }

            best = (int)Math.Min(best, candidate);
        }

        return best;
    }

    /// <summary>Where a frequency lies in the order of <see cref="Forward"/>'s result.</summary>
    public int PlaceOf(int frequency)
    {
        int place = 0, block = Length;
        foreach (int radix in _radices)
        {
            block /= radix;
            (frequency, int digit) = Math.DivRem(frequency, radix);
            place += digit * block;
        }

        return place;
    }

    /// <summary>X[k] = sum_j x[j] exp(-2 pi i j k / length), left where <see cref="PlaceOf"/> says.</summary>
    /// <param name="points">[length] points, aligned to a vector.</param>
    public void Forward(float* points) => Forward(points, default(InPlace));

    /// <summary>x[j] = sum_k X[k] exp(2 pi i j k / length), for X as <see cref="Forward"/> leaves it: its inverse, times the length.</summary>
    /// <param name="points">[length] points, aligned to a vector.</param>
    public void Inverse(float* points) => Inverse(points, default(InPlace));

    /// <summary><see cref="Forward(float*)"/> of numbers that are elsewhere.</summary>
    internal void Forward<TFrom>(float* points, TFrom from)
        where TFrom : struct, IPlace => TakeApart(points, 0, _radices.Length, Length, from);

    /// <summary><see cref="Inverse(float*)"/>, whose results go elsewhere.</summary>
    internal void Inverse<TTo>(float* points, TTo to)
        where TTo : struct, IPlace => PutTogether(points, 0, _radices.Length, Length, to);

    /// <summary>Forward, times a spectrum point by point, and inverse, in one: a product is made while its block is in the first cache.</summary>
    /// <param name="points">[length] points, aligned to a vector.</param>
    /// <param name="spectrum">A spectrum, as <see cref="Forward(float*)"/> leaves it.</param>
    /// <param name="isConjugate">Whether the spectrum is conjugated.</param>
    /// <param name="from">Where the numbers are.</param>
    /// <param name="to">Where the results go.</param>
    internal void Convolve<TFrom, TTo>(float* points, float* spectrum, bool isConjugate, TFrom from, TTo to)
        where TFrom : struct, IPlace
        where TTo : struct, IPlace => Convolve(points, spectrum, isConjugate ? -1 : 1, 0, Length, from, to);

    private void Convolve<TFrom, TTo>(float* points, float* spectrum, float sign, int first, int block, TFrom from, TTo to)
        where TFrom : struct, IPlace
        where TTo : struct, IPlace
    {
        if (block <= PointsInCache)
        {
            // What the last pass leaves is multiplied and goes into the first one back at once, if that is not the place where numbers come from or go to as well.
            int last = _radices.Length - 1;
            if (block > 4 && _radices[last] == 4)
            {
                TakeApart(points, first, last, block, from);
                Multiply4(points, spectrum, block / 4, sign);
                PutTogether(points, first, last, block, to);
            }
            else
            {
                TakeApart(points, first, _radices.Length, block, from);
                Multiply(points, spectrum, points, block, sign);
                PutTogether(points, first, _radices.Length, block, to);
            }

            return;
        }

        Pass<ForwardDirection, TFrom>(first, points, 1, block, from);
        int part = block / _radices[first];
        for (int i = 0; i < _radices[first]; i++)
        {
            nint offset = (nint)i * part * Point;
            Convolve(points + offset, spectrum + offset, sign, first + 1, part, default(InPlace), default(InPlace));
        }

        Pass<InverseDirection, TTo>(first, points, 1, block, to);
    }

    /// <summary>The passes forward from <paramref name="first"/> to before <paramref name="end"/>: all of them, or all but the last one.</summary>
    private void TakeApart<TFrom>(float* points, int first, int end, int block, TFrom from)
        where TFrom : struct, IPlace
    {
        if (block == 1)
        {
            // There is no pass.
            from.Load(points, 0).To(points);
            return;
        }

        Pass<ForwardDirection, TFrom>(first, points, 1, block, from);
        int part = block / _radices[first];
        if (block <= PointsInCache)
        {
            for (int pass = first + 1, length = part; pass < end; length /= _radices[pass], pass++)
            {
                Pass<ForwardDirection, InPlace>(pass, points, block / length, length, default);
            }

            return;
        }

        for (int i = 0; i < _radices[first]; i++)
        {
            TakeApart(points + ((nint)i * part * Point), first + 1, end, part, default(InPlace));
        }
    }

    /// <summary>The passes of the inverse that undo <see cref="TakeApart"/>.</summary>
    private void PutTogether<TTo>(float* points, int first, int end, int block, TTo to)
        where TTo : struct, IPlace
    {
        if (block == 1)
        {
            to.Save(Complex.At(points), points, 0);
            return;
        }

        int part = block / _radices[first];
        if (block <= PointsInCache)
        {
            int length = end < _radices.Length ? _radices[end] : 1;
            for (int pass = end - 1; pass > first; pass--)
            {
                length *= _radices[pass];
                Pass<InverseDirection, InPlace>(pass, points, block / length, length, default);
            }
        }
        else
        {
            for (int i = 0; i < _radices[first]; i++)
            {
                PutTogether(points + ((nint)i * part * Point), first + 1, end, part, default(InPlace));
            }
        }

        Pass<InverseDirection, TTo>(first, points, 1, block, to);
    }

    private void Pass<TDirection, TPlace>(int pass, float* points, int blocks, int length, TPlace place)
        where TDirection : IDirection
        where TPlace : struct, IPlace
    {
        fixed (float* twiddles = _twiddles[pass])
        {
            switch (_radices[pass])
            {
                case 2: Butterflies2<TDirection, TPlace>(points, blocks, length / 2, twiddles, place); break;
                case 3: Butterflies3<TDirection, TPlace>(points, blocks, length / 3, twiddles, place); break;
                case 4 when length == 4 && typeof(TPlace) == typeof(InPlace): Butterflies4<TDirection>(points, blocks); break;
                case 4: Butterflies4<TDirection, TPlace>(points, blocks, length / 4, twiddles, place); break;
                default: Butterflies5<TDirection, TPlace>(points, blocks, length / 5, twiddles, place); break;
            }
        }
    }

    /// <summary>Odd factors first, so that the last pass, whose factors are all one, has radix 4 where there is one.</summary>
    private static int[] Radices(int length)
    {
        List<int> radices = [];
        foreach (int radix in (ReadOnlySpan<int>)[5, 3])
        {
            while (length % radix == 0)
            {
                radices.Add(radix);
                length /= radix;
            }
        }

        if (System.Numerics.BitOperations.Log2((uint)length) % 2 == 1)
        {
            radices.Add(2);
            length /= 2;
        }

        for (; length > 1; length /= 4)
        {
            radices.Add(4);
        }

        return [.. radices];
    }

    private static float[] Twiddles(int block, int radix)
    {
        var twiddles = new float[2 * (block / radix) * (radix - 1)];
        int at = 0;
        for (int j = 0; j < block / radix; j++)
        {
            for (int q = 1; q < radix; q++)
            {
                (double sin, double cos) = Math.SinCos(-2 * Math.PI * j * q / block);
                twiddles[at++] = (float)cos;
                twiddles[at++] = (float)sin;
            }
        }

        return twiddles;
    }
}
