using ModelDsl.Kernels.Gpu;

namespace ModelDsl.Kernels.Gpu.Tests.Convolution;

/// <summary>
/// Long convolutions and their gradients on devices against sums in double precision: on the emulator (threads and barriers), on OpenCL with one thread that has vectors, and
/// on OpenCL with many threads of one number each. All memory that is not an operand starts as NaN.
/// </summary>
public sealed class SpectralSumsTests(Devices devices) : IClassFixture<Devices>
{
    private const double Bound = 2e-6;

    private static readonly (int Signal, int Kernel, int Result)[] s_one = [(0, 0, 0)];

    // A complex number in two signals and two results, and a result that one signal reaches twice.
    private static readonly (int Signal, int Kernel, int Result)[] s_several = [(0, 0, 0), (1, 1, 0), (0, 2, 1), (1, 0, 1), (1, 2, 2)];

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(3, 5)]
    [InlineData(61, 9)]
    [InlineData(128, 4)]
    public void OnTheEmulator(int time, int channels)
    {
        Check(devices.Emulator, Plan(devices.Emulator, time, channels), s_one, batch: 2, time, channels);
        Check(devices.Emulator, Plan(devices.Emulator, time, channels), s_several, batch: 2, time, channels);
    }

    [Fact]
    public void InTheDevicesMemoryOnTheEmulator() =>
        Check(devices.Emulator, new TransformPlan(64, 4, Lanes1.Width, 8, PointsAreShared: false), s_several, batch: 2, time: 33, channels: 6);

    [SkippableTheory]
    [InlineData(1, 5)]
    [InlineData(2, 16)]
    [InlineData(3, 17)]
    [InlineData(61, 40)]
    [InlineData(512, 3)]
    [InlineData(1000, 5)]
    [InlineData(4096, 2)]
    [InlineData(10_000, 2)]
    public void OnOpenCLWithVectors(int time, int channels)
    {
        Check(devices.OpenCL, Plan(devices.OpenCL, time, channels), s_one, batch: 2, time, channels);
        Check(devices.OpenCL, Plan(devices.OpenCL, time, channels), s_several, batch: 1, time, channels);
    }

    [SkippableTheory]
    [InlineData(61, 6)]
    [InlineData(1000, 3)]
    public void OnOpenCLWithManyThreads(int time, int channels)
    {
        TransformPlan plan = TransformPlan.Of(devices.OpenCL.Limits with { IsCpu = false, SharedFloats = GpuLimits.SharedFloatsOf(int.MaxValue) }, time, channels) with { Threads = 64 };
        Assert.True(plan.PointsAreShared);
        Check(devices.OpenCL, plan, s_several, batch: 2, time, channels);
    }

    [SkippableFact]
    public void TheSameBitsTwice()
    {
        Case c = Check(devices.OpenCL, Plan(devices.OpenCL, 61, 40), s_several, batch: 3, 61, 40);
        Case again = Check(devices.OpenCL, Plan(devices.OpenCL, 61, 40), s_several, batch: 3, 61, 40);
        Assert.True(c.Memory.AsSpan().SequenceEqual(again.Memory));
    }

    [Fact]
    public void PlansSayWhatIsChosen()
    {
        var gpu = new GpuLimits(IsCpu: false, IsEmulated: false, MaximumThreads: 1024, GpuLimits.SharedFloatsOf(int.MaxValue), Multiprocessors: 100, MemoryBytes: 1L << 34);
        Assert.Equal("transforms of 512 points shared, groups of 256 threads with 1 lanes and 8 channels", TransformPlan.Of(gpu, 400, 64).ToString());
        Assert.Equal("transforms of 4096 points shared, groups of 256 threads with 1 lanes and 1 channels", TransformPlan.Of(gpu, 4096, 64).ToString());
        Assert.Equal("transforms of 8192 points global, groups of 256 threads with 1 lanes and 8 channels", TransformPlan.Of(gpu, 4097, 64).ToString());
        Assert.Equal("transforms of 8192 points global, groups of 1 threads with 16 lanes and 16 channels", TransformPlan.Of(gpu with { IsCpu = true }, 4097, 64).ToString());
    }

    private static TransformPlan Plan(GpuDevice device, int time, int channels) => TransformPlan.Of(device.Limits, time, channels);

    private static Case Check(GpuDevice device, TransformPlan plan, (int Signal, int Kernel, int Result)[] terms, int batch, int time, int channels)
    {
        var c = new Case(terms, batch, time, channels);
        lock (device.Gate)
        {
            long launches = device.Launches;
            c.Run(device, plan);
            Assert.Equal(4, device.Launches - launches);
        }

        c.Verify($"{device}, {plan}, time {time}, channels {channels}, {terms.Length} terms");
        return c;
    }

    /// <summary>Operands and results of one convolution, side by side in a device's memory with gaps of NaN.</summary>
    private sealed class Case
    {
        private const int Gap = 16;

        private readonly (int Signal, int Kernel, int Result)[] _terms;
        private readonly int _batch, _time, _channels, _signals, _kernels, _results;
        private int _length;

        public Case((int Signal, int Kernel, int Result)[] terms, int batch, int time, int channels)
        {
            (_terms, _batch, _time, _channels) = (terms, batch, time, channels);
            (_signals, _kernels, _results) = (terms.Max(t => t.Signal) + 1, terms.Max(t => t.Kernel) + 1, terms.Max(t => t.Result) + 1);
            X = Place(_signals, batch);
            K = Place(_kernels, 1);
            Dy = Place(_results, batch);
            int operands = _length;
            Y = Place(_results, batch);
            Dx = Place(_signals, batch);
            Dk = Place(_kernels, 1);
            Memory = new float[_length];
            Array.Fill(Memory, float.NaN);
            var random = new Random(time + channels);
            foreach ((int at, int rows) in X.Concat(Dy).Select(at => (at, batch)).Concat(K.Select(at => (at, 1))))
            {
                for (int i = 0; i < rows * Row; i++)
                {
                    Memory[at + i] = (2 * random.NextSingle()) - 1;
                }
            }

            Assert.True(operands < _length);
        }

        public float[] Memory { get; }

        private int[] X { get; }

        private int[] K { get; }

        private int[] Dy { get; }

        private int[] Y { get; }

        private int[] Dx { get; }

        private int[] Dk { get; }

        private int Row => _time * _channels;

        public unsafe void Run(GpuDevice device, TransformPlan plan)
        {
            var work = new GpuWork(
                new RecurrenceDescription("Convolution", "", "", [], [], [], [], []), null,
                new GpuLaunchPlan(Mode.Convolution, 1, 1, 1, 1, 1, 1, 1, default, null, ""), new SequenceShape(_batch, _time, _channels, []));
            DeviceMemory memory = device.Memory;
            long start = memory.Stay(Memory.Length);
            memory.Reserve(work, memory.Resident, 0, 1);
            fixed (float* from = Memory)
            {
                memory.Send(work, from, start, Memory.Length);
                memory.Finish(GpuOperation.Upload, work);
                var forward = new SpectralSums(conjugate: false);
                int[] k = Sources(forward, K, 1), x = Sources(forward, X, _batch);
                Each(Y, _batch, (r, b) => forward.Target(start + Y[r] + (b * Row), add: false, _terms.Where(t => t.Result == r).Select(t => (k[t.Kernel], x[(t.Signal * _batch) + b]))));
                forward.Run(device, work, plan, _time, _channels);

                var backward = new SpectralSums(conjugate: true);
                (k, x) = (Sources(backward, K, 1), Sources(backward, X, _batch));
                int[] dy = Sources(backward, Dy, _batch);
                Each(Dx, _batch, (s, b) => backward.Target(start + Dx[s] + (b * Row), add: false, _terms.Where(t => t.Signal == s).Select(t => (k[t.Kernel], dy[(t.Result * _batch) + b]))));
                Each(Dk, 1, (i, _) => backward.Target(start + Dk[i], add: false, _terms.Where(t => t.Kernel == i).SelectMany(t => Enumerable.Range(0, _batch).Select(b => (x[(t.Signal * _batch) + b], dy[(t.Result * _batch) + b])))));
                backward.Run(device, work, plan, _time, _channels);
                memory.Finish(GpuOperation.Finish, work);
                memory.Fetch(work, from, start, Memory.Length);
                memory.Finish(GpuOperation.Download, work);
            }

            memory.LetGo();

            int[] Sources(SpectralSums sums, int[] at, int rows) => [.. at.SelectMany(a => Enumerable.Range(0, rows).Select(b => sums.Source(start + a + (b * Row))))];

            static void Each(int[] tensors, int rows, Action<int, int> action)
            {
                for (int i = 0; i < tensors.Length; i++)
                {
                    for (int b = 0; b < rows; b++)
                    {
                        action(i, b);
                    }
                }
            }
        }

        public void Verify(string what)
        {
            double[] expected = new double[_length];
            foreach ((int signal, int kernel, int result) in _terms)
            {
                for (int b = 0; b < _batch; b++)
                {
                    for (int c = 0; c < _channels; c++)
                    {
                        int x = X[signal] + (b * Row) + c, y = Y[result] + (b * Row) + c, dx = Dx[signal] + (b * Row) + c, dy = Dy[result] + (b * Row) + c;
                        int k = K[kernel] + c, dk = Dk[kernel] + c;
                        for (int t = 0; t < _time; t++)
                        {
                            double sum = 0, gradient = Memory[dy + (t * _channels)];
                            for (int lag = 0; lag <= t; lag++)
                            {
                                double weight = Memory[k + (lag * _channels)], value = Memory[x + ((t - lag) * _channels)];
                                sum += weight * value;
                                expected[dx + ((t - lag) * _channels)] += weight * gradient;
                                expected[dk + (lag * _channels)] += value * gradient;
                            }

                            expected[y + (t * _channels)] += sum;
                        }
                    }
                }
            }

            var isMeant = new bool[_length];
            foreach ((string name, int at, int rows) in Y.Select(at => ("result", at, _batch)).Concat(Dx.Select(at => ("signal gradient", at, _batch))).Concat(Dk.Select(at => ("kernel gradient", at, 1))))
            {
                double largest = 1e-3;
                for (int i = at; i < at + (rows * Row); i++)
                {
                    isMeant[i] = true;
                    largest = Math.Max(largest, Math.Abs(expected[i]));
                }

                for (int i = at; i < at + (rows * Row); i++)
                {
                    Assert.True(Math.Abs(expected[i] - Memory[i]) <= Bound * largest, $"{what}: {name}: number {i - at} is {Memory[i]}, expected {expected[i]} (largest {largest}).");
                }
            }

            // Nothing is written beside the results.
            for (int i = Y[0]; i < _length; i++)
            {
                Assert.True(isMeant[i] || float.IsNaN(Memory[i]), $"{what}: number {i} lies beside the results, and is {Memory[i]}.");
            }
        }

        private int[] Place(int count, int rows) => [.. Enumerable.Range(0, count).Select(_ =>
        {
            int at = _length + Gap;
            _length = at + (rows * Row) + Gap;
            return at;
        })];
    }
}
