using CsCheck;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// The laws of the operator that the parallel scan composes over another semiring than the numbers': what a span does to a state is b (+) (a + state), the map of one span
/// after another is (a' + a, b' (+) (a' + b)), which is associative, and the gradient goes back through the derivative of the map. Maps are taken from runs on a state that
/// nothing else reaches, and on the semiring's zero.
/// </summary>
public sealed class SemiringLawTests
{
    // A number as far away is held to 4e-6, and a multiplier is what such numbers differ by.
    private const double Bound = 2e-5, FarAway = 32;
    private const int Units = 5;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, Spec("Largest", "Max"), Spec("Smallest", "Min"), Spec("LogOfSum", "LogAddExp"));

    [Theory]
    [InlineData("Largest")]
    [InlineData("Smallest")]
    [InlineData("LogOfSum")]
    public void SpansComposeAssociatively(string name)
    {
        IRecurrenceKernel kernel = s_specs.Recurrence(name).Kernel;
        var random = new PCG(1, 13);
        for (int trial = 0; trial < 12; trial++)
        {
            (int a, int b, int c, int chunk, int seed) = Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 1 << 20]).Generate(random, null, out _);
            SequenceTensor[] inputs = Sequences.Random(kernel.Description, new(1, a + b + c, 1, [Units]), seed, 0.9f);
            var options = new RunOptions(Mode.ParallelScan, ChunkSize: chunk);
            Map Of(int first, int tokens) => Map.Of(kernel, name, Part(inputs, first, tokens), options);
            Map first = Of(0, a), second = Of(a, b), third = Of(a + b, c), all = Of(0, a + b + c);
            string at = $"{name}: spans of {a}, {b} and {c} tokens in chunks of {chunk}, seed {seed}";
            Same(first.Then(second), Of(0, a + b), at);
            Same(second.Then(third), Of(a, b + c), at);
            Same(first.Then(second).Then(third), all, at);
            Same(first.Then(second.Then(third)), all, at);

            // The gradient of what a state becomes.
            SequenceTensor state = Sequences.Filled([1, 1, Units], new Random(seed).NextSingle), one = Sequences.Filled([1, 1, Units], () => 1);
            float[] gradient = RecurrenceRunner.Gradient(
                kernel, inputs, new RecurrentState(kernel.Description, [state]), [null], new RecurrentState(kernel.Description, [one]), options).InitialState.Tensors[0].Data;
            for (int u = 0; u < Units; u++)
            {
                Assert.True(Math.Abs(all.Slope(u, state.Data[u]) - gradient[u]) <= 1e-4, $"{at}: a gradient of {gradient[u]}, not {all.Slope(u, state.Data[u])}");
            }
        }
    }

    private static SequenceTensor[] Part(SequenceTensor[] inputs, int first, int tokens) =>
        [.. inputs.Select(x => new SequenceTensor(x.Data[(first * Units)..((first + tokens) * Units)], [1, tokens, 1, Units]))];

    private static void Same(Map found, Map expected, string at)
    {
        double distance = found.Distance(expected);
        Assert.True(distance <= Bound, $"{at}: {distance:0.0e0}");
    }

    private static string Spec(string name, string plus) =>
        $$"""
        [Recurrence(Require = Mode.ParallelScan)]
        public partial struct {{name}}
        {
            [State] Tensor<Unit> m;

            public Tensor<Unit> Step(Tensor<Unit> f, Tensor<Unit> i) => m = {{plus}}(f + m, i);
        }

        """;

    /// <summary>state -> b (+) (a + state)</summary>
    private sealed record Map(string Name, double[] A, double[] B)
    {
        private double Sign => Name == "Smallest" ? -1 : 1;

        public static Map Of(IRecurrenceKernel kernel, string name, SequenceTensor[] inputs, RunOptions options)
        {
            double sign = name == "Smallest" ? -1 : 1;
            double[] From(double state) =>
                [.. RecurrenceRunner.Run(kernel, inputs, new RecurrentState(kernel.Description, [Sequences.Filled([1, 1, Units], () => (float)state)]), options).FinalState.Tensors[0].Data];
            return new(name, [.. From(sign * FarAway).Select(x => x - (sign * FarAway))], From(sign * double.NegativeInfinity));
        }

        public Map Then(Map next) => new(Name, [.. A.Zip(next.A, (a, b) => a + b)], [.. B.Select((b, u) => Plus(next.B[u], next.A[u] + b))]);

        /// <summary>The largest difference.</summary>
        public double Distance(Map other) => Math.Max(Distance(A, other.A), Distance(B, other.B));

        public double Slope(int u, double state)
        {
            double difference = A[u] + state - B[u];
            return Name == "LogOfSum" ? 1 / (1 + Math.Exp(-difference)) : Sign * difference > 0 ? 1 : 0;
        }

        private static double Distance(double[] found, double[] expected) => found.Zip(expected, (x, y) => double.IsFinite(x) ? Math.Abs(x - y) : double.PositiveInfinity).Max();

        private double Plus(double x, double y) => Name switch
        {
            "Largest" => Math.Max(x, y),
            "Smallest" => Math.Min(x, y),
            _ => Math.Log(Math.Exp(x) + Math.Exp(y)),
        };
    }
}
