using ModelDsl.Compiler.Analysis;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Which responses are sums of powers, over what they are summed, and that they are what the spec says.</summary>
public sealed class ResponsePowerTests
{
    private const string TimeInvariant =
        """
        // One average after another: each goes on with what the last one has made of the token.
        [Recurrence]
        public partial struct Cascade
        {
            [State] Tensor<Slot> first;
            [State] Tensor<Slot> second;
            [State] Tensor<Slot> third;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> a, [Shared(Across.Time)] Scalar b, [Shared(Across.Time)] Tensor<Slot> c)
            {
                first = Sigmoid(a) * first + x;
                second = Sigmoid(b) * second + 0.5 * first;
                third = 0.4 * third + c * (second - first);
                return Sum(third);
            }
        }

        // A state with an axis of its own and one of the token's, which is read over either.
        [Recurrence]
        public partial struct Plane
        {
            [State] Tensor<Unit, Slot> h;

            public (Tensor<Unit> y, Tensor<Unit, Slot> z) Step(
                Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit, Slot> a, [Shared(Across.Time)] Tensor<Slot> b, [Shared(Across.Time)] Tensor<Slot> c, [Shared(Across.Time)] Tensor<Unit> d)
            {
                h = Sigmoid(a) * h + Outer(x, b);
                return (Dot(h, c) + d * x, Where(c, h, 0));
            }
        }

        // The read brings an axis: every element of it has coefficients of its own.
        [Recurrence]
        public partial struct Spread
        {
            [State] Tensor<Slot> h;

            public Tensor<Unit> Step(Scalar x, [Shared(Across.Time | Across.Heads)] Tensor<Slot> a, [Shared(Across.Time)] Tensor<Unit, Slot> c)
            {
                h = Sigmoid(a) * h - x / 2;
                return -Dot(c, h) / 4;
            }
        }

        // States of different axes, and one that nothing but a constant enters.
        [Recurrence]
        public partial struct Apart
        {
            [State] Tensor<Slot> h;
            [State] Tensor<Unit> g;
            [State] Scalar s;

            public Scalar Step(
                Scalar x, Scalar y, [Shared(Across.Time)] Tensor<Slot> a, [Shared(Across.Time)] Tensor<Unit> b, [Shared(Across.Time)] Tensor<Slot> c)
            {
                h = Sigmoid(a) * h + x;
                g = Sigmoid(b) * g + b * y;
                s = 0.5 * s + 1;
                return Dot(c, h) - Sum(g) + s;
            }
        }

        // Five that depend on each other are too many.
        [Recurrence]
        public partial struct Ring
        {
            [State] Scalar a;
            [State] Scalar b;
            [State] Scalar c;
            [State] Scalar d;
            [State] Scalar e;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Scalar gate)
            {
                var last = e;
                (e, d, c, b, a) = (d / 2, c / 2, b / 2, a / 2, Sigmoid(gate) * last + x);
                return e - b;
            }
        }

        // A delay line for each unit, read before and after the token, and one element of it alone; beside it a state that decays.
        [Recurrence]
        public partial struct Lines
        {
            [State] Tensor<Unit> h;
            [State] Tensor<Slot, Unit> line;

            public (Tensor<Unit> y, Scalar z) Step(
                Tensor<Unit> x, Scalar s, [Shared(Across.Time)] Tensor<Slot, Unit> c, [Shared(Across.Time | Across.Heads)] Tensor<Slot> w, [Shared(Across.Time)] Tensor<Unit> a)
            {
                var before = Sum(c * line, Over<Slot>()) - line[1];
                h = Sigmoid(a) * h + x;
                line = Push(line, a * x + 0.5 * s);
                return (SiLU(Dot(w, line) + h) + before, Sum(Dot(w, Shift(line, Over<Slot>(), 2)) * a));
            }
        }

        // The last elements of a line that is moved by two places a token, and read further down.
        [Recurrence]
        public partial struct Strides
        {
            [State] Tensor<Slot> line;

            public (Scalar y, Tensor<Unit> z) Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> c, [Shared(Across.Time)] Tensor<Slot, Unit> w)
            {
                var before = line;
                line = Push(Shift(line, 1), x);
                return (Dot(c, line) / 2, Dot(w, Shift(before, 1)) + Sum(w * Shift(before, -1), Over<Slot>()));
            }
        }

        // What comes in is spread over the line.
        [Recurrence]
        public partial struct SpreadEntry
        {
            [State] Tensor<Slot> line;

            public (Scalar y, Tensor<Unit> z) Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> b, [Shared(Across.Time)] Tensor<Slot> c, [Shared(Across.Time)] Tensor<Slot, Unit> w)
            {
                var before = line;
                line = Shift(line, 1) + b * x;
                return (Dot(c, line), Dot(w, Shift(before, -2)));
            }
        }

        // Elements that move.
        [Recurrence]
        public partial struct Window
        {
            [State] Tensor<Slot> h;

            public Scalar Step(Scalar x, [Shared(Across.Time)] Tensor<Slot> c)
            {
                h = Push(h, x);
                return Dot(c, h);
            }
        }

        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, TimeInvariant);

    /// <summary>In all lengths, layouts and modes, with every gradient, against the spec itself.</summary>
    [Theory]
    [InlineData("Cascade")]
    [InlineData("Plane")]
    [InlineData("Spread")]
    [InlineData("Apart")]
    [InlineData("Ring")]
    [InlineData("Window")]
    [InlineData("Lines")]
    [InlineData("Strides")]
    [InlineData("SpreadEntry")]
    public void TheResponseIsWhatTheSpecSays(string name) => ConvolutionTests.Verify(s_specs.Recurrence(name));

    /// <summary>For each term the groups of states that are summed, as states[summed axes], and the delay lines that are read, as axis, where it enters, step and how much further it is found.</summary>
    [Theory]
    [InlineData("Cascade", "3[Slot]")]
    [InlineData("Plane", "1[Slot]; 1[]")]
    [InlineData("Spread", "1[Slot]")]
    [InlineData("Apart", "1[Slot]; 1[Unit]; 1[]")]
    [InlineData("Ring", null)]
    [InlineData("Window", "Slot from 0 by 1 + 1")]
    [InlineData("Lines", "Slot from 0 by 1 + 0; 1[]; Slot from 0 by 1 + 1; Slot from 0 by 1 + 3")]
    [InlineData("Strides", "Slot from 0 by 2 + 2; Slot from 0 by 2 + 1 + Slot from 0 by 2 + -1")]
    [InlineData("SpreadEntry", "Slot from -1 by 1 + 1; Slot from -1 by 1 + -2")]
    public void StatesThatDependOnEachOtherAreOnePower(string name, string? expected)
    {
        ConvolutionSplit split = ConvolutionSplit.Of(Analyser.Analyse(s_specs.Specs.Single(s => s.Graph.Name == name).Graph), out _)!;
        Assert.Equal(expected, split.Powers is not { } powers ? null : string.Join("; ", powers.Terms.Select(
            t => string.Join(" + ", t.Groups.Select(g => $"{g.Entry.Count}[{string.Join(", ", g.Summed)}]").Concat(t.Moves.Select(m => $"{m.Axis} from {m.Start} by {m.Step} + {m.Offset}"))))));
    }

    /// <summary>More elements than are summed at once, and lengths around whole spans.</summary>
    [Theory]
    [InlineData("Cascade", 65)]
    [InlineData("Plane", 66)]
    [InlineData("Spread", 290)]
    public void ManyElementsAreSummedInParts(string name, int time)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        RecurrenceDescription description = recurrence.Description;
        var shape = new SequenceShape(2, time, 3, [.. description.Axes.Select(a => a.Name == "Slot" ? 150 : 3)]);
        SequenceTensor[] inputs = Sequences.Random(description, shape, seed: 1, 0.5f);
        SequenceTensor[] gradients = [.. description.Outputs.Select((_, i) => Sequences.Filled(description.OutputShape(i, shape), new Random(i).NextSingle))];
        SequenceTensor[][] results = [.. new[] { Mode.Recurrent, Mode.Convolution }.Select(mode => (SequenceTensor[])
        [
            .. RecurrenceRunner.Run(recurrence.Kernel, inputs, options: new(mode)).Outputs,
            .. RecurrenceRunner.Gradient(recurrence.Kernel, inputs, null, gradients, options: new(mode)).Inputs,
        ])];
        foreach ((SequenceTensor expected, SequenceTensor found) in results[0].Zip(results[1]))
        {
            Assert.InRange(Sequences.Error(found.Data, [.. expected.Data.Select(x => (double)x)]), 0, 1e-5);
        }
    }

    /// <summary>Blocks of channels are shared by threads, and gradients are added in an order of their own.</summary>
    [Theory]
    [InlineData("Cascade")]
    [InlineData("Plane")]
    [InlineData("Spread")]
    public void BitsDoNotDependOnTheThreads(string name) => Assert.Empty(ThreadBits.Differences(s_specs.Recurrence(name), seed: 1));
}
