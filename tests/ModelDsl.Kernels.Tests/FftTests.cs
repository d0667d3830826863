using System.Numerics;
using MathNet.Numerics.IntegralTransforms;
using ModelDsl.Kernels.Cpu;

namespace ModelDsl.Kernels.Tests;

/// <summary>Fourier transforms against Math.NET's in double precision.</summary>
public sealed unsafe class FftTests
{
    // Relative to the largest value: a few roundings for each of log2(n) passes, and there and back up to six transforms (Bluestein).
    private const double Bound = 1e-6;

    [Fact]
    public void EveryLengthUpTo200()
    {
        for (int length = 1; length <= 200; length++)
        {
            CheckNaturalOrder(length);
        }
    }

    [Theory]
    [InlineData(257)]
    [InlineData(509)]
    [InlineData(1021)]
    [InlineData(2 * 1009)]
    [InlineData(4093)]
    public void PrimesAndTheirMultiples(int length) => CheckNaturalOrder(length);

    [Theory]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(3 * 512)]
    [InlineData(5 * 512)]
    [InlineData(15 * 256)]
    [InlineData(9 * 25 * 8)]
    [InlineData(16384)]
    public void SmoothLengthsInTheOrderOfTheirPlaces(int length)
    {
        using var memory = new NativeRows(length);
        float* points = memory.Uniform(length, SmoothFft.Point, SmoothFft.Point);
        Complex[][] before = Lanes(points, length);
        var fft = new SmoothFft(length);
        fft.Forward(points);
        Complex[][] found = Lanes(points, length);
        for (int lane = 0; lane < Simd.Lanes; lane += 5)
        {
            Complex[] expected = [.. before[lane]];
            Fourier.Forward(expected, FourierOptions.NoScaling);
            Assert.True(Error(expected, [.. Enumerable.Range(0, length).Select(k => found[lane][fft.PlaceOf(k)])]) < Bound, $"{length}, lane {lane}");
        }

        fft.Inverse(points);
        Complex[][] again = Lanes(points, length);
        for (int lane = 0; lane < Simd.Lanes; lane++)
        {
            Assert.True(Error(before[lane], [.. again[lane].Select(x => x / length)]) < Bound, $"{length} and back, lane {lane}: {Error(before[lane], [.. again[lane].Select(x => x / length)])}");
        }
    }

    [Fact]
    public void GoodLengthsAreSmoothAndAtMostAThirdTooLong()
    {
        for (int length = 1; length < 3000; length++)
        {
            int good = SmoothFft.LengthOfAtLeast(length);
            Assert.True(SmoothFft.IsSmooth(good));
            Assert.InRange(good, length, Math.Max(length, (4 * length / 3) + 1));
        }
    }

    [Fact]
    public void ALengthThatIsNotSmoothIsRefused() =>
        Assert.StartsWith("14 has a prime factor above 5", Assert.Throws<ArgumentException>(() => new SmoothFft(14)).Message);

    private static void CheckNaturalOrder(int length)
    {
        using var memory = new NativeRows(length);
        float* points = memory.Uniform(length, SmoothFft.Point, SmoothFft.Point);
        Complex[][] before = Lanes(points, length);
        var fft = new Fft(length);
        float* scratch = memory.Poisoned(1, (int)fft.ScratchLength);
        fft.Forward(points, scratch);
        Complex[][] forward = Lanes(points, length);
        fft.Inverse(points, scratch);
        Complex[][] back = Lanes(points, length);
        for (int lane = 0; lane < Simd.Lanes; lane++)
        {
            Complex[] expected = [.. before[lane]];
            Fourier.Forward(expected, FourierOptions.NoScaling);
            Assert.True(Error(expected, forward[lane]) < Bound, $"{length}, lane {lane}: {Error(expected, forward[lane])}");
            Assert.True(Error(before[lane], [.. back[lane].Select(x => x / length)]) < Bound, $"{length} and back, lane {lane}: {Error(before[lane], [.. back[lane].Select(x => x / length)])}");
        }
    }

    private static Complex[][] Lanes(float* points, int length) =>
    [
        .. Enumerable.Range(0, Simd.Lanes).Select(lane => Enumerable.Range(0, length)
            .Select(j => new Complex(points[(j * SmoothFft.Point) + lane], points[(j * SmoothFft.Point) + Simd.Lanes + lane])).ToArray()),
    ];

    private static double Error(Complex[] expected, Complex[] found) =>
        expected.Zip(found, (e, f) => Complex.Abs(e - f)).Max() / expected.Max(Complex.Abs);
}
