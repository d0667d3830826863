using System.Text;
using ModelDsl.Testing;
using VerifyXunit;

namespace ModelDsl.Compiler.Tests;

/// <summary>What the compiler finds out about a spec: the class of its structure, its normal form, its modes and why the others are not.</summary>
public sealed class AnalysisTests
{
    private const string MoreSpecs =
        """
        [Recurrence]
        public partial struct LinearAttention
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
            {
                var before = Dot(q, S);
                S += Outer(k, v);
                return before;
            }
        }

        [Recurrence]
        public partial struct Normalised
        {
            [State] Tensor<Key> n;
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v)
            {
                var key = Softmax(k);
                S = 0.9 * S + Outer(key, v);
                n = 0.9 * n + key;
                return Dot(q, S) / Dot(q, n);
            }
        }

        [Recurrence]
        public partial struct TwoMemories
        {
            [State] Tensor<Value, Slot> Second;
            [State] Tensor<Key, Value> First;

            public Tensor<Slot> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Slot> w)
            {
                First += Outer(k, v);
                var address = Softmax(Dot(q, First));
                Second += Outer(address, w);
                return Dot(address, Second);
            }
        }

        [Recurrence]
        public partial struct DeltaProduct
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Key> k2, Tensor<Value> v)
            {
                S -= Outer(k, Dot(k, S) - v);
                S -= Outer(k2, Dot(k2, S));
                return Dot(q, S);
            }
        }

        [Recurrence]
        public partial struct NineWrites
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v)
            {
                for (int i = 0; i < 9; i++)
                {
                    S += Outer(k, 0.1 * v - 0.01 * Dot(k, S));
                }

                return Dot(k, S);
            }
        }

        [Recurrence]
        public partial struct Gru
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit> z)
            {
                h = z * h + (1 - z) * Tanh(x + h);
                return h;
            }
        }

        [Recurrence]
        public partial struct SquaredReads
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v)
            {
                S += Outer(k, v - Square(Dot(k, S)));
                return Dot(k, S);
            }
        }

        [Recurrence]
        public partial struct Dense
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Previous, Unit> A)
            {
                h = Dot(h.As<Previous>(), A) + x;
                return h;
            }
        }

        [Recurrence]
        public partial struct Entangled
        {
            [State] Scalar a;
            [State] Scalar b;

            public Scalar Step(Scalar x)
            {
                var next = 0.5 * b + x;
                b = 0.5 * a - x;
                a = next;
                return a + b;
            }
        }

        [Recurrence]
        public partial struct Convolved
        {
            [State] Tensor<Unit> one;
            [State] Tensor<Unit> two;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Unit> a, [Shared(Across.Time)] Tensor<Unit> b)
            {
                var y = x + a * one + b * two;
                two = one;
                one = x;
                return SiLU(y);
            }
        }

        [Recurrence]
        public partial struct Reset
        {
            [State] Tensor<Key, Value> S;

            public Tensor<Value> Step(Tensor<Key> k, Tensor<Value> v, Scalar first, Tensor<Value> decay)
            {
                S = Where(first > 0.5, 0, Sigmoid(decay) * S);
                S = (S + Outer(k, v)) / 2;
                return Dot(k, S);
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(
        Specs.Axes, Specs.GatedDeltaRule, Specs.SelectiveScan, Specs.Cell, Specs.ShiftedMemory, Specs.ValueFeedback, MoreSpecs);

    [Theory]
    [InlineData("GatedDeltaRule", "decay + feedback writes")]
    [InlineData("LinearAttention", "elementwise decay, rank-1 writes")]
    [InlineData("SelectiveScan", "elementwise decay, general input")]
    [InlineData("ShiftedMemory", "shift, then elementwise decay, rank-1 writes")]
    [InlineData("TwoMemories", "elementwise decay, rank-1 writes")]
    [InlineData("Convolved", "shift")]
    [InlineData("Dense", "dense, time-invariant")]
    [InlineData("NineWrites", "dense, token-dependent")]
    [InlineData("Entangled", "coupled elementwise states, general input")]
    [InlineData("Cell", "nonlinear in the state")]
    public void TheStructureHasAName(string name, string expected) => Assert.Equal(expected, s_specs.Recurrence(name).Description.StructureClass);

    [Theory]
    [InlineData("GatedDeltaRule", true)]
    [InlineData("TwoMemories", true)]
    [InlineData("ValueFeedback", true)]
    [InlineData("DeltaProduct", true)]
    [InlineData("Convolved", true)]
    [InlineData("Gru", false)]
    [InlineData("SquaredReads", false)]
    [InlineData("Entangled", true)]
    public void AllModesButConvolutionAreLegalOrOnlyTheRecurrentOne(string name, bool parallel) => Assert.Equal(
        parallel ? [Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan, Mode.Quadratic] : [Mode.Recurrent],
        s_specs.Recurrence(name).Description.LegalModes.Where(m => m != Mode.Convolution));

    /// <summary>The reason shows the term that stands in the way, as its author wrote it.</summary>
    [Theory]
    [InlineData("Gru", "Tanh(x + h)")]
    [InlineData("Cell", "Sigmoid(gate + mixed)")]
    [InlineData("SquaredReads", "Sum(k * S over Key) * Sum(k * S over Key)")]
    public void TheReasonNamesTheTerm(string name, string expected) =>
        Assert.Contains(expected, s_specs.Recurrence(name).Description.Modes.Single(m => m.Mode == Mode.ParallelScan).Reason);

    /// <summary>A dense transition has summaries, but no chunk that is cheaper than its tokens.</summary>
    [Theory]
    [InlineData("Dense")]
    [InlineData("NineWrites")]
    public void ADenseTransitionRunsTokenByTokenOrAsAScan(string name)
    {
        RecurrenceDescription description = s_specs.Recurrence(name).Description;
        Assert.Equal([Mode.Recurrent, Mode.ParallelScan], description.LegalModes);
        Assert.True(description.HasDenseTransition);
        Assert.Contains("dense", description.Modes.Single(m => m.Mode == Mode.Chunkwise).Reason);
    }

    /// <summary>What no engine takes runs token by token, and is right.</summary>
    [Fact]
    public void MoreWritesThanAnEngineTakesRunTokenByToken()
    {
        VerificationReport report = ModeVerification.Verify(s_specs.Recurrence("NineWrites"), new VerificationOptions { Lengths = [5] });
        Assert.True(report.Passed, report.ToString());
    }

    /// <summary>States are evaluated in the order in which they use each other, not in that of their declaration.</summary>
    [Fact]
    public void StrataComeInOrderOfUse()
    {
        string normalForm = s_specs.Recurrence("TwoMemories").Description.NormalForm;
        Assert.True(normalForm.IndexOf("First <-", StringComparison.Ordinal) < normalForm.IndexOf("Second <-", StringComparison.Ordinal), normalForm);
    }

    /// <summary>Multiplied out, or read once for each use, it would take for ever.</summary>
    [Fact]
    public void AComplexDecayThatIsSquaredManyTimesStaysWhatItIs()
    {
        using CompiledSpecs specs = SpecCompiler.Compile(
            Specs.Axes,
            """
            [Recurrence]
            public partial struct Squared
            {
                [State] ComplexTensor<Key, Value> S;

                public ComplexTensor<Value> Step(ComplexTensor<Key> k, ComplexTensor<Value> v, Scalar phase)
                {
                    var decay = Polar(0.9, phase);
                    for (int i = 0; i < 40; i++)
                    {
                        decay *= decay;
                    }

                    S = decay * S;
                    S += Outer(k, v - Dot(Conjugate(k), S));
                    return Dot(k, S);
                }
            }
            """);
        Assert.Equal([Mode.Recurrent, Mode.ParallelScan], specs.Recurrence("Squared").Description.LegalModes);
    }

    [Fact]
    public Task Findings()
    {
        var text = new StringBuilder();
        foreach (string name in s_specs.Specs.Select(s => s.Graph.Name).Order(StringComparer.Ordinal))
        {
            RecurrenceDescription description = s_specs.Recurrence(name).Description;
            text.Append($"{name}: {description.StructureClass}\n");
            foreach (string line in description.NormalForm.Split('\n'))
            {
                text.Append($"    {line}\n");
            }

            foreach (ModeDescription mode in description.Modes)
            {
                text.Append($"  {mode.Mode}: {(mode.IsLegal ? $"{mode.CostPerToken} operations" : $"no, {mode.Reason}")}\n");
            }

            text.Append('\n');
        }

        return Verifier.Verify(text.ToString(), "txt");
    }
}
