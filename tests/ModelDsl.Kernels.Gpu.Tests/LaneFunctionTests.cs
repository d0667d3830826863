using ILGPU;
using ILGPU.Runtime;

namespace ModelDsl.Kernels.Gpu.Tests;

/// <summary>Every function and operation of lanes against double precision: numbers one by one, and the vectors that they are in OpenCL.</summary>
public sealed class LaneFunctionTests(Devices devices) : IClassFixture<Devices>
{
    private static readonly float[] Edges =
    [
        0f, -0f, 1e-42f, -1e-42f, 1e-30f, -1e-30f, 1e-4f, -1e-4f, 0.3f, -0.3f, 0.624f, -0.626f, 1f, -1f, 1.5f, -2.5f, 5f, -5f, 20f, -20f, 60f, -60f, 86.9f, -86.9f,
        88.6f, -88.6f, 100f, -100f, 1e30f, -1e30f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private static readonly (string Name, Func<double, double, double> Exact)[] Functions =
    [
        ("+", (x, y) => x + y),
        ("-", (x, y) => x - y),
        ("*", (x, y) => x * y),
        ("/", (x, y) => x / y),
        ("negate", (x, _) => -x),
        ("fma", (x, y) => (x * y) + x),
        ("fma of a number", (x, _) => (3 * x) + x),
        ("exp", (x, _) => Math.Exp(x)),
        ("log", (x, _) => Math.Log(x)),
        ("sigmoid", (x, _) => 1 / (1 + Math.Exp(-x))),
        ("log sigmoid", (x, _) => x < -30 ? x : -LogOnePlus(Math.Exp(-x))),
        ("softplus", (x, _) => x > 30 ? x : LogOnePlus(Math.Exp(x))),
        ("tanh", (x, _) => Math.Tanh(x)),
        ("sin", (x, _) => Math.Abs(x) <= 100 ? Math.Sin(x) : double.NaN),
        ("cos", (x, _) => Math.Abs(x) <= 100 ? Math.Cos(x) : double.NaN),
        ("sqrt", (x, _) => Math.Sqrt(x)),
        ("rsqrt", (x, _) => 1 / Math.Sqrt(x)),
        ("abs", (x, _) => Math.Abs(x)),
        ("sign", (x, _) => double.IsNaN(x) ? x : Math.Sign(x)),
        ("max", Math.Max),
        ("min", Math.Min),
        ("log of a sum of exponentials", (x, y) => x.Equals(y) && double.IsInfinity(x) ? x : Math.Max(x, y) + LogOnePlus(Math.Exp(-Math.Abs(x - y)))),
        ("greater", (x, y) => x > y ? 1 : 0),
        ("greater or equal", (x, y) => x >= y ? 1 : 0),
        ("equal", (x, y) => x == y ? 1 : 0),
        ("where", (x, y) => x == 0 ? -y : y),
    ];

    [Fact]
    public void OneByOneOnTheEmulator() => Check<Lanes1>(devices.Emulator);

    [SkippableFact]
    public void OneByOneOnOpenCL() => Check<Lanes1>(devices.OpenCL);

    [SkippableFact]
    public void EightOnOpenCL() => Check<Lanes8>(devices.OpenCL);

    [SkippableFact]
    public void SixteenOnOpenCL() => Check<Lanes16>(devices.OpenCL);

    /// <summary>Row f of the results: function f of the numbers.</summary>
    private static void All<L>(ArrayView<float> x, ArrayView<float> y, ArrayView<float> results, SpecializedValue<int> count)
        where L : unmanaged, ILane<L>
    {
        for (int i = 0; i < count.Value; i += L.Width)
        {
            L a = L.Load(x, i), b = L.Load(y, i);
            int at = i;
            Give(results, ref at, count.Value, a + b);
            Give(results, ref at, count.Value, a - b);
            Give(results, ref at, count.Value, a * b);
            Give(results, ref at, count.Value, a / b);
            Give(results, ref at, count.Value, -a);
            Give(results, ref at, count.Value, L.MultiplyAdd(a, b, a));
            Give(results, ref at, count.Value, L.MultiplyAdd(3f, a, a));
            Give(results, ref at, count.Value, L.Exp(a));
            Give(results, ref at, count.Value, L.Log(a));
            Give(results, ref at, count.Value, L.Sigmoid(a));
            Give(results, ref at, count.Value, L.LogSigmoid(a));
            Give(results, ref at, count.Value, L.Softplus(a));
            Give(results, ref at, count.Value, L.Tanh(a));
            Give(results, ref at, count.Value, L.Sin(a));
            Give(results, ref at, count.Value, L.Cos(a));
            Give(results, ref at, count.Value, L.Sqrt(a));
            Give(results, ref at, count.Value, L.Rsqrt(a));
            Give(results, ref at, count.Value, L.Abs(a));
            Give(results, ref at, count.Value, L.Sign(a));
            Give(results, ref at, count.Value, L.Max(a, b));
            Give(results, ref at, count.Value, L.Min(a, b));
            Give(results, ref at, count.Value, L.LogAddExp(a, b));
            Give(results, ref at, count.Value, L.Greater(a, b));
            Give(results, ref at, count.Value, L.GreaterOrEqual(a, b));
            Give(results, ref at, count.Value, L.Equal(a, b));
            Give(results, ref at, count.Value, L.Where(a, b, -b));
        }
    }

    private static void Give<L>(ArrayView<float> results, ref int at, int count, L value)
        where L : unmanaged, ILane<L>
    {
        L.Store(results, at, value);
        at += count;
    }

    private static void Check<L>(GpuDevice device)
        where L : unmanaged, ILane<L>
    {
        // Every edge beside itself, and beside some others.
        float[] x = [.. Enumerable.Range(0, 8 * Edges.Length).Select(i => Edges[i % Edges.Length])];
        float[] y = [.. Enumerable.Range(0, x.Length).Select(i => Edges[(i + (i / Edges.Length * 5)) % Edges.Length])];
        int count = (x.Length + Lanes16.Width - 1) / Lanes16.Width * Lanes16.Width;
        Array.Resize(ref x, count);
        Array.Resize(ref y, count);
        Accelerator accelerator = device.Accelerator;
        using MemoryBuffer1D<float, Stride1D.Dense> left = accelerator.Allocate1D(x), right = accelerator.Allocate1D(y);
        using MemoryBuffer1D<float, Stride1D.Dense> results = accelerator.Allocate1D<float>(Functions.Length * count);
        accelerator.LoadStreamKernel<ArrayView<float>, ArrayView<float>, ArrayView<float>, SpecializedValue<int>>(All<L>)(
            new KernelConfig(1, 1), left.View.AsContiguous(), right.View.AsContiguous(), results.View.AsContiguous(), SpecializedValue.New(count));
        accelerator.Synchronize();
        float[] actual = results.GetAsArray1D();
        var wrong = new List<string>();
        for (int f = 0; f < Functions.Length; f++)
        {
            for (int i = 0; i < count; i++)
            {
                double exact = Functions[f].Exact(x[i], y[i]);
                float expected = (float)exact, result = actual[(f * count) + i];
                if (!IsNear(Functions[f].Name, x[i], exact, expected, result))
                {
                    wrong.Add($"{Functions[f].Name} of {x[i]:R} and {y[i]:R}: {result:R}, not {expected:R}");
                }
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(20)));
    }

    /// <summary>
    /// Within two units of the last place or so (of a sum of logarithms' larger term, which may cancel); what is smaller than the normal numbers may be 0, and sines of large numbers may be anything.
    /// </summary>
    private static bool IsNear(string name, float x, double exact, float expected, float result) =>
        (name is "sin" or "cos" && !(MathF.Abs(x) <= 100f))
        || (float.IsNaN(expected) && float.IsNaN(result))
        || expected.Equals(result)
        || Math.Abs(result - exact) <= (3e-7 * Math.Max(Math.Abs(exact), name == "log of a sum of exponentials" ? Math.Min(1, Math.Abs(x)) : 0)) + 1.2e-38;

    private static double LogOnePlus(double y) => Math.Abs(y) < 1e-5 ? y - (y * y / 2) : Math.Log(1 + y);
}
