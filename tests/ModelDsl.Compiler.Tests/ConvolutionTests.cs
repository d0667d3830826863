using CsCheck;
using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Which recurrences can be convolved, what is convolved, and that it is what the spec says.</summary>
public sealed class ConvolutionTests
{
    private const string TimeInvariant =
        """
        // The average of a channel, through a nonlinearity and past a gate.
        [Recurrence]
        public partial struct Average
        {
            [State] Tensor<Slot> h;

            public Scalar Step(Scalar x, Scalar gate, [Shared(Across.Time)] Tensor<Slot> rate, [Shared(Across.Time)] Tensor<Slot> c, [Shared(Across.Time)] Scalar d)
            {
                h = Sigmoid(rate) * h + (1 - Sigmoid(rate)) * x;
                return SiLU(gate) * (Dot(c, h) + d * x);
            }
        }

        // Past the states on a way of its own, with a weight that has an axis, and scaled with the rest.
        [Recurrence]
        public partial struct Skipped
        {
            [State] Tensor<Unit> h;

            public (Tensor<Unit> y, Tensor<Unit> z) Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit> a, [Shared(Across.Time)] Tensor<Unit> d)
            {
                var before = h;
                h = Sigmoid(a) * h + (1 - Sigmoid(a)) * x;
                return (3 * (h - before * a + d * x), x / 2 - before);
            }
        }

        // The states are outputs as they stand, before and after the token, beside a sum over them.
        [Recurrence]
        public partial struct Seen
        {
            [State] Tensor<Unit> h;

            public (Scalar y, Tensor<Unit> before, Tensor<Unit> after) Step(Scalar x, [Shared(Across.Time)] Tensor<Unit> a, [Shared(Across.Time)] Tensor<Unit> c)
            {
                var before = h;
                h = Sigmoid(a) * h + c * x;
                return (Dot(c, h), before, h);
            }
        }

        // Before the token alone.
        [Recurrence]
        public partial struct SeenBefore
        {
            [State] Tensor<Unit> h;

            public (Scalar y, Tensor<Unit> before) Step(Scalar x, [Shared(Across.Time)] Tensor<Unit> a, [Shared(Across.Time)] Tensor<Unit> c)
            {
                var before = h;
                h = Sigmoid(a) * h + c * x;
                return (SiLU(Dot(c, h)), before);
            }
        }

        // A way past the states that doubles with every turn of a loop.
        [Recurrence]
        public partial struct DoubledWay
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Scalar x, [Shared(Across.Time)] Tensor<Unit> a)
            {
                h = Sigmoid(a) * h + x;
                var way = a * x;
                for (int i = 0; i < 40; i++)
                {
                    way = 0.4 * a * way + 0.5 * way;
                }

                return h + way;
            }
        }

        // A complex number that turns, read by its real part.
        [Recurrence]
        public partial struct Oscillator
        {
            [State] Tensor<Slot> re;
            [State] Tensor<Slot> im;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> decay, [Shared(Across.Time)] Tensor<Slot> angle, [Shared(Across.Time)] Tensor<Slot> c)
            {
                var a = Sigmoid(decay);
                var oldRe = re;
                re = a * (Cos(angle) * re - Sin(angle) * im) + x;
                im = a * (Sin(angle) * oldRe + Cos(angle) * im);
                return Dot(c, re);
            }
        }

        // A memory whose keys are parameters: its values are convolved.
        [Recurrence]
        public partial struct FixedKeys
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Value> v, [Shared(Across.Time)] Tensor<Key> q, [Shared(Across.Time)] Tensor<Key> k, [Shared(Across.Time)] Scalar g)
            {
                S = Sigmoid(g) * S + Outer(k, v - Dot(k, S) / 8);
                return Dot(q, S);
            }
        }

        // A signal with fewer axes than what is read, and a constant that is added to the state.
        [Recurrence]
        public partial struct Squashed
        {
            [State] Tensor<Slot> h;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> rate, [Shared(Across.Time)] Tensor<Slot> bias)
            {
                h = Sigmoid(rate) * h + x + 0.1 * bias;
                return Sum(Tanh(h));
            }
        }

        // Two signals and two reads; one of these lies before the token.
        [Recurrence]
        public partial struct TwoWays
        {
            [State] Tensor<Unit> fast;
            [State] Tensor<Unit> slow;

            public (Tensor<Unit> sum, Tensor<Unit> before) Step(Tensor<Unit> x, Tensor<Unit> y, [Shared(Across.Time)] Scalar a, [Shared(Across.Time)] Tensor<Unit> b)
            {
                var before = fast * b;
                fast = Sigmoid(a) * fast + SiLU(x);
                slow = Sigmoid(b) * slow + 0.1 * fast + y;
                return (fast - slow + x * y, before);
            }
        }

        // Dense, with one channel in and out: what a token brings has no axis that the transition could mix.
        [Recurrence]
        public partial struct DenseChannel
        {
            [State] Tensor<Unit> h;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Previous, Unit> A, [Shared(Across.Time)] Tensor<Unit> b, [Shared(Across.Time)] Tensor<Unit> c)
            {
                h = 0.2 * Dot(h.As<Previous>(), A) + b * x;
                return Dot(c, h);
            }
        }

        // What tokens bring stands on both sides of a parameter.
        [Recurrence]
        public partial struct Scattered
        {
            [State] Tensor<Unit> h;

            public Scalar Step(
                Scalar x, Scalar s, Scalar t, [Shared(Across.Time)] Tensor<Previous, Unit> A, [Shared(Across.Time)] Tensor<Unit> b, [Shared(Across.Time)] Tensor<Unit> c)
            {
                h = 0.2 * Dot(h.As<Previous>(), A) + x * b * s * (c * t);
                return Sum(h);
            }
        }

        // The position in a mini-batch, before and after what is convolved.
        [Recurrence(MiniBatch = 5)]
        public partial struct Placed
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, [MiniBatchIndex] Scalar position, [TokenIndex] Scalar t, [Shared(Across.Time)] Tensor<Unit> rate)
            {
                h = Sigmoid(rate) * h + x * (1 + position) * Cos(t);
                return h / (2 + position) + t;
            }
        }

        // The reads of a memory with value axes, summed only after they were gated by the token.
        [Recurrence]
        public partial struct GatedReads
        {
            [State] Tensor<Unit> h;

            public Scalar Step(Tensor<Previous> x, Tensor<Unit> gate, [Shared(Across.Time)] Tensor<Previous, Unit> B, [Shared(Across.Time)] Tensor<Unit> rate)
            {
                h = Sigmoid(rate) * h + Dot(x, B);
                return Sum(h * gate);
            }
        }

        """;

    private const string Refused =
        """
        [Recurrence]
        public partial struct DenseVector
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Previous, Unit> A)
            {
                h = 0.2 * Dot(h.As<Previous>(), A) + x;
                return h;
            }
        }

        [Recurrence]
        public partial struct TokenMatrix
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Scalar x, Tensor<Previous, Unit> A)
            {
                h = 0.2 * Dot(h.As<Previous>(), A) + x;
                return h;
            }
        }

        [Recurrence]
        public partial struct Unread
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x)
            {
                h = 0.5 * h + x;
                return x;
            }
        }

        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, TimeInvariant, Refused, Specs.GatedDeltaRule);

    /// <summary>In all lengths, layouts and modes, with every gradient, against the spec itself.</summary>
    [Theory]
    [InlineData("Average")]
    [InlineData("Oscillator")]
    [InlineData("Skipped")]
    [InlineData("FixedKeys")]
    [InlineData("Squashed")]
    [InlineData("TwoWays")]
    [InlineData("DenseChannel")]
    [InlineData("GatedReads")]
    [InlineData("Scattered")]
    [InlineData("Placed")]
    [InlineData("Seen")]
    [InlineData("SeenBefore")]
    public void TheConvolutionIsWhatTheSpecSays(string name) => Verify(s_specs.Recurrence(name));

    /// <summary>As little as possible is convolved: signals are pushed down and reads pulled up, as [axes of signal] -> [axes of read].</summary>
    [Theory]
    [InlineData("Average", "x[] -> []")]
    [InlineData("Oscillator", "x[] -> []")]
    [InlineData("FixedKeys", "v[Value] -> [Value]")]
    [InlineData("Squashed", "x[] -> [Slot], one[] -> [Slot]")]
    [InlineData("TwoWays", "token[Unit] -> [Unit], y[Unit] -> [Unit], token[Unit] -> [Unit]")]
    [InlineData("DenseChannel", "x[] -> []")]
    [InlineData("GatedReads", "token[Unit] -> [Unit]")]
    [InlineData("Scattered", "token[] -> []")]
    public void TheLeastIsConvolved(string name, string expected)
    {
        ConvolutionSplit split = Split(name, out _)!;
        string Axes(OutputInfo output) => $"[{string.Join(", ", output.Axes)}]";
        Assert.Equal(expected, string.Join(", ", split.Terms.Select(t =>
        {
            OutputInfo signal = split.Signals.Graph.Outputs[t.Signal], read = split.Response.Graph.Outputs[t.Read];
            return $"{signal.Name.Replace("Signal", "", StringComparison.Ordinal)}{Axes(signal)} -> {Axes(read)}";
        })));
    }

    /// <summary>What is added to a read of its own signals goes along with it: what is left to do after the convolution needs only these inputs.</summary>
    [Theory]
    [InlineData("Average", "gate")]
    [InlineData("Oscillator", "")]
    [InlineData("Skipped", "")]
    [InlineData("DoubledWay", "")]
    [InlineData("TwoWays", "x, y")]
    [InlineData("Squashed", "")]
    public void WhatCanBeReadIsNotMadeAfterwards(string name, string expected)
    {
        ConvolutionSplit split = Split(name, out _)!;
        StepGraph step = s_specs.Specs.Single(s => s.Graph.Name == name).Graph;
        Assert.Equal(expected, string.Join(", ", split.Readout.Inputs.Select(i => step.Inputs[i].Name)));
    }

    [Theory]
    [InlineData("DenseVector", "the update of 'h' mixes what a token brings along Unit, in Rename(h, Unit to Previous): that takes a kernel for each pair of elements")]
    [InlineData("TokenMatrix", "the transition of 'h' depends on the token, through 'A'")]
    [InlineData("Unread", "no output depends on what came before the token")]
    [InlineData("GatedDeltaRule", "the transition of 'S' depends on the token, through 'beta'")]
    public void TheReasonNamesWhatStandsInTheWay(string name, string expected)
    {
        Assert.Null(Split(name, out Obstacle? obstacle));
        Assert.Equal(expected, obstacle!.Reason);
        RecurrenceDescription description = s_specs.Recurrence(name).Description;
        Assert.Equal(expected, description.Modes.Single(m => m.Mode == Mode.Convolution).Reason);
    }

    /// <summary>Random lengths up to 16,384, decays from none to almost one: the two modes agree, also with final states and from given ones.</summary>
    [Fact]
    public void TheConvolutionIsTheRecurrentModeAtAnyLength()
    {
        IRecurrenceKernel kernel = s_specs.Recurrence("Oscillator").Kernel;
        Gen.Select(Gen.OneOf(Gen.Int[1, 300], Gen.Int[301, 16_384]), Gen.Double[-3, 9], Gen.Int[0, 1000]).Sample(
            (time, decay, seed) =>
            {
                SequenceTensor[] inputs = Sequences.Random(kernel.Description, new(1, time, 2, [4]), seed);
                inputs[1] = Sequences.Filled([.. inputs[1].Shape], () => (float)decay);
                RecurrentState state = RecurrenceRunner.Run(kernel, inputs, options: new(Mode.Recurrent)).FinalState;
                RecurrenceResult expected = RecurrenceRunner.Run(kernel, inputs, state, new(Mode.Recurrent));
                RecurrenceResult found = RecurrenceRunner.Run(kernel, inputs, state, new(Mode.Convolution));
                double error = Sequences.Error(found.Output.Data, [.. expected.Output.Data.Select(x => (double)x)]);
                Assert.True(error < 1e-5, $"T={time}, decay {decay}, seed {seed}: {error}");
            },
            iter: 12,
            threads: 1);
    }

    /// <summary>That a recurrence can be convolved, and that token by token and convolved it is what its spec says.</summary>
    internal static void Verify(RecurrenceHandle recurrence)
    {
        Assert.True(recurrence.Description.IsLegal(Mode.Convolution), recurrence.Description.Modes[^1].Reason);
        VerificationReport report = ModeVerification.Verify(recurrence, new VerificationOptions { Modes = [Mode.Recurrent, Mode.Convolution] });
        Assert.True(report.Passed, report.ToString());
    }

    private static ConvolutionSplit? Split(string name, out Obstacle? obstacle) =>
        ConvolutionSplit.Of(Analyser.Analyse(s_specs.Specs.Single(s => s.Graph.Name == name).Graph), out obstacle);
}
