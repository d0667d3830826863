using static ModelDsl.Kernels.Cpu.Simd;

namespace ModelDsl.Kernels.Cpu;

/// <summary>
/// Discrete Fourier transforms of sixteen complex sequences side by side, of any length, with frequencies in their natural order. A length
/// with a prime factor above 5 becomes a convolution with a chirp of a length without (Bluestein 1970).
/// </summary>
public sealed unsafe class Fft
{
    private readonly SmoothFft _smooth;

    // Where the smooth transform leaves each frequency.
    private readonly int[] _places;

    // Bluestein's chirp exp(-i pi j^2 / length), and the spectrum of its conjugate, as complex numbers; null for smooth lengths.
    private readonly float[]? _chirp;
    private readonly float[]? _chirpSpectrum;

    /// <summary>A plan.</summary>
    /// <param name="length">The length, at least 1.</param>
    public Fft(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        bool isSmooth = SmoothFft.IsSmooth(length);
        _smooth = new SmoothFft(isSmooth ? length : SmoothFft.LengthOfAtLeast((2 * length) - 1));
        _places = [.. Enumerable.Range(0, _smooth.Length).Select(_smooth.PlaceOf)];
        if (!isSmooth)
        {
            (_chirp, _chirpSpectrum) = Chirp();
        }
    }

    /// <summary>Points of a sequence.</summary>
    public int Length { get; }

    /// <summary>Floats of scratch memory that a transform needs, aligned to a vector.</summary>
    public nint ScratchLength => (nint)_smooth.Length * SmoothFft.Point;

    /// <summary>X[k] = sum_j x[j] exp(-2 pi i j k / length), in place.</summary>
    /// <param name="points">[length] points (<see cref="SmoothFft.Point"/>), aligned to a vector.</param>
    /// <param name="scratch"><see cref="ScratchLength"/> floats.</param>
    public void Forward(float* points, float* scratch)
    {
        if (_chirp is not null)
        {
            Bluestein(points, scratch, re: 0);
            return;
        }

        _smooth.Forward(points);
        for (int k = 0; k < Length; k++)
        {
            Copy(points + ((nint)_places[k] * SmoothFft.Point), scratch + ((nint)k * SmoothFft.Point));
        }

        Engine.Copy(scratch, points, ScratchLength);
    }

    /// <summary>x[j] = sum_k X[k] exp(2 pi i j k / length), in place: the inverse, times the length.</summary>
    /// <inheritdoc cref="Forward"/>
    public void Inverse(float* points, float* scratch)
    {
        if (_chirp is not null)
        {
            // With real and imaginary parts exchanged, the forward transform is the inverse one.
            Bluestein(points, scratch, re: Lanes);
            return;
        }

        for (int k = 0; k < Length; k++)
        {
            Copy(points + ((nint)k * SmoothFft.Point), scratch + ((nint)_places[k] * SmoothFft.Point));
        }

        _smooth.Inverse(scratch);
        Engine.Copy(scratch, points, ScratchLength);
    }

    private static void Copy(float* source, float* target)
    {
        Store(target, Load(source));
        Store(target + Lanes, Load(source + Lanes));
    }

    /// <summary>j k = (j^2 + k^2 - (k - j)^2) / 2, so that X[k] = chirp[k] * sum_j (chirp[j] x[j]) conj(chirp[k - j]).</summary>
    /// <param name="points">The sequences.</param>
    /// <param name="scratch">Scratch memory.</param>
    /// <param name="re">Where in a point the real parts lie: 0, or a vector's length for the inverse transform.</param>
    private void Bluestein(float* points, float* scratch, int re)
    {
        int im = Lanes - re;
        new Span<float>(scratch + ((nint)Length * SmoothFft.Point), (int)(ScratchLength - ((nint)Length * SmoothFft.Point))).Clear();
        for (int j = 0; j < Length; j++)
        {
            Multiply(points + ((nint)j * SmoothFft.Point), re, im, _chirp!, j, scratch + ((nint)j * SmoothFft.Point), 0, Lanes);
        }

        _smooth.Forward(scratch);
        for (int place = 0; place < _smooth.Length; place++)
        {
            float* point = scratch + ((nint)place * SmoothFft.Point);
            Multiply(point, 0, Lanes, _chirpSpectrum!, place, point, 0, Lanes);
        }

        _smooth.Inverse(scratch);
        for (int k = 0; k < Length; k++)
        {
            Multiply(scratch + ((nint)k * SmoothFft.Point), 0, Lanes, _chirp!, k, points + ((nint)k * SmoothFft.Point), re, im);
        }
    }

    private static void Multiply(float* source, int re, int im, float[] factors, int index, float* target, int targetRe, int targetIm)
    {
        var x = Load(source + re);
        var y = Load(source + im);
        var cos = Broadcast(factors[2 * index]);
        var sin = Broadcast(factors[(2 * index) + 1]);
        Store(target + targetRe, MultiplyAdd(x, cos, -(y * sin)));
        Store(target + targetIm, MultiplyAdd(x, sin, y * cos));
    }

    private (float[] Chirp, float[] Spectrum) Chirp()
    {
        var chirp = new float[2 * Length];
        using var memory = new AlignedBuffer();
        float* points = memory.Reserve(ScratchLength);
        new Span<float>(points, (int)ScratchLength).Clear();
        for (int j = 0; j < Length; j++)
        {
            // The angle has the period 2 length in j^2: reduced before it is rounded.
            (double sin, double cos) = Math.SinCos(-Math.PI * ((long)j * j % (2L * Length)) / Length);
            chirp[2 * j] = (float)cos;
            chirp[(2 * j) + 1] = (float)sin;
            foreach (int at in (ReadOnlySpan<int>)[j, (_smooth.Length - j) % _smooth.Length])
            {
                points[(nint)at * SmoothFft.Point] = (float)cos;
                points[((nint)at * SmoothFft.Point) + Lanes] = (float)-sin;
            }
        }

        _smooth.Forward(points);
        var spectrum = new float[2 * _smooth.Length];
        for (int place = 0; place < _smooth.Length; place++)
        {
            spectrum[2 * place] = points[(nint)place * SmoothFft.Point] / _smooth.Length;
            spectrum[(2 * place) + 1] = points[((nint)place * SmoothFft.Point) + Lanes] / _smooth.Length;
        }

        return (chirp, spectrum);
    }
}
