using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Running maxima, minima and logarithms of sums over 65,536 tokens, from states that are nothing yet, with gates that hold, fade and cut: values and gradients against a
/// loop in double precision.
/// </summary>
public sealed class SemiringExtremeTests
{
    private const int Time = 65_536, Heads = 2, Units = 3, Row = Heads * Units;

    /// <summary>From none at all to a cut, and nothing that a sum of float32 numbers would round: whether one number is the larger then hangs on no rounding.</summary>
    private static readonly float[] s_steps = [0, 0, 0, -1f / 64, -0.125f, -0.5f, -4, -30, -60];

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(Specs.Axes, Spec("Largest", "Max"), Spec("Smallest", "Min"), Spec("LogOfSum", "LogAddExp"));

    [Theory]
    [InlineData("Largest", 0)]
    [InlineData("Largest", -1e30f)]
    [InlineData("Largest", float.NegativeInfinity)]
    [InlineData("Smallest", 0)]
    [InlineData("Smallest", 1e30f)]
    [InlineData("Smallest", float.PositiveInfinity)]
    [InlineData("LogOfSum", 0)]
    [InlineData("LogOfSum", -1e30f)]
    [InlineData("LogOfSum", float.NegativeInfinity)]
    public void LongSequencesStayExact(string name, float start)
    {
        IRecurrenceKernel kernel = s_specs.Recurrence(name).Kernel;
        var random = new Random(5);
        float sign = name == "Smallest" ? -1 : 1;
        SequenceTensor f = Sequences.Filled([1, Time, Heads, Units], () => sign * s_steps[random.Next(s_steps.Length)]);
        SequenceTensor x = Sequences.Filled([1, Time, Heads, Units], () => random.Next(-64, 65) / 64f);
        SequenceTensor dy = Sequences.Filled([1, Time, Heads, Units], () => (2 * random.NextSingle()) - 1);

        // A stretch that only holds, one that only cuts, and tokens that have nothing to say.
        f.Data.AsSpan(20_000 * Row, 1000 * Row).Clear();
        f.Data.AsSpan(40_000 * Row, 1000 * Row).Fill(sign * float.NegativeInfinity);
        x.Data.AsSpan(50_000 * Row, 10 * Row).Fill(sign * float.NegativeInfinity);
        var state = new RecurrentState(kernel.Description, [Sequences.Filled([1, Heads, Units], () => start)]);
        (double[] y, double[] df, double[] dx) = Expected(name, f.Data, x.Data, dy.Data, start);
        foreach (Mode mode in new[] { Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan })
        {
            var options = new RunOptions(mode);
            Holds(RecurrenceRunner.Run(kernel, [f, x], state, options).Output, y, 1e-5, $"{mode}: y");
            RecurrenceGradients gradients = RecurrenceRunner.Gradient(kernel, [f, x], state, [dy], options: options);
            Holds(gradients.Inputs[0], df, 1e-4, $"{mode}: df");
            Holds(gradients.Inputs[1], dx, 1e-4, $"{mode}: dx");
            Assert.All(gradients.InitialState.Tensors[0].Data, g => Assert.True(float.IsFinite(g)));
        }

        void Holds(SequenceTensor found, double[] expected, double bound, string what)
        {
            double error = Sequences.Error(found.Data, expected);
            Assert.True(error <= bound, $"{name} from {start}, {what} is off by {error:0.0e0}.");
        }
    }

    /// <summary>What adds next to nothing to a sum has next to no gradient, but that one is right.</summary>
    [Fact]
    public void ASmallShareIsNotRoundedAway()
    {
        const int Tokens = 20;
        var random = new Random(5);
        IRecurrenceKernel kernel = s_specs.Recurrence("LogOfSum").Kernel;
        SequenceTensor f = SequenceTensor.Zeros([1, Tokens, Heads, Units]);
        SequenceTensor x = Sequences.Filled([1, Tokens, Heads, Units], random.NextSingle), dy = Sequences.Filled([1, Tokens, Heads, Units], () => 1);
        var state = new RecurrentState(kernel.Description, [Sequences.Filled([1, Heads, Units], () => 40)]);
        double[] expected = Expected("LogOfSum", f.Data, x.Data, dy.Data, 40).Dx;
        Assert.All([Mode.Recurrent, Mode.ParallelScan, Mode.Quadratic], mode =>
        {
            float[] dx = RecurrenceRunner.Gradient(kernel, [f, x], state, [dy], options: new RunOptions(mode, ChunkSize: 8)).Inputs[1].Data;
            Assert.True(expected.Max() < 1e-14);
            Assert.True(expected.Zip(dx, (right, found) => Math.Abs(right - found)).Max() < 1e-5 * expected.Max());
        });
    }

    private static (double[] Y, double[] Df, double[] Dx) Expected(string name, float[] f, float[] x, float[] dy, double start)
    {
        double[] y = new double[x.Length], slope = new double[x.Length], rest = new double[x.Length], df = new double[x.Length], dx = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double carried = f[i] + (i < Row ? start : y[i - Row]), sign = name == "Smallest" ? -1 : 1;
            bool isLog = name == "LogOfSum";
            y[i] = sign * Math.Max(sign * carried, sign * x[i]);
            y[i] += isLog ? Math.Log(1 + Math.Exp(carried == x[i] ? 0 : -Math.Abs(carried - x[i]))) : 0;
            slope[i] = carried == x[i] ? 0.5 : isLog ? 1 / (1 + Math.Exp(x[i] - carried)) : sign * carried > sign * x[i] ? 1 : 0;
            rest[i] = isLog && carried != x[i] ? 1 / (1 + Math.Exp(carried - x[i])) : 1 - slope[i];
        }

        double[] carry = new double[Row];
        for (int i = x.Length - 1; i >= 0; i--)
        {
            double g = dy[i] + carry[i % Row];
            (df[i], dx[i]) = (g * slope[i], g * rest[i]);
            carry[i % Row] = g * slope[i];
        }

        return (y, df, dx);
    }

    private static string Spec(string name, string plus) =>
        $$"""
        [Recurrence(Require = Mode.ParallelScan)]
        public partial struct {{name}}
        {
            [State] Tensor<Unit> m;

            public Tensor<Unit> Step(Tensor<Unit> f, Tensor<Unit> x) => m = {{plus}}(f + m, x);
        }

        """;
}
