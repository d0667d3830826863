using System.Globalization;
using CsCheck;
using ModelDsl.Compiler.Tests.RandomSpecs;
using ModelDsl.Testing;

namespace ModelDsl.Compiler.Tests;

/// <summary>
/// Specs that nobody thought of: each is compiled, and every legal mode with all gradients is held against the spec's own Step.
/// MODELDSL_RANDOM_SPECS runs more batches than the build does, MODELDSL_RANDOM_SEED other ones, and MODELDSL_RANDOM_LOG names a file that
/// always holds the spec that is being run, should it take the process down.
/// </summary>
public class RandomSpecTests
{
    private const int SpecsPerBatch = 16;

    private static readonly Gen<int[]> s_numbers = Gen.Int[0, 1 << 24].Array[400];

    private static readonly VerificationOptions s_options = new() { Lengths = [1, 7, 19], ChunkSize = 6, Batch = 1, Heads = 3 };

    public static TheoryData<int> Batches()
    {
        int first = Setting("MODELDSL_RANDOM_SEED", 0);
        return [.. Enumerable.Range(first, Setting("MODELDSL_RANDOM_SPECS", 2))];
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void EveryModeOfARandomSpecComputesWhatItSays(int batch)
    {
        // One compilation for many specs: starting the compiler costs more than any of them.
        var random = new PCG((uint)batch, 7);
        string[] specs = [.. Enumerable.Range(0, SpecsPerBatch).Select(i => Write(i, s_numbers.Generate(random, null, out _)))];
        using CompiledSpecs compiled = Compile(specs);
        List<string> failures = [];
        for (int i = 0; i < specs.Length; i++)
        {
            if (Environment.GetEnvironmentVariable("MODELDSL_RANDOM_LOG") is { } log)
            {
                File.WriteAllText(log, $"batch {batch}\n{specs[i]}");
            }

            RecurrenceHandle recurrence = compiled.Recurrence($"Spec{i}");
            VerificationReport report = ModeVerification.Verify(recurrence, Options(recurrence, random));
            if (!report.Passed)
            {
                failures.Add($"{specs[i]}\n{recurrence.Description.NormalForm}\n\n{report}");
            }

            failures.AddRange(ThreadBits.Differences(recurrence, i).Select(difference => $"{specs[i]}\n{difference}"));
        }

        Assert.True(failures.Count == 0, string.Join("\n----\n", failures));
    }

    /// <summary>Every second spec is one of states that share what they use.</summary>
    private static string Write(int spec, int[] numbers) =>
        spec % 2 == 0 ? SpecWriter.Write($"Spec{spec}", numbers) : TangledWriter.Write($"Spec{spec}", numbers);

    /// <summary>Sizes of axes from one to more than a vector holds, and of what else has a size.</summary>
    private static VerificationOptions Options(RecurrenceHandle recurrence, PCG random)
    {
        int Of(params int[] sizes) => sizes[random.Next((uint)sizes.Length)];
        int heads = Of(1, 2, 2, 3, 17);
        return s_options with
        {
            // One number alone may happen to be the small difference of larger ones, and there is no other to measure its error by.
            Batch = heads == 1 ? 2 : 1,
            AxisSizes = recurrence.Description.Axes.ToDictionary(a => a.Name, _ => Of(1, 2, 2, 3, 3, 4, 5, 5, 16, 17)),
            ChunkSize = Of(2, 5, 6, 16),
            Lengths = [1, Of(2, 3, 7), 19],
            Heads = heads,
        };
    }

    /// <summary>Compiles all; if that fails, says which spec is to blame.</summary>
    internal static CompiledSpecs Compile(string[] specs)
    {
        try
        {
            return SpecCompiler.Compile([SpecWriter.Axes, .. specs]);
        }
        catch (SpecCompilationException all)
        {
            foreach (string spec in specs)
            {
                try
                {
                    SpecCompiler.Compile(SpecWriter.Axes, spec).Dispose();
                }
                catch (SpecCompilationException one)
                {
                    throw new SpecCompilationException($"{spec}\n{one.Message}");
                }
            }

            throw new SpecCompilationException($"Only together they fail: {all.Message}");
        }
    }

    internal static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : otherwise;
}
