using ModelDsl.Compiler.Analysis;
using ModelDsl.Compiler.Graph;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Time-invariant recurrences of which only some states can be convolved: the others are carried by what comes after the convolution, or convolved there in their turn.</summary>
public sealed class KeptStateTests
{
    private const string InPart =
        """
        // A filter, a nonlinearity, and a filter of what comes out.
        [Recurrence]
        public partial struct Stacked
        {
            [State] Tensor<Unit> h;
            [State] Tensor<Unit> g;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit> a)
            {
                h = Sigmoid(a) * h + x;
                g = Sigmoid(a) * g + Tanh(h);
                return g + 0.1 * h * x;
            }
        }

        // Three layers: the second one turns, the third one is gated by the first one's past; each sees the token, too.
        [Recurrence]
        public partial struct Deep
        {
            [State] Tensor<Slot> low;
            [State] ComplexTensor<Unit> middle;
            [State] Tensor<Unit> top;

            public (Scalar y, Tensor<Unit> z) Step(
                Scalar x, Tensor<Unit> gate,
                [Shared(Across.Time)] Tensor<Slot> a, [Shared(Across.Time)] Tensor<Slot> c, [Shared(Across.Time)] Tensor<Unit> decay, [Shared(Across.Time)] Tensor<Unit> angle,
                [Shared(Across.Time)] ComplexTensor<Unit> b)
            {
                var before = Dot(c, low);
                low = Sigmoid(a) * low + x;
                middle = Polar(Sigmoid(decay), 2 * angle) * middle + b * (SiLU(Dot(c, low)) + x);
                top = Sigmoid(decay + 1) * top + Tanh(0.3 * middle.Re) * SiLU(gate) + 0.1 * before;
                return (Sum(top) + before, middle.Im);
            }
        }

        // A filter whose outputs come back through a matrix, with the last output beside the next one.
        [Recurrence]
        public partial struct Feedback
        {
            [State] Tensor<Slot, Unit> history;
            [State] Tensor<Unit> last;
            [State] Tensor<Unit> beforeLast;

            public Tensor<Unit> Step(Tensor<Unit> x, Scalar s, [Shared(Across.Time)] Tensor<Slot> w, [Shared(Across.Time)] Tensor<Previous, Unit> A, [Shared(Across.Time)] Tensor<Unit> d)
            {
                history = Push(history, x);
                var y = Dot(w, history) + 0.2 * Dot(last.As<Previous>(), A) - 0.3 * beforeLast + d * x;
                beforeLast = last;
                last = y;
                return s * y;
            }
        }

        // What is carried counts tokens, and reads the convolved state before and after the token.
        [Recurrence(MiniBatch = 5)]
        public partial struct Counted
        {
            [State] Tensor<Unit> h;
            [State] Tensor<Unit> g;

            public Tensor<Unit> Step(Tensor<Unit> x, [TokenIndex] Scalar t, [MiniBatchIndex] Scalar position, [Shared(Across.Time)] Tensor<Unit> a, [Shared(Across.Time)] Tensor<Previous, Unit> A)
            {
                var before = h;
                h = Sigmoid(a) * h + x * Cos(t);
                g = 0.2 * Dot(g.As<Previous>(), A) + h / (1 + position) + Tanh(before);
                return g - before + t;
            }
        }

        """;

    private const string Refused =
        """
        // The only state with a response forgets everything at once.
        [Recurrence]
        public partial struct Shifted
        {
            [State] Tensor<Unit> h;
            [State] Tensor<Unit> last;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Previous, Unit> A)
            {
                h = 0.2 * Dot(h.As<Previous>(), A) + x + 0.5 * last;
                last = x;
                return h;
            }
        }

        // What comes out of the filter is a gate: what the second state makes of its past differs from token to token.
        [Recurrence]
        public partial struct GatedByFilter
        {
            [State] Tensor<Unit> h;
            [State] Tensor<Unit> g;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit> a)
            {
                h = Sigmoid(a) * h + x;
                g = Sigmoid(h) * g + x;
                return g;
            }
        }

        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, InPart, Refused);

    /// <summary>In all lengths, layouts and modes, with every gradient, against the spec itself.</summary>
    [Theory]
    [InlineData("Stacked")]
    [InlineData("Deep")]
    [InlineData("Feedback")]
    [InlineData("Counted")]
    public void TheConvolutionIsWhatTheSpecSays(string name) => ConvolutionTests.Verify(s_specs.Recurrence(name));

    [Theory]
    [InlineData("Stacked", "'g' is carried behind the convolution, since the update of 'g' is not linear in the states, because of Tanh((Sigmoid(a) * h) + x)")]
    [InlineData("Feedback", "'last' and 'beforeLast' are carried behind the convolution, since the update of 'last' mixes what a token brings along Unit, in Rename(last, Unit to Previous): that takes a kernel for each pair of elements")]
    public void TheReasonSaysWhatIsNotConvolved(string name, string expected)
    {
        ModeDescription mode = s_specs.Recurrence(name).Description.Modes.Single(m => m.Mode == Mode.Convolution);
        Assert.Equal("the transition does not depend on the token; " + expected, mode.Reason);
    }

    /// <summary>States behind a convolution are convolved in their turn where they can be, to any depth.</summary>
    [Theory]
    [InlineData("Stacked", "h / g")]
    [InlineData("Deep", "low / middleRe middleIm / top")]
    [InlineData("Feedback", "history")]
    public void WhatIsCarriedIsConvolvedInItsTurn(string name, string expected)
    {
        StepGraph step = s_specs.Specs.Single(s => s.Graph.Name == name).Graph;
        List<string> layers = [];
        while (step.States.Count > 0 && ConvolutionSplit.Of(Analyser.Analyse(step), out _) is { } split)
        {
            layers.Add(string.Join(' ', split.Response.Graph.States.Select(s => s.Name)));
            step = split.Readout.Graph;
        }

        Assert.Equal(expected, string.Join(" / ", layers));
    }

    [Theory]
    [InlineData("Shifted", "the update of 'h' mixes what a token brings along Unit, in Rename(h, Unit to Previous): that takes a kernel for each pair of elements")]
    [InlineData("GatedByFilter", "the transition of 'g' depends on the token, through 'hNext'")]
    public void TheReasonNamesWhatStandsInTheWay(string name, string expected) =>
        Assert.Equal(expected, s_specs.Recurrence(name).Description.Modes.Single(m => m.Mode == Mode.Convolution).Reason);
}
