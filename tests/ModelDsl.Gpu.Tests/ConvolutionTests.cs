using ModelDsl.Kernels.Gpu;
using ModelDsl.Layers;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>The convolution mode on devices: what is launched, what a tape saves, and that it agrees with the definition of specs whose signals and reads differ in shape.</summary>
public sealed class ConvolutionTests
{
    private const string Source =
        """
        public struct Key : IAxis;
        public struct Value : IAxis;

        [Recurrence]
        public partial struct OneSignalForAllKeys
        {
            [State] Tensor<Key> h;

            public (Tensor<Key> Squared, Scalar Sum) Step(Scalar x, [Shared(Across.Time)] Tensor<Key> a)
            {
                h = Sigmoid(a) * h + Tanh(x);
                return (Square(h), Sum(h));
            }
        }

        [Recurrence]
        public partial struct SignalsOfTwoShapes
        {
            [State] Tensor<Key, Value> h;

            public Tensor<Key, Value> Step(Tensor<Key> k, Tensor<Value> v, [Shared(Across.Time)] Tensor<Key, Value> a, [Shared(Across.Heads)] Scalar gate)
            {
                h = Sigmoid(a) * h + k + 0.5 * v;
                return gate * h;
            }
        }

        [Recurrence]
        public partial struct FilterBehindAFilter
        {
            [State] Tensor<Key> h;
            [State] Tensor<Key> g;

            public Tensor<Key> Step(Tensor<Key> x, [Shared(Across.Time)] Tensor<Key> a)
            {
                h = Sigmoid(a) * h + x;
                g = Sigmoid(a) * g + Tanh(h);
                return g + 0.1 * h * x;
            }
        }

        [Recurrence]
        public partial struct TwoStatesThatTurn
        {
            [State] Tensor<Key> re;
            [State] Tensor<Key> im;

            public Scalar Step(Tensor<Key> x, Tensor<Key> y, [Shared(Across.Time)] Tensor<Key> angle, [Shared(Across.Time)] Tensor<Key> c)
            {
                var next = 0.9 * (Cos(angle) * re - Sin(angle) * im) + x;
                im = 0.9 * (Sin(angle) * re + Cos(angle) * im) + y;
                re = next;
                return SiLU(Dot(c, re) + Sum(im));
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source);

    [Theory]
    [InlineData("OneSignalForAllKeys")]
    [InlineData("SignalsOfTwoShapes")]
    [InlineData("FilterBehindAFilter")]
    [InlineData("TwoStatesThatTurn")]
    public void It_agrees_with_the_definition_on_the_emulator(string name) => InventedSpec.Verify(s_specs, name, GpuKind.Emulator, new VerificationOptions
    {
        Lengths = [1, 5],
        Segments = [3, 0, 2],
        Batch = 1,
        Heads = 2,
        Modes = [Mode.Convolution],
        AxisSizes = new Dictionary<string, int> { ["Key"] = 3, ["Value"] = 2 },
    });

    [SkippableTheory]
    [InlineData("SignalsOfTwoShapes")]
    public void It_agrees_with_the_definition_on_OpenCL(string name)
    {
        Devices.Require(GpuKind.OpenCL);
        InventedSpec.Verify(s_specs, name, GpuKind.OpenCL, new VerificationOptions
        {
            Lengths = [17],
            Segments = [17, 0, 17],
            Heads = 3,
            Modes = [Mode.Convolution],
            AxisSizes = new Dictionary<string, int> { ["Key"] = 3, ["Value"] = 5 },
        });
    }

    [SkippableFact]
    public void A_call_is_few_launches_and_a_tape_saves_half_of_the_way_back_and_changes_no_bit()
    {
        GpuDevice device = Devices.Get(GpuKind.OpenCL);
        var call = new MegaCall(device, batch: 2, time: 50, channels: 5, n: 4);

        // Signals, the response to the one signal, two transforms, readout.
        Assert.Equal(5, LaunchesOf(device, () => call.Forward(null)));
        float[] outputs = call.Outputs;
        using var tape = new RecurrenceTape();
        Assert.Equal(5, LaunchesOf(device, () => call.Forward(tape)));
        Assert.Equal(outputs, call.Outputs);

        // Readout; two transforms; the response again and its adjoint; signals. Without a tape first what the way forward launches, but for the readout.
        Assert.Equal(6, LaunchesOf(device, () => call.Backward(tape)));
        float[][] gradients = call.Gradients;
        Assert.Equal(6 + 4, LaunchesOf(device, () => call.Backward(null)));
        Assert.Equal(gradients, call.Gradients);

        // A tape outlives other calls, also longer ones.
        new MegaCall(device, batch: 1, time: 300, channels: 20, n: 4).Forward(null);
        Assert.Equal(6, LaunchesOf(device, () => call.Backward(tape)));
        Assert.Equal(gradients, call.Gradients);
        tape.Dispose();
        Assert.Equal(6 + 4, LaunchesOf(device, () => call.Backward(tape)));
        Assert.Equal(gradients, call.Gradients);
    }

    [Fact]
    public void Its_plan_says_how_transforms_are_run()
    {
        GpuRecurrenceKernel kernel = MegaEma.On(Devices.Get(GpuKind.Emulator));
        string plan = kernel.LaunchPlan(new SequenceShape(2, 50, 5, [4]), new RunOptions(Mode.Convolution)).ToString();
        Assert.StartsWith("Convolution, transforms of 64 points shared, groups of 16 threads with 1 lanes and 8 channels, kernels made in chunks of", plan, StringComparison.Ordinal);
    }

    private static long LaunchesOf(GpuDevice device, Action action)
    {
        long before = device.Launches;
        action();
        return device.Launches - before;
    }

    /// <summary>A call of Mega's moving average with random inputs.</summary>
    private sealed class MegaCall
    {
        private readonly GpuRecurrenceKernel _kernel;
        private readonly SequenceShape _shape;
        private readonly float[][] _inputs;
        private readonly float[][] _outputs;
        private readonly float[][] _outputGradients;

        public MegaCall(GpuDevice device, int batch, int time, int channels, int n)
        {
            _kernel = MegaEma.On(device);
            _shape = new SequenceShape(batch, time, channels, [n]);
            var random = new Random(time);
            float[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(_ => (2 * random.NextSingle()) - 1)];
            int tokens = batch * time * channels, weights = channels * n;
            _inputs = [Numbers(tokens), Numbers(weights), Numbers(weights), Numbers(weights), Numbers(weights), Numbers(channels)];
            _outputs = [new float[tokens], new float[tokens]];
            _outputGradients = [Numbers(tokens), Numbers(tokens)];
            Gradients = [.. _inputs.Select(i => new float[i.Length])];
        }

        public float[] Outputs => [.. _outputs.SelectMany(o => o)];

        public float[][] Gradients { get; private set; }

        public void Forward(RecurrenceTape? tape)
        {
            Array.ForEach(_outputs, o => Array.Fill(o, float.NaN));
            using var pins = new Pins();
            _kernel.Forward(_shape, Inputs(pins, _inputs), new TensorView[1], Tokens(pins, _outputs), new TensorView[1], new RunOptions(Mode.Convolution), tape);
        }

        public void Backward(RecurrenceTape? tape)
        {
            Gradients = [.. _inputs.Select(i => Enumerable.Repeat(float.NaN, i.Length).ToArray())];
            using var pins = new Pins();
            _kernel.Backward(
                _shape, Inputs(pins, _inputs), new TensorView[1], Tokens(pins, _outputGradients), new TensorView[1], Inputs(pins, Gradients), new TensorView[1],
                new RunOptions(Mode.Convolution), tape);
        }

        private TensorView[] Inputs(Pins pins, float[][] tensors) =>
            [.. tensors.Select((t, i) => i == 0 ? Tokens(pins, [t])[0] : new TensorView(pins.Pin(t), _shape.Heads, 0, 0, i == 5 ? 1 : _shape.AxisSizes[0], 1))];

        private TensorView[] Tokens(Pins pins, float[][] tensors) =>
            [.. tensors.Select(t => new TensorView(pins.Pin(t), _shape.Heads, (nint)_shape.Time * _shape.Heads, _shape.Heads, 1))];
    }

    private sealed class Pins : IDisposable
    {
        private readonly List<System.Runtime.InteropServices.GCHandle> _handles = [];

        public nint Pin(float[] array)
        {
            _handles.Add(System.Runtime.InteropServices.GCHandle.Alloc(array, System.Runtime.InteropServices.GCHandleType.Pinned));
            return _handles[^1].AddrOfPinnedObject();
        }

        public void Dispose() => _handles.ForEach(handle => handle.Free());
    }
}
