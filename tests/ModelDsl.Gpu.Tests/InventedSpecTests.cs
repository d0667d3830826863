using ModelDsl.Kernels.Gpu;
using ModelDsl.Testing;

namespace ModelDsl.Gpu.Tests;

/// <summary>
/// Recurrences that no architecture has, compiled in memory, in every legal mode with every gradient against their own definition: on the emulator, whose threads
/// and barriers are real, and a memory on OpenCL with vectors. What is special about each stands in its name.
/// </summary>
public sealed class InventedSpecTests
{
    private const string Source =
        """
        public struct Key : IAxis;
        public struct Value : IAxis;
        public struct Other : IAxis;

        [Recurrence]
        public partial struct DecayOfKeysAndValues
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Key> g, Tensor<Value> gv)
            {
                S = Exp(g) * S;
                S = S * Exp(gv);
                S += Outer(k, v);
                return Dot(q, S);
            }
        }

        [Recurrence]
        public partial struct TwoCorrections
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k1, Tensor<Value> v1, Scalar b1, Tensor<Key> k2, Tensor<Value> v2, Tensor<Value> b2)
            {
                S += Outer(k1, b1 * (v1 - Dot(k1, S)));
                S += Outer(k2, b2 * (v2 - Dot(k2, S)));
                return Dot(q, S);
            }
        }

        [Recurrence]
        public partial struct ShiftBeforeAMemory
        {
            [State] Tensor<Key, Value> S;
            [State] Tensor<Key> last;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar beta, [Shared(Across.Time)] Tensor<Key> mu)
            {
                var mixed = L2Normalize(mu * k + (1 - mu) * last);
                last = k;
                S += Outer(mixed, Sigmoid(beta) * (v - Dot(mixed, S)));
                return Dot(q, S);
            }
        }

        [Recurrence]
        public partial struct MemoryThatAsksAMemory
        {
            [State] Tensor<Key, Value> A;
            [State] Tensor<Value, Other> B;

            public Tensor<Other> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Other> u, Scalar g)
            {
                A = Exp(g) * A + Outer(k, v);
                var slot = Softmax(Dot(q, A));
                B += Outer(slot, u - 0.3 * Dot(slot, B));
                return Dot(slot, B);
            }
        }

        [Recurrence]
        public partial struct MemoryOfOneColumn
        {
            [State] Tensor<Key> h;

            public Scalar Step(Tensor<Key> k, Scalar x, Scalar g)
            {
                h = Exp(g) * h;
                h += k * (x - Dot(k, h)) * 0.5;
                return Dot(k, h);
            }
        }

        [Recurrence]
        public partial struct PairsOfKeys
        {
            [State] Tensor<Key, Other, Value> S;

            public Tensor<Value> Step(Tensor<Key> l, Tensor<Other> r, Tensor<Value> v, Tensor<Key> g, Scalar beta)
            {
                S *= Sigmoid(g);
                S += Outer(l, Outer(r, Sigmoid(beta) * (v - Dot(r, Dot(l, S)))));
                return Dot(r, Dot(Softmax(l), S));
            }
        }

        [Recurrence]
        public partial struct BilinearFilter
        {
            [State] Tensor<Other, Key> W;

            public Scalar Step(Tensor<Key> l, Tensor<Other> r, Scalar target, Scalar g)
            {
                var error = target - Dot(r, Dot(l, W));
                W = Sigmoid(g) * W + 0.3 * error * Outer(r, l);
                return error;
            }
        }

        [Recurrence]
        public partial struct ComplexCorrections
        {
            [State] ComplexTensor<Key, Value> S;

            public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Key> g, Scalar beta)
            {
                S = Sigmoid(g) * S;
                S += Outer(Conjugate(k), 0.3 * Sigmoid(beta) * (v - Dot(k, S)));
                return Dot(k, S);
            }
        }

        [Recurrence]
        public partial struct FiltersThatCorrectEachOther
        {
            [State] Tensor<Key> a;
            [State] Tensor<Key> b;

            public Scalar Step(Tensor<Key> k, Tensor<Key> l, Scalar x, Scalar g)
            {
                var error = x - Dot(l, b);
                a = Sigmoid(g) * a + 0.3 * error * k;
                b = Sigmoid(g) * b + 0.3 * (x - Dot(k, a)) * l;
                return error;
            }
        }

        [Recurrence]
        public partial struct TurnedCorrections
        {
            [State] ComplexTensor<Key, Value> S;

            public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, Tensor<Key> phase)
            {
                S *= Polar(0.9, phase);
                S += Outer(Conjugate(k), 0.1 * (v - Dot(k, S)));
                return Dot(k, S);
            }
        }

        [Recurrence]
        public partial struct Oscillators
        {
            [State] Tensor<Key> position;
            [State] Tensor<Key> speed;

            public Tensor<Key> Step(Tensor<Key> force, Tensor<Key> stiffness)
            {
                var next = 0.9 * speed - Sigmoid(stiffness) * position + force;
                position = position + 0.1 * speed;
                speed = next;
                return position;
            }
        }

        // The state is handed out as it stands, beside a sum over it that is added up on the way.
        [Recurrence]
        public partial struct ScanOverHeads
        {
            [State] Tensor<Key> h;

            public (Scalar y, Tensor<Key> before) Step(Scalar x, Scalar delta, [Shared(Across.Time)] Tensor<Key> a, [Shared(Across.Heads)] Tensor<Key> b, [Shared(Across.Heads)] Tensor<Key> c)
            {
                var dt = Softplus(delta);
                var before = h;
                h = Exp(-dt * Exp(a)) * h + dt * x * b;
                return (Dot(c, h), before);
            }
        }

        [Recurrence]
        public partial struct OperandsUsedTwice
        {
            [State] Tensor<Key> h;

            public Tensor<Key> Step(Tensor<Key> x, Tensor<Key> g)
            {
                var forget = Sigmoid(g);
                h = forget * h + (1 - forget) * Tanh(x);
                return Softplus(h) * forget;
            }
        }

        [Recurrence]
        public partial struct NumberBesideAMemory
        {
            [State] Tensor<Key, Value> S;
            [State] Scalar n;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar f, Scalar i)
            {
                n = Sigmoid(f) * n + Exp(i);
                S = Sigmoid(f) * S + Outer(k, Exp(i) * v);
                return Dot(q, S) / (n + 1);
            }
        }

        [Recurrence(Require = Mode.ParallelScan)]
        public partial struct StabilisedMemory
        {
            [State] Tensor<Key, Value> C;
            [State] Tensor<Key> n;
            [State] Scalar m;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Scalar i, Scalar f)
            {
                var next = Max(LogSigmoid(f) + m, i);
                var (old, now) = (Exp(LogSigmoid(f) + m - next), Exp(i - next));
                C = old * C + now * Outer(k, v);
                n = old * n + now * k;
                m = next;
                return Dot(q, C) / Max(Abs(Dot(q, n)), Exp(-m));
            }
        }

        [Recurrence(Require = Mode.ParallelScan)]
        public partial struct LogarithmsOverHeads
        {
            [State] Scalar total;
            [State] Scalar least;

            public (Scalar, Scalar) Step(Scalar f, Scalar x, Scalar reset)
            {
                total = Where(reset > 0, x, LogAddExp(LogSigmoid(f) + total, x));
                least = Min(least + Square(f), x);
                return (Exp(total), least);
            }
        }

        [Recurrence]
        public partial struct Cell
        {
            [State] Tensor<Key> h;

            public Tensor<Key> Step(Tensor<Key> x, [Shared(Across.Time)] Tensor<Other, Key> w)
            {
                h = Tanh(x + Dot(Softmax(Dot(w, h)), w));
                return h;
            }
        }

        [Recurrence]
        public partial struct MovedByPosition
        {
            [State] Tensor<Key, Value> S;

            public (Tensor<Value>, Scalar) Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, [TokenIndex] Scalar t, [Shared(Across.Time)] Tensor<Key, Value> m)
            {
                S = (t + 1) / (t + 2) * S + Outer(Shift(k, 1), Shift(v * v, -2));
                var read = Dot(q, S);
                return (Shift(read, 3) + Dot(k, Shift(m, Over<Value>(), -1)) * Dot(q, Shift(m, Over<Key>(), 1)), Sum(Shift(read, 1)));
            }
        }

        [Recurrence]
        public partial struct DelayedCell
        {
            [State] Tensor<Key, Value> history;

            public Tensor<Value> Step(Tensor<Value> x, [Shared(Across.Time)] Tensor<Key, Value> w)
            {
                var y = Tanh(x + Sum(w * history, Over<Key>()));
                history = Push(history, y);
                return y;
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Source);

    [Theory]
    [InlineData("DecayOfKeysAndValues")]
    [InlineData("TwoCorrections")]
    [InlineData("ShiftBeforeAMemory")]
    [InlineData("MemoryThatAsksAMemory")]
    [InlineData("MemoryOfOneColumn")]
    [InlineData("PairsOfKeys")]
    [InlineData("BilinearFilter")]
    [InlineData("ComplexCorrections")]
    [InlineData("FiltersThatCorrectEachOther")]
    [InlineData("TurnedCorrections")]
    [InlineData("Oscillators")]
    [InlineData("ScanOverHeads")]
    [InlineData("OperandsUsedTwice")]
    [InlineData("NumberBesideAMemory")]
    [InlineData("StabilisedMemory")]
    [InlineData("LogarithmsOverHeads")]
    [InlineData("Cell")]
    [InlineData("MovedByPosition")]
    [InlineData("DelayedCell")]
    public void Every_mode_agrees_with_the_definition_on_the_emulator(string name) =>
        Verify(name, GpuKind.Emulator, new VerificationOptions { Lengths = [3, 17], Segments = [17, 0, 3], Heads = 2 });

    // The CPU has chunks of it; a device has not, and says so.
    [Fact]
    public void A_memory_that_a_complex_decay_turns_has_no_chunks_on_a_device()
    {
        using GpuDevice device = GpuDevice.Open(GpuKind.Emulator);
        var kernel = (IRecurrenceKernel)s_specs.Type("TurnedCorrections").GetMethod("On")!.Invoke(null, [device])!;
        Assert.True(s_specs.Recurrence("TurnedCorrections").Description.IsLegal(Mode.Chunkwise));
        Assert.Equal([Mode.Recurrent, Mode.ParallelScan], kernel.Description.LegalModes);
        Assert.Contains("a complex decay turns 'SRe' and 'SIm'", kernel.Description.Refusal(Mode.Chunkwise).Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("TwoCorrections")]
    [InlineData("LogarithmsOverHeads")]
    [InlineData("Cell")]
    [InlineData("MovedByPosition")]
    public void Every_mode_agrees_with_the_definition_on_OpenCL(string name)
    {
        Devices.Require(GpuKind.OpenCL);
        Verify(name, GpuKind.OpenCL, new VerificationOptions
        {
            Lengths = [17],
            Segments = [17, 0, 17],
            Heads = 2,
            AxisSizes = new Dictionary<string, int> { ["Key"] = 16, ["Value"] = 16, ["Other"] = 16 },
        });
    }

    [SkippableTheory]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(70)]
    public void A_scan_agrees_with_the_definition_however_many_heads_fill_the_lanes_on_OpenCL(int heads)
    {
        Devices.Require(GpuKind.OpenCL);
        Verify("ScanOverHeads", GpuKind.OpenCL, new VerificationOptions
        {
            Lengths = [17],
            Heads = heads,
            AxisSizes = new Dictionary<string, int> { ["Key"] = 8 },
        });
    }

    private static void Verify(string name, GpuKind kind, VerificationOptions options) => InventedSpec.Verify(s_specs, name, kind, options);
}
