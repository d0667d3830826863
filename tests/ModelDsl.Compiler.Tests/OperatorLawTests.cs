using CsCheck;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// The laws of the operator that the parallel scan composes, for each structure class. What a span of tokens does to the states of a component is an affine map,
/// and the map of one span after another is their composition: it is associative, the map of no tokens is its identity, and the gradient goes back through its
/// transpose. Maps are taken from runs on unit states, which sit beside each other in the batch.
/// </summary>
public sealed class OperatorLawTests
{
    private const double Bound = 1e-5;

    private const string More =
        """
        [Recurrence]
        public partial struct Average
        {
            [State] Scalar h;

            public Scalar Step(Scalar x, Scalar a) => h = Tanh(a) * h + x;
        }

        [Recurrence]
        public partial struct Last
        {
            [State] Tensor<Unit> last;

            public Tensor<Unit> Step(Tensor<Unit> x, Scalar reset)
            {
                var before = last;
                last = x;
                return before;
            }
        }

        [Recurrence]
        public partial struct Turned
        {
            [State] ComplexTensor<Unit> z;

            public ComplexTensor<Unit> Step(ComplexTensor<Unit> x, Tensor<Unit> a, Tensor<Unit> angle) => z = Polar(Sigmoid(a), 3 * angle) * z + x;
        }

        [Recurrence]
        public partial struct Householder
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit> k, Scalar a)
            {
                var n = L2Normalize(k, 1e-2);
                h = Sigmoid(a) * (h - 2 * n * Dot(n, h)) + x;
                return h;
            }
        }

        [Recurrence]
        public partial struct TokenMatrix
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> x, Tensor<Unit, Previous> A) => h = 0.4 * Dot(A, h.As<Previous>()) + x;
        }

        [Recurrence]
        public partial struct ComplexDense
        {
            [State] ComplexTensor<Unit> z;

            public ComplexTensor<Unit> Step(ComplexTensor<Unit> x, [Shared(Across.Time)] ComplexTensor<Unit, Previous> A) => z = 0.3 * Dot(A, z.As<Previous>()) + x;
        }

        [Recurrence]
        public partial struct DelayLine
        {
            [State] Tensor<Slot, Unit> history;

            public Tensor<Unit> Step(Tensor<Unit> x, [Shared(Across.Time)] Tensor<Slot> w)
            {
                history = Push(history, x);
                return Dot(w, history);
            }
        }

        [Recurrence]
        public partial struct CubeMemory
        {
            [State] Tensor<Key, Value, Slot> S;

            public Tensor<Value, Slot> Step(Tensor<Key> q, Tensor<Key> k, Tensor<Value> v, Tensor<Slot> w, Scalar a)
            {
                S = Tanh(a) * S + Outer(k, Outer(v, w));
                return Dot(q, S);
            }
        }
        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(
        Specs.Axes, More, Specs.Multiplied, Specs.ScalarDecay, Specs.KeyDecay, Specs.GatedDeltaRule, Specs.ValueFeedback, Specs.Oscillator, Specs.Dense, Specs.DelayedFeedback);

    /// <summary>Three spans, any of which may be empty, and how many tokens a chunk of them has.</summary>
    private static readonly Gen<(int A, int B, int C, int Chunk, int Seed)> s_spans =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[0, 9], Gen.Int[1, 9], Gen.Int[0, 1 << 20]).Where(s => s.Item1 + s.Item2 + s.Item3 > 0);

    [Theory]
    [InlineData("Average", "elementwise decay, general input")]
    [InlineData("Multiplied", "elementwise decay, general input")]
    [InlineData("Last", "shift")]
    [InlineData("Oscillator", "coupled elementwise states, general input")]
    [InlineData("Turned", "coupled elementwise states, general input")]
    [InlineData("ScalarDecay", "elementwise decay, rank-1 writes")]
    [InlineData("KeyDecay", "elementwise decay, rank-1 writes")]
    [InlineData("CubeMemory", "elementwise decay, rank-1 writes")]
    [InlineData("GatedDeltaRule", "decay + feedback writes")]
    [InlineData("ValueFeedback", "decay + feedback writes")]
    [InlineData("Householder", "dense, token-dependent")]
    [InlineData("Dense", "dense, time-invariant")]
    [InlineData("ComplexDense", "dense, time-invariant")]
    [InlineData("TokenMatrix", "dense, token-dependent")]
    [InlineData("DelayLine", "elements that move, general input")]
    [InlineData("DelayedFeedback", "dense, token-dependent")]
    public void SpansComposeAssociatively(string name, string structure)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        Assert.Equal(structure, recurrence.Description.StructureClass);
        var random = new PCG(1, 13);
        for (int i = 0; i < 12; i++)
        {
            (int a, int b, int c, int chunk, int seed) = s_spans.Generate(random, null, out _);
            Spans spans = new(recurrence.Kernel, a + b + c, chunk, seed);
            AffineMap first = spans.Map(0, a), second = spans.Map(a, b), third = spans.Map(a + b, c), all = spans.Map(0, a + b + c);
            string at = $"{name}: spans of {a}, {b} and {c} tokens in chunks of {chunk}, seed {seed}";

            // Of two spans the map is the composition; and of three, whichever two are put together first.
            Same(first.Then(second), spans.Map(0, a + b), at);
            Same(second.Then(third), spans.Map(a, b + c), at);
            Same(first.Then(second).Then(third), all, at);
            Same(first.Then(second.Then(third)), all, at);
            Same(spans.Map(0, a + b).Then(third), all, at);
            Same(first.Then(spans.Map(a, b + c)), all, at);

            // No tokens: to the bit.
            AffineMap none = spans.Map(a, 0);
            Assert.True(none.IsIdentity, $"{at}: an empty span changes a state");
            Assert.True(none.Then(all).Distance(all) == 0 && all.Then(none).Distance(all) == 0, at);

            double transposed = spans.TransposedDistance(all);
            Assert.True(transposed <= Bound, $"{at}: the gradient goes back through another matrix: {transposed:0.0e0}");
        }
    }

    private static void Same(AffineMap found, AffineMap expected, string at)
    {
        double distance = found.Distance(expected);
        Assert.True(distance <= Bound, $"{at}: {distance:0.0e0}");
    }
}
