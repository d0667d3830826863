using CsCheck;
using ModelDsl.Compiler.Tests.RandomSpecs;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Time-invariant specs that nobody thought of: the convolution is the recurrent mode, in outputs, final states and every gradient, from given states, up to 16,384 tokens.
/// MODELDSL_RANDOM_SEED chooses other specs, MODELDSL_RANDOM_SPECS more lengths of each.
/// </summary>
public class RandomConvolutionTests
{
    private const int Count = 12;

    private static readonly Gen<int[]> s_numbers = Gen.Int[0, 1 << 24].Array[200];

    private static readonly Gen<int> s_lengths = Gen.OneOf(Gen.Int[1, 70], Gen.Int[71, 3_000], Gen.Int[3_001, 16_384]);

    [Fact]
    public void TheConvolutionIsTheRecurrentMode()
    {
        var random = new PCG((uint)RandomSpecTests.Setting("MODELDSL_RANDOM_SEED", 0), 17);
        string[] specs = [.. Enumerable.Range(0, Count).Select(i => TimeInvariantWriter.Write($"Spec{i}", s_numbers.Generate(random, null, out _)))];
        using CompiledSpecs compiled = RandomSpecTests.Compile(specs);
        List<string> failures = [];
        for (int i = 0; i < specs.Length; i++)
        {
            RecurrenceHandle recurrence = compiled.Recurrence($"Spec{i}");
            if (!recurrence.Description.IsLegal(Mode.Convolution))
            {
                failures.Add($"{specs[i]}\n{recurrence.Description.Modes.Single(m => m.Mode == Mode.Convolution).Reason}");
                continue;
            }

            for (int run = RandomSpecTests.Setting("MODELDSL_RANDOM_SPECS", 2); run > 0; run--)
            {
                int time = s_lengths.Generate(random, null, out _);
                failures.AddRange(Differences(recurrence, time, i).Select(difference => $"{specs[i]}\nT = {time}, {difference}"));
            }
        }

        Assert.True(failures.Count == 0, string.Join("\n----\n", failures));
    }

    private static IEnumerable<string> Differences(RecurrenceHandle recurrence, int time, int seed)
    {
        RecurrenceDescription description = recurrence.Description;
        var shape = new SequenceShape(1, time, 2, [.. description.Axes.Select((axis, a) => axis.FixedSize ?? 3 + (2 * (axis.EqualTo ?? a)))]);
        SequenceTensor[] inputs = Sequences.Random(description, shape, seed);
        var random = new Random(seed);
        var state = new RecurrentState(description, [.. description.States.Select((_, i) => Random(description.StateShape(i, shape)))]);
        SequenceTensor[] outputGradients = [.. description.Outputs.Select((_, i) => Random(description.OutputShape(i, shape)))];
        (SequenceTensor[] expected, SequenceTensor[] expectedGradients) = Run(Mode.Recurrent);
        (SequenceTensor[] found, SequenceTensor[] foundGradients) = Run(Mode.Convolution);
        string[] names = [.. description.Outputs.Select(o => o.Name), .. description.States.Select(s => s.Name)];
        string[] gradients = [.. description.Inputs.Select(o => $"d{o.Name}"), .. description.States.Select(s => $"d{s.Name}0")];

        // Gradients that cancel are compared with the largest one, as ModeVerification does.
        double largest = expectedGradients.Max(Largest);
        return [.. Compare(names, found, expected, 1e-5, 0), .. Compare(gradients, foundGradients, expectedGradients, 1e-4, largest / 100)];

        (SequenceTensor[] Results, SequenceTensor[] Gradients) Run(Mode mode)
        {
            RunOptions options = new(mode);
            RecurrenceResult result = RecurrenceRunner.Run(recurrence.Kernel, inputs, state, options);
            RecurrenceGradients gradient = RecurrenceRunner.Gradient(recurrence.Kernel, inputs, state, outputGradients, state, options);
            return ([.. result.Outputs, .. result.FinalState.Tensors], [.. gradient.Inputs, .. gradient.InitialState.Tensors]);
        }

        SequenceTensor Random(int[] dimensions) => Sequences.Filled(dimensions, () => (2 * random.NextSingle()) - 1);
    }

    private static IEnumerable<string> Compare(string[] names, SequenceTensor[] found, SequenceTensor[] expected, double bound, double floor)
    {
        for (int i = 0; i < names.Length; i++)
        {
            double scale = Math.Max(Largest(expected[i]), Math.Max(floor, 1e-30));
            double error = found[i].Data.Zip(expected[i].Data, (a, b) => Math.Abs((double)a - b)).Max() / scale;
            if (!(error <= bound))
            {
                yield return $"{names[i]} is off by {error:0.0e0}";
            }
        }
    }

    private static double Largest(SequenceTensor tensor) => tensor.Data.Max(x => Math.Abs((double)x));
}
