using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>Long sequences whose decays hold, fade and cut: 65,536 tokens against a loop in double precision.</summary>
public sealed class ExtremeNumberTests
{
    private const int Time = 65_536, Heads = 2, Keys = 9, Values = 7, Units = 19;

    /// <summary>Log-decays from none at all to a cut, and tiny ones that only add up over thousands of tokens.</summary>
    private static readonly float[] s_logDecays = [0, 0, -1e-6f, -1e-3f, -0.05f, -0.5f, -4, -30, -60];

    /// <summary>Multipliers without a logarithm among them, and some whose product underflows.</summary>
    private static readonly float[] s_multipliers = [0, -1, 1, 0.5f, -0.99f, 0.999f, -1e-30f, 1e-38f];

    private static readonly Mode[] s_modes = [Mode.Recurrent, Mode.Chunkwise, Mode.ParallelScan];

    private const string Faded =
        """
        [Recurrence]
        public partial struct Faded
        {
            [State] Tensor<Unit> h;

            public Tensor<Unit> Step(Tensor<Unit> g, Tensor<Unit> x) => h = Exp(g) * h + x;
        }

        """;

    private static readonly CompiledSpecs s_specs = SpecCompiler.Compile(
        Specs.Axes, Faded, Specs.ScalarDecay, Specs.KeyDecay, Specs.Multiplied, Specs.GatedDeltaRule);

    [Theory]
    [InlineData("ScalarDecay")]
    [InlineData("KeyDecay")]
    public void AMemoryStaysExact(string name)
    {
        RecurrenceHandle recurrence = s_specs.Recurrence(name);
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, new(1, Time, Heads, [Keys, Values]), 1);
        inputs[3] = Mixed(inputs[3], s_logDecays, hold: 0, cut: -60);
        Holds(recurrence, inputs, Memory(inputs));
    }

    [Fact]
    public void AVectorStaysExact()
    {
        RecurrenceHandle recurrence = s_specs.Recurrence("Multiplied");
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, new(1, Time, Heads, [Units]), 2);
        inputs[0] = Mixed(inputs[0], s_multipliers, hold: -1, cut: 0);
        Holds(recurrence, inputs, Vector(inputs, a => a));
    }

    [Fact]
    public void AVectorThatFadesStaysExact()
    {
        RecurrenceHandle recurrence = s_specs.Recurrence("Faded");
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, new(1, Time, Heads, [Units]), 2);
        inputs[0] = Mixed(inputs[0], s_logDecays, hold: 0, cut: -60);
        Holds(recurrence, inputs, Vector(inputs, Math.Exp));
    }

    [Fact]
    public void ACorrectedMemoryStaysExact()
    {
        RecurrenceHandle recurrence = s_specs.Recurrence("GatedDeltaRule");
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, new(1, Time, Heads, [Keys, Values]), 4);
        inputs[3] = Mixed(inputs[3], s_logDecays, hold: 0, cut: -60);

        // Keys of length one at most and rates from 0 to 1: a correction never overshoots.
        for (int i = 0; i < inputs[1].Data.Length; i++)
        {
            inputs[1].Data[i] /= 3;
        }

        for (int i = 0; i < inputs[4].Data.Length; i++)
        {
            inputs[4].Data[i] = Math.Abs(inputs[4].Data[i]);
        }

        Holds(recurrence, inputs, Corrected(inputs));
    }

    [Fact]
    public void WhatIsNoNumberIsReported()
    {
        RecurrenceHandle recurrence = s_specs.Recurrence("Multiplied");
        SequenceTensor[] inputs = Sequences.Random(recurrence.Description, new(1, 5, Heads, [Units]), 3);
        inputs[1].Data[(2 * Heads * Units) + Units + 4] = float.NaN;
        RecurrenceRunner.Run(recurrence.Kernel, inputs);
        ArgumentException error = Assert.Throws<ArgumentException>(() => RecurrenceRunner.Run(recurrence.Kernel, inputs, options: new RunOptions(CheckFinite: true)));
        Assert.Contains("\"x\"", error.Message);
        Assert.Contains("[0, 2, 1, 4]", error.Message);
    }

    private static void Holds(RecurrenceHandle recurrence, SequenceTensor[] inputs, double[] expected)
    {
        var random = new Random(5);
        SequenceTensor gradient = Sequences.Filled([.. RecurrenceRunner.Run(recurrence.Kernel, inputs).Output.Shape], () => (2 * random.NextSingle()) - 1);
        RecurrenceGradients? first = null;
        foreach (Mode mode in s_modes)
        {
            float[] output = Run(1), again = Run(1), both = Run(2);
            double error = Sequences.Error(output, expected);
            Assert.True(error <= 1e-5, $"{recurrence.Description.Name} {mode}: the outputs are off by {error:0.0e0}.");
            Assert.True(Same(output, again), $"{recurrence.Description.Name} {mode}: a second run gives other bits.");
            Assert.True(Same(output, both), $"{recurrence.Description.Name} {mode}: two threads give other bits than one.");

            RecurrenceGradients gradients = RecurrenceRunner.Gradient(recurrence.Kernel, inputs, null, [gradient], options: new RunOptions(mode));
            first ??= gradients;
            for (int i = 0; i < inputs.Length; i++)
            {
                double difference = Sequences.Error(gradients.Inputs[i].Data, first.Inputs[i].Data.Doubles());
                Assert.True(difference <= 1e-4, $"{recurrence.Description.Name} {mode}: the gradient of {recurrence.Description.Inputs[i].Name} is off by {difference:0.0e0}.");
            }

            float[] Run(int threads) => RecurrenceRunner.Run(recurrence.Kernel, inputs, options: new RunOptions(mode, Threads: threads)).Output.Data;
        }
    }

    private static bool Same(float[] a, float[] b) =>
        a.Select(BitConverter.SingleToInt32Bits).SequenceEqual(b.Select(BitConverter.SingleToInt32Bits));

    /// <summary>All choices in random order; one stretch that only holds and one that only cuts.</summary>
    private static SequenceTensor Mixed(SequenceTensor like, float[] choices, float hold, float cut)
    {
        var random = new Random(6);
        int token = like.Data.Length / Time, position = 0;
        return Sequences.Filled([.. like.Shape], () => (position++ / token) switch
        {
            >= 20_000 and < 21_000 => hold,
            >= 40_000 and < 41_000 => cut,
            _ => choices[random.Next(choices.Length)],
        });
    }

    private static double[] Memory(SequenceTensor[] inputs)
    {
        (float[] q, float[] k, float[] v, float[] g) = (inputs[0].Data, inputs[1].Data, inputs[2].Data, inputs[3].Data);
        int decays = g.Length / (Time * Heads);
        double[] output = new double[Time * Heads * Values], state = new double[Heads * Keys * Values];
        for (int row = 0; row < Time * Heads; row++)
        {
            for (int i = 0; i < Keys; i++)
            {
                double decay = Math.Exp(g[(row * decays) + (i % decays)]);
                for (int j = 0; j < Values; j++)
                {
                    ref double s = ref state[((((row % Heads) * Keys) + i) * Values) + j];
                    s = (decay * s) + ((double)k[(row * Keys) + i] * v[(row * Values) + j]);
                    output[(row * Values) + j] += q[(row * Keys) + i] * s;
                }
            }
        }

        return output;
    }

    private static double[] Corrected(SequenceTensor[] inputs)
    {
        (float[] q, float[] k, float[] v, float[] g, float[] beta) = (inputs[0].Data, inputs[1].Data, inputs[2].Data, inputs[3].Data, inputs[4].Data);
        double[] output = new double[Time * Heads * Values], state = new double[Heads * Keys * Values];
        for (int row = 0; row < Time * Heads; row++)
        {
            double decay = Math.Exp(g[row]);
            for (int j = 0; j < Values; j++)
            {
                int column = ((row % Heads) * Keys * Values) + j;
                double read = 0;
                for (int i = 0; i < Keys; i++)
                {
                    state[column + (i * Values)] *= decay;
                    read += k[(row * Keys) + i] * state[column + (i * Values)];
                }

                double write = beta[row] * (v[(row * Values) + j] - read);
                for (int i = 0; i < Keys; i++)
                {
                    ref double s = ref state[column + (i * Values)];
                    s += k[(row * Keys) + i] * write;
                    output[(row * Values) + j] += q[(row * Keys) + i] * s;
                }
            }
        }

        return output;
    }

    private static double[] Vector(SequenceTensor[] inputs, Func<double, double> multiplier)
    {
        (float[] a, float[] x) = (inputs[0].Data, inputs[1].Data);
        double[] output = new double[x.Length];
        for (int i = 0; i < output.Length; i++)
        {
            double before = i < Heads * Units ? 0 : output[i - (Heads * Units)];
            output[i] = (multiplier(a[i]) * before) + x[i];
        }

        return output;
    }
}
